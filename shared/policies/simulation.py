"""What a policy would have done: judges events and apps as the live path does, and writes nothing anywhere.

An alert begins with the first finding of a series, and whatever matches later joins it: nobody is there to resolve it.
Events are judged with the time at which they happened for now; apps at the end of each day.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.domain.apps import App
from shared.domain.events import Event
from shared.domain.findings import Evidence, Finding
from shared.domain.simulations import (
    MOST_ACTIONS,
    MOST_APPS,
    DayCount,
    LookedAt,
    ReasonCount,
    SimulationResult,
    WouldBeAction,
)
from shared.policies.judgements import NOTHING, Judgement, NotEvaluated
from shared.policies.model import Kind, Policy
from shared.policies.ruleset import RuleSet
from shared.policies.simulation_tally import AlertTally
from shared.policies.simulation_windows import MOST_HELD, NewMatches, SimulatedWindows

MOST_ALERTS: Final = 50_000
"""Series that are told apart; matches of further ones are counted as not evaluated."""
_MOST_REASONS: Final = 50
_DAY: Final = timedelta(days=1)
_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


class PolicySimulation:
    """One policy over events or apps. ``rules`` hold it and nothing else, with the scope, exemptions and lists of now.

    Feed hours in their order, each with ``end_hour`` after its events; the order within an hour does not matter.
    """

    def __init__(
        self, rules: RuleSet, policy: Policy, most_alerts: int = MOST_ALERTS, most_rows: int = MOST_HELD
    ) -> None:
        self._rules = rules
        self._policy = policy
        self._most_alerts = most_alerts
        is_joint = policy.kind in (Kind.WINDOW, Kind.SEQUENCE)
        self._windows = SimulatedWindows(rules, policy.id, most_rows) if is_joint else None
        self._tally = AlertTally()
        self._not_evaluated: Counter[str] = Counter()
        self._exempted = 0

    @property
    def is_joint(self) -> bool:
        """Whether several events decide together: only then ``end_hour`` has anything to do."""
        return self._windows is not None

    def feed(self, hour: datetime, events: Iterable[tuple[Event, App | None]]) -> None:
        """Some events of that hour, each with its app in the inventory. Undated ones are placed at its start."""
        judge = self._rules.judge_event
        for event, app in events:
            at = event.time or hour
            judgement = judge(event, app, at)
            if judgement is not NOTHING:
                self._take_in(judgement, at, hour)

    def end_hour(self, hour: datetime) -> None:
        if self._windows is not None:
            self._take(self._windows.end_hour(hour), hour)

    def end(self, hour: datetime) -> None:
        """After the last hour that was fed, which this is."""
        if self._windows is not None:
            self._take(self._windows.decide(), hour)

    def judge_app(self, app: App, moments: Sequence[datetime]) -> None:
        """At each of these moments, oldest first, until it is found. The app is as it is now, whatever the moment.

        What it could not judge is counted once, as of the last moment.
        """
        last: Judgement | None = None
        for moment in moments:
            if _came(app) > moment:
                continue
            last = self._rules.judge_app(app, moment)
            if last.findings:
                for finding in last.findings:
                    self._add(finding, (), moment)
                return
        if last is not None:
            self._note(last)

    def result(self, looked_at: LookedAt, notes: Sequence[str] = ()) -> SimulationResult:
        tally = self._tally
        count = (looked_at.last_day - looked_at.first_day).days + 1
        days = [looked_at.first_day + number * _DAY for number in range(count)]
        apps = tally.apps
        actions = self._actions()
        reasons = self._not_evaluated.most_common(_MOST_REASONS)
        return SimulationResult(
            alerts=tally.alerts,
            matches=tally.matches,
            days=tuple(
                DayCount(day=day, alerts=tally.alerts_by_day[day], matches=tally.matches_by_day[day]) for day in days
            ),
            apps=tuple(apps[:MOST_APPS]),
            app_count=len(apps),
            examples=tally.examples,
            actions=tuple(actions[:MOST_ACTIONS]),
            action_count=len(actions),
            not_evaluated=tuple(ReasonCount(reason=reason, count=number) for reason, number in reasons),
            exempted=self._exempted,
            looked_at=looked_at,
            notes=tuple(notes),
        )

    def _actions(self) -> list[WouldBeAction]:
        """Each with the apps on which alerts begin, by the day of the first."""
        return [
            WouldBeAction(
                action=action.do,
                route=action.route,
                app_id=app.app_id,
                display_name=app.display_name,
                day=app.first_day,
            )
            for app in sorted(self._tally.apps, key=lambda app: app.first_day)
            if app.alerts
            for action in self._policy.actions
        ]

    def _take(self, outcomes: Iterable[NewMatches | NotEvaluated], hour: datetime) -> None:
        for outcome in outcomes:
            if isinstance(outcome, NotEvaluated):
                self._miss(outcome.reason)
            else:
                self._add(outcome.finding, outcome.evidence, hour)

    def _take_in(self, judgement: Judgement, at: datetime, hour: datetime) -> None:
        self._note(judgement)
        for finding in judgement.findings:
            self._add(finding, finding.evidence, at)
        if self._windows is not None and judgement.matches:
            left_out = self._windows.add(judgement.matches, hour)
            if left_out:
                self._miss("too many: the rows of one group were more than a simulation holds", left_out)

    def _note(self, judgement: Judgement) -> None:
        self._exempted += len(judgement.exempted)
        for missed in judgement.not_evaluated:
            self._miss(missed.reason)

    def _miss(self, reason: str, count: int = 1) -> None:
        self._not_evaluated[reason] += count

    def _add(self, finding: Finding, evidence: tuple[Evidence, ...], at: datetime) -> None:
        if self._tally.alerts >= self._most_alerts and not self._tally.knows(finding):
            self._miss(f"too many: more than {self._most_alerts} alerts", len(evidence) or 1)
            return
        self._tally.add(finding, evidence, at)


def _came(app: App) -> datetime:
    """When the app was there first, as far as anybody knows."""
    known = [each for each in (app.created, app.first_seen) if isinstance(each, datetime)]
    return min(known) if known else _ALWAYS
