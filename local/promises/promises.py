"""The promises, from ``promises.yaml``: each with its fault, what must happen, and its figures."""

from functools import cache
from pathlib import Path

import msgspec
import yaml

ROOT = Path(__file__).resolve().parents[2]
_FILE = Path(__file__).with_name("promises.yaml")


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One number that a test counts or measures, and the bound that makes it good.

    Without a ``unit`` it is a count, and adds up over the tests of a run; with one, the worst of a run counts.
    """

    name: str
    test: str
    """The file of the test, from the root of the repository."""
    most: float | None = None
    least: float | None = None
    unit: str = ""

    def holds(self, value: float) -> bool:
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def together(self, one: float, other: float) -> float:
        """What two values of one run come to."""
        if not self.unit:
            return one + other
        return min(one, other) if self.most is None else max(one, other)

    @property
    def target(self) -> str:
        """In words: ``0``, ``at most 60 s``."""
        if self.most in (self.least, 0):
            return number(self.most or 0, self.unit)
        if self.most is None:
            return f"at least {number(self.least or 0, self.unit)}"
        return f"at most {number(self.most, self.unit)}"


class Promise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``fault`` says what a test does to break it, ``expected`` what must happen then."""

    id: str
    promise: str
    fault: str
    expected: str
    figures: tuple[Figure, ...]


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    promises: tuple[Promise, ...]


@cache
def load_themes() -> tuple[Theme, ...]:
    """Raises msgspec.ValidationError where the file is not as it must be."""
    return msgspec.convert(yaml.safe_load(_FILE.read_text(encoding="utf-8")), tuple[Theme, ...])


def figures_of(themes: tuple[Theme, ...]) -> dict[tuple[str, str], Figure]:
    """By the id of the promise and the name of the figure."""
    return {
        (promise.id, figure.name): figure
        for theme in themes
        for promise in theme.promises
        for figure in promise.figures
    }


def number(value: float, unit: str = "") -> str:
    """Counts whole, all else with three digits."""
    shown = f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:.3g}"
    return f"{shown} {unit}".rstrip()
