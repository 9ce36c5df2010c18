"""From events to alerts: resolve whose events they are, judge them, remember matches, raise findings.

Everything here may run twice, at once or in any order, with the same result: matches and evidence are keyed by event
id. The service judges chunks with it, a replay whole exports.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from shared.domain.apps import App
from shared.domain.events import Event
from shared.domain.findings import Finding
from shared.domain.matches import Match
from shared.domain.passes import LATEST_ARRIVAL
from shared.domain.watch import Watch
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.services import DetectionServices
from shared.policies.correlation import MOST_ROWS
from shared.policies.judgements import NotEvaluated
from shared.sources.aliases import object_ids_of, resolve

_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class _Judged(Struct, frozen=True):
    """What the rules say of the events, before windows and sequences have looked beyond them."""

    findings: list[Finding]
    matches: list[Match]
    not_evaluated: list[NotEvaluated]


async def judge_events(services: DetectionServices, events: Sequence[Event], now: datetime) -> list[NotEvaluated]:
    """Resolve and judge; returns what could not be judged, and why. Raises Unavailable, Conflict."""
    looked_at = [event for event in events if event.activity in services.rules().activities]
    resolved = await resolved_by_aliases(services, looked_at)
    return await judge_resolved(services, resolved, await apps_of(services, resolved), now)


async def judge_resolved(
    services: DetectionServices,
    events: Sequence[Event],
    apps: Mapping[str, App],
    now: datetime,
    watch: Watch | None = None,
) -> list[NotEvaluated]:
    """Raise what events deserve whose identities are settled; ``apps`` are theirs, by appId."""
    await _hold_baselines(services, events, now)
    judged = _judge(services, events, apps, now)
    correlated = await _correlated(services, judged, now)
    await raise_alerts(services, [*judged.findings, *correlated], now, watch)
    return judged.not_evaluated


async def resolved_by_aliases(services: DetectionServices, events: Sequence[Event]) -> list[Event]:
    known = await services.aliases.lookup(sorted({one for event in events for one in object_ids_of(event)}))
    return [resolve(event, known.get) for event in events]


async def apps_of(services: DetectionServices, events: Sequence[Event]) -> dict[str, App]:
    """The apps of these events that the inventory knows, by appId."""
    return await services.apps.get(sorted({event.app.app_id for event in events if event.app.app_id}))


async def _hold_baselines(services: DetectionServices, events: Sequence[Event], now: datetime) -> None:
    """Those that the rules compare these events with: most activities are compared with none."""
    compared = services.rules().activities_compared
    app_ids = {event.app.app_id for event in events if event.app.app_id and event.activity in compared}
    if services.usual is not None and app_ids:
        await services.usual.hold(app_ids, now)


def _judge(services: DetectionServices, events: Sequence[Event], apps: Mapping[str, App], now: datetime) -> _Judged:
    rules = services.rules()
    judged = _Judged([], [], [])
    for event in events:
        judgement = rules.judge_event(event, apps.get(event.app.app_id or ""), now)
        judged.findings.extend(judgement.findings)
        judged.matches.extend(judgement.matches)
        judged.not_evaluated.extend(judgement.not_evaluated)
    return judged


async def _correlated(services: DetectionServices, judged: _Judged, now: datetime) -> list[Finding]:
    """Insert first, read then, decide last: of two instances that race, at least one sees the matches of both.

    What an old event matched is kept as long as if it had happened now: the rest of a backlog is still to be judged.
    """
    rules = services.rules()
    groups: defaultdict[tuple[str, tuple[str, ...]], list[Match]] = defaultdict(list)
    for match in judged.matches:
        groups[match.policy_id, match.group].append(match)
    findings: list[Finding] = []
    for (policy_id, _), matches in groups.items():
        within = rules.within(policy_id)
        first, last = min(match.time for match in matches), max(match.time for match in matches)
        await services.state.insert(matches, _moved(max(last, now), within + LATEST_ARRIVAL))
        start, end = _moved(first, -within), _moved(last, within)
        rows = await services.state.between(matches[0], start, end, MOST_ROWS)
        outcome = rules.correlate(rows)
        if isinstance(outcome, NotEvaluated):
            judged.not_evaluated.append(outcome)
        elif outcome is not None:
            findings.append(outcome)
    return findings


def _moved(time: datetime, by: timedelta) -> datetime:
    """``time + by``, at most to the end of the calendar: a record may claim any year that a time can hold."""
    try:
        return time + by
    except OverflowError:
        return _EARLIEST if by < timedelta(0) else _LATEST
