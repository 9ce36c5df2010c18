"""What changed in the inventory since a day: which apps came, went or are otherwise, and in what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import StringConstraints

from functions.models.apps import column_name
from functions.models.problems import FieldError
from functions.models.shapes import Parameters
from functions.pages.wording import words
from functions.problems import invalid
from shared.domain.app_summaries import AppSummary
from shared.domain.inventory_days import AppChange
from shared.pipeline.inventory.insights import NoSnapshot, changes_since
from shared.pipeline.services import Services

_SHOWN: Final = 20
_NAMED: Final = 5
"""Of what came or went in a list."""


class OverviewParameters(Parameters):
    """``since`` is the day to compare with: that takes the whole list of that day, so nobody pays for it unasked."""

    since: date | None = None
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = None


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """``differences`` say what is otherwise; they are text of records."""

    app: AppSummary
    kind: str
    differences: list[tuple[str, str]]


async def changes_view(services: Services, asked: OverviewParameters, now: datetime) -> dict[str, Any]:
    """``day`` is None where nobody asked, or no list is kept that could tell; then ``first`` may say from when on."""
    today = now.date()
    values: dict[str, Any] = {
        "yesterday": today - timedelta(days=1),
        "last_week": today - timedelta(days=7),
        "asked": asked.since,
        "day": None,
        "first": None,
    }
    if asked.since is None:
        return values
    try:
        found = await changes_since(services, asked.since, _SHOWN, asked.cursor)
    except NoSnapshot as none:
        return values | {"first": none.first}
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for this day")) from None
    shown = [shown_change(change) for change in found.changes]
    return values | {"day": found.day, "total": found.total, "shown": shown, "next": found.next}


def shown_change(change: AppChange) -> ShownChange:
    before, after = change.before, change.after
    app = after or before
    if app is None:
        raise ValueError("a change of no app")
    if before is None or after is None:
        return ShownChange(app=app, kind="came" if before is None else "gone", differences=[])
    differences = [
        (words(column_name(name)), _otherwise(getattr(before, name), getattr(after, name))) for name in change.changed
    ]
    return ShownChange(app=app, kind="changed", differences=differences)


def _otherwise(before: object, after: object) -> str:
    if isinstance(before, tuple) and isinstance(after, tuple):
        come = _listed("added", (each for each in after if each not in before))
        gone = _listed("removed", (each for each in before if each not in after))
        return "; ".join(filter(None, (come, gone)))
    return f"{_told(before)} → {_told(after)}"


def _listed(deed: str, values: Iterable[object]) -> str:
    told = [_told(value) for value in values]
    more = f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    return f"{deed} {', '.join(told[:_NAMED])}{more}" if told else ""


def _told(value: object) -> str:
    match value:
        case None:
            return "not known or not set"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case datetime():
            return f"{value.day} {value:%b %Y, %H:%M} UTC"
        case StrEnum():
            return words(value).lower()
        case _:
            return str(value)
