"""The page of a simulation: how far it is, then what the policy would have done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from functions.pages.answers import View
from functions.pages.policy_words import action_words
from shared.domain.simulations import DayCount, SimulationResult
from shared.pipeline.governance.simulations import get_simulation
from shared.pipeline.governance.written_policies import draft_of
from shared.pipeline.services import Services

WIDTH: Final = 720
HEIGHT: Final = 120
_GAP: Final = 0.2
"""Of the room of a day, between it and the next."""
_LEAST: Final = 2
"""The height of a bar of one alert, however many another day has."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day as a rectangle of an SVG of ``WIDTH`` by ``HEIGHT``."""

    day: date
    alerts: int
    x: float
    y: float
    width: float
    height: float


async def simulation_view(services: Services, simulation_id: str, now: datetime, refresh: bool) -> View:
    """``refresh``: the page loads itself again while it runs. Raises UnknownSimulation."""
    simulation, result = await get_simulation(services, simulation_id, now)
    values: dict[str, Any] = {
        "simulation": simulation,
        "result": result,
        "title": simulation.policy.get("title") or simulation.policy.get("id"),
        "refreshes": refresh and not simulation.is_finished,
        "draft": draft_of(simulation),
        "bars": [],
        "actions": [],
        "width": WIDTH,
        "height": HEIGHT,
    }
    if result is not None:
        values |= {"bars": bars(simulation.first_day, simulation.days, result.days), "actions": _actions(result)}
    return View(template="simulation.html", values=values)


def bars(first: date, days: int, counts: Sequence[DayCount]) -> list[Bar]:
    """One for each day, also of those without an alert, the oldest at the left."""
    by_day = {count.day: count.alerts for count in counts}
    most = max(by_day.values(), default=0)
    room = WIDTH / days
    return [_bar(first + timedelta(days=place), by_day, most, place * room, room) for place in range(days)]


def _bar(day: date, by_day: dict[date, int], most: int, x: float, room: float) -> Bar:
    alerts = by_day.get(day, 0)
    height = max(HEIGHT * alerts / most, _LEAST) if alerts else 0.0
    return Bar(
        day=day,
        alerts=alerts,
        x=round(x + room * _GAP / 2, 1),
        y=round(HEIGHT - height, 1),
        width=round(room * (1 - _GAP), 1),
        height=round(height, 1),
    )


def _actions(result: SimulationResult) -> list[tuple[str, Any]]:
    return [(action_words({"do": one.action, "route": one.route}), one) for one in result.actions]
