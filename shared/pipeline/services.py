"""Everything the verbs work with, in one value. ``shared/bootstrap.py`` builds it once; tests build their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.pipeline.ports import (
    AlertList,
    Alerts,
    AlertSeries,
    Aliases,
    Apps,
    Archive,
    Hints,
    IntentLog,
    Intents,
    Ledger,
    Matches,
    Route,
    StateStore,
    WorkQueue,
)
from shared.policies.ruleset import RuleSet


@dataclass(frozen=True, kw_only=True)
class DetectionServices:
    """What it takes to judge events and raise alerts; a replay of exported logs brings no more than this.

    ``rules`` compiles on first use, which costs about a second.
    """

    rules: Callable[[], RuleSet]
    aliases: Aliases
    apps: Apps
    state: Matches
    alerts: AlertSeries
    intents: IntentLog
    queue: Hints
    routes: Mapping[str, Route]


@dataclass(frozen=True, kw_only=True)
class Services(DetectionServices):
    """All of it: collecting, lists and triage too."""

    state: StateStore
    alerts: Alerts
    intents: Intents
    queue: WorkQueue
    alert_list: AlertList
    ledger: Ledger
    archive: Archive
