"""Simulations: what a policy would have done over the last days, without anything being done.

One is asked for, runs in the background and is read until it has had its time. Its result is a blob of its own.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from shared.domain.findings import ConditionResult
from shared.domain.policy_book import PolicyBody
from shared.domain.severities import Severity

EXPIRES_AFTER = timedelta(days=7)
MOST_DAYS = 90
USUAL_DAYS = 30
MOST_APPS = 100
MOST_EXAMPLES = 20
MOST_EVIDENCE = 3
"""Of one example."""
MOST_ACTIONS = 200


class SimulationState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Simulation(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One simulation. ``policy`` is what is judged, as it stood when it was asked for.

    ``policy_id`` is the saved policy it was taken from, None for a draft. ``progress`` is from 0 to 100, and ``done``
    says what that means. Until ``not_before`` nobody else takes it up: a host runs it, or it waits after a failure.
    """

    id: str
    policy: PolicyBody
    days: int
    requested_by: str
    created: datetime
    expires: datetime
    policy_id: str | None = None
    state: SimulationState = SimulationState.QUEUED
    attempts: int = 0
    progress: int = 0
    done: str = ""
    not_before: datetime | None = None
    completed: datetime | None = None
    reason: str | None = None

    @property
    def is_finished(self) -> bool:
        return self.state in {SimulationState.READY, SimulationState.FAILED}

    @property
    def first_day(self) -> date:
        """Days are whole ones of UTC, but for the last, which ends where the simulation was asked for."""
        return self.created.date() - timedelta(days=self.days - 1)

    @property
    def file(self) -> str:
        """Each attempt writes a result of its own: one that was overtaken and still writes spoils nothing."""
        return f"{self.id}/{self.created:%Y%m%dT%H%M%S%f}-{self.attempts}.json"


class DayCount(Struct, frozen=True, kw_only=True, rename="camel"):
    """Alerts that begin on a day, and the matches of that day."""

    day: date
    alerts: int
    matches: int


class AppCount(Struct, frozen=True, kw_only=True, rename="camel"):
    """``app_id`` is the object id of an app whose appId no record has told, None of what is about no app."""

    app_id: str | None
    display_name: str | None
    alerts: int
    matches: int
    first_day: date


class ExampleEvidence(Struct, frozen=True, kw_only=True, rename="camel"):
    """One event of an example. Texts are those of the record."""

    event_id: str
    time: datetime | None
    activity: str
    step: str | None
    conditions: tuple[ConditionResult, ...]


class ExampleAlert(Struct, frozen=True, kw_only=True, rename="camel"):
    """One alert that would have been raised. ``conditions`` are those on an app, or on the events together."""

    title: str
    severity: Severity
    app_id: str | None
    display_name: str | None
    first: datetime
    last: datetime
    matches: int
    conditions: tuple[ConditionResult, ...]
    evidence: tuple[ExampleEvidence, ...]


class WouldBeAction(Struct, frozen=True, kw_only=True, rename="camel"):
    """What an action would have touched first on ``day``. ``protected``: remediation never touches that app."""

    action: str
    route: str | None
    app_id: str | None
    display_name: str | None
    day: date
    protected: bool = False


class ReasonCount(Struct, frozen=True, kw_only=True, rename="camel"):
    reason: str
    count: int


class StreamCount(Struct, frozen=True, kw_only=True, rename="camel"):
    """``hours`` are those with events; of the others nothing was collected, or nothing happened."""

    stream: str
    hours: int
    events: int


class LookedAt(Struct, frozen=True, kw_only=True, rename="camel"):
    """``events`` are all in the archive, ``judged`` those of activities that the policy looks at."""

    first_day: date
    last_day: date
    hours: int = 0
    events: int = 0
    judged: int = 0
    apps: int = 0
    streams: tuple[StreamCount, ...] = ()


class SimulationResult(Struct, frozen=True, kw_only=True, rename="camel"):
    """``apps``, ``examples`` and ``actions`` are cut; ``app_count``, ``alerts`` and ``action_count`` count all."""

    alerts: int
    matches: int
    days: tuple[DayCount, ...]
    apps: tuple[AppCount, ...]
    app_count: int
    examples: tuple[ExampleAlert, ...]
    actions: tuple[WouldBeAction, ...]
    action_count: int
    not_evaluated: tuple[ReasonCount, ...]
    exempted: int
    looked_at: LookedAt
    notes: tuple[str, ...] = ()
