"""What an app did with data, month by month, as bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.domain.app_use import ServiceUse
from shared.domain.data_use import MOST_MONTHS, items_of

WIDTH: Final = 240
HEIGHT: Final = 60
_STEP: Final = WIDTH // MOST_MONTHS
_GAP: Final = 4


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One month; ``left``, ``top`` and ``height`` are in the units of an SVG of ``WIDTH`` by ``HEIGHT``."""

    month: str
    items: int
    size: int
    left: int
    top: int
    width: int
    height: int


def bars(months: Mapping[str, ServiceUse]) -> list[Bar]:
    """The last month at the right. A month with any items is never without a line."""
    counts = {name: items_of(use) for name, use in months.items()}
    most = max(counts.values(), default=0)
    first = MOST_MONTHS - len(counts)
    return [_bar(name, counts[name], most, first + place, months[name]) for place, name in enumerate(counts)]


def told(shown: list[Bar]) -> str:
    """What the bars show, in words."""
    return "Items by month: " + ", ".join(f"{bar.items:,} in {bar.month}" for bar in shown)


def _bar(name: str, items: int, most: int, place: int, use: ServiceUse) -> Bar:
    height = max(round(HEIGHT * items / most), 1) if items else 0
    return Bar(
        month=name,
        items=items,
        size=use.bytes_read + use.bytes_sent,
        left=place * _STEP,
        top=HEIGHT - height,
        width=_STEP - _GAP,
        height=height,
    )
