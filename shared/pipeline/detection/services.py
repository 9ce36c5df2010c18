"""What it takes to judge events and raise alerts; ``Services`` holds it with all the rest."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from shared.pipeline.activity.held_baselines import HeldBaselines
from shared.pipeline.ports import AlertSeries, Aliases, Apps, Hints, IntentLog, Matches, Route
from shared.policies.ruleset import RuleSet


async def _as_they_are() -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class DetectionServices:
    """What it takes to judge events and raise alerts; a replay of exported logs brings no more than this.

    ``rules`` compiles on first use, which costs about a second; they are those of the last ``refresh_rules``, which
    whoever begins a piece of work calls first. What they compare with is looked up in ``usual``; a replay has no
    baselines, so that what rests on them is not evaluated there, and its rules never change.
    """

    rules: Callable[[], RuleSet]
    aliases: Aliases
    apps: Apps
    state: Matches
    alerts: AlertSeries
    intents: IntentLog
    queue: Hints
    routes: Mapping[str, Route]
    usual: HeldBaselines | None = None
    refresh_rules: Callable[[], Awaitable[object]] = _as_they_are


def with_these_rules[S: DetectionServices](services: S) -> S:
    """For one piece of work: its rules stay as they are now, though another one refreshes them meanwhile. What was
    found by some is neither routed nor reported by others.
    """
    rules = services.rules()
    return replace(services, rules=lambda: rules)
