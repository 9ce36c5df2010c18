"""Which alert a finding belongs to: the rules that make one alert of many findings, as pure functions.

Rule 1: while the latest episode is open, whatever matches joins it. The same event never counts twice.
Rule 2: once it is resolved, an event from before its resolution is late evidence and opens nothing.
Rule 3: an event from after it reopens the episode within ``REOPEN_WITHIN``; a later one begins the next episode.
Rule 4: after a false positive, events that are not materially new stay quiet for ``QUIET_AFTER_FALSE_POSITIVE``.
Rule 5: nothing depends on the order in which events arrive: the earliest evidence gives title and app.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

import msgspec
from msgspec.structs import replace

from shared.domain.alert_series import AlertChange, Series
from shared.domain.alerts import (
    Alert,
    AlertStatus,
    Classification,
    Delivery,
    Determination,
    EvidenceItem,
    HistoryEntry,
    PropertyEdit,
    alert_id_of,
    fingerprint_of,
    incident_id_of,
)
from shared.domain.app_references import AppReference
from shared.domain.events import Event
from shared.domain.findings import ConditionResult, Finding
from shared.domain.history import next_entry
from shared.domain.lifecycle import Mover, next_status

REOPEN_WITHIN = timedelta(days=7)
QUIET_AFTER_FALSE_POSITIVE = timedelta(days=30)
MOST_EVIDENCE_PER_COMMIT = 90
"""A table batch holds 100 operations; the alert, its history and its deliveries need the rest."""

type RoutesFor = Callable[[Alert], Sequence[str]]
"""The names of the routes that want to be told of an alert."""

MOST_EVIDENCE = 1000
"""Pieces of evidence an alert keeps. One that grows on is noise or a flood: more rows would tell nobody more."""

_NEVER = datetime.max.replace(tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_SERVICE = "Consentry"


class Candidate(msgspec.Struct, frozen=True):
    """One piece of evidence and the finding it comes from."""

    item: EvidenceItem
    finding: Finding

    @property
    def order(self) -> tuple[datetime, str]:
        """Oldest first; what has no time comes last."""
        return (self.item.time or _NEVER, self.item.event_id)


def candidates_of(findings: Iterable[Finding]) -> list[Candidate]:
    """All evidence of findings of one series, oldest first, each event once."""
    distinct: dict[str, Candidate] = {}
    for candidate in sorted(chain.from_iterable(map(_candidates, findings)), key=lambda candidate: candidate.order):
        distinct.setdefault(candidate.item.event_id, candidate)
    return list(distinct.values())


def next_change(
    series: Series, candidates: Sequence[Candidate], routes_for: RoutesFor, now: datetime
) -> AlertChange | None:
    """The next commit that brings the series nearer to holding all candidates; None when it holds them.

    The caller commits, reads the series again and asks again: one call may need several commits, as when late
    evidence joins one episode and newer evidence begins another.
    """
    fresh = [candidate for candidate in candidates if candidate.item.event_id not in series.evidence]
    alert = series.alert
    if alert is not None:
        joining = [candidate for candidate in fresh if _leaves_as_it_is(series, alert, candidate)]
        if joining and alert.evidence_count < MOST_EVIDENCE:
            return _joined(series, alert, joining[:MOST_EVIDENCE_PER_COMMIT], routes_for, now)
        fresh = [candidate for candidate in fresh if candidate not in joining]
    if not fresh:
        return None
    first_commit = fresh[:MOST_EVIDENCE_PER_COMMIT]
    if alert is None:
        return _opened(series, first_commit, 1, routes_for, now)
    earliest = fresh[0].item.time or now
    if earliest - _resolved_at(alert) <= REOPEN_WITHIN:
        return _reopened(series, alert, first_commit, routes_for, now)
    return _opened(series, first_commit, alert.episode + 1, routes_for, now)


def material_of(event: Event) -> str:
    """A hash of what the event did, blind to its id and time."""
    facts = (
        event.activity,
        event.actor.id or (event.actor.app.key if event.actor.app else None),
        event.app.key,
        event.resource.app_id or event.resource.service_principal_id,
        sorted(event.scopes.added) if event.scopes else [],
        event.app_role or None,
        sorted((c.kind, c.issuer or "", c.subject or "") for c in event.credentials_added or ()),
        event.directory_role or None,
        event.client.country or None,
        event.mailbox or None,
    )
    return _digest(facts)


def _candidates(finding: Finding) -> list[Candidate]:
    if not finding.evidence:
        return [Candidate(_state_item(finding), finding)]
    return [
        Candidate(
            EvidenceItem(
                event_id=evidence.event.id,
                time=evidence.event.time,
                material=material_of(evidence.event),
                evidence=evidence,
                conditions=evidence.conditions,
            ),
            finding,
        )
        for evidence in finding.evidence
    ]


def _state_item(finding: Finding) -> EvidenceItem:
    """The state of an app as evidence: the same conditions with the same outcomes are the same evidence.

    Values seen are left out, since an age would make new evidence of every day.
    """
    state = _digest([(result.condition, result.outcome) for result in finding.conditions])
    return EvidenceItem(event_id=f"state:{state}", time=finding.observed, material=state, conditions=finding.conditions)


def _leaves_as_it_is(series: Series, alert: Alert, candidate: Candidate) -> bool:
    """Whether evidence joins the alert and opens nothing: always while it is open, else by rules 2 and 4."""
    if alert.status is not AlertStatus.RESOLVED:
        return True
    happened, resolved = candidate.item.time, _resolved_at(alert)
    if happened is None or happened <= resolved:
        return True
    known = candidate.item.material in series.evidence.values()
    false_positive = alert.classification is Classification.FALSE_POSITIVE
    return false_positive and known and happened - resolved <= QUIET_AFTER_FALSE_POSITIVE


def _opened(
    series: Series, candidates: Sequence[Candidate], episode: int, routes_for: RoutesFor, now: datetime
) -> AlertChange:
    finding = candidates[0].finding
    fingerprint = fingerprint_of(finding.policy_id, finding.group)
    alert = Alert(
        id=alert_id_of(fingerprint, episode),
        fingerprint=fingerprint,
        episode=episode,
        incident_id=_incident_of(finding, fingerprint),
        policy_id=finding.policy_id,
        policy_version=finding.policy_version,
        title=finding.title,
        severity=finding.severity,
        app=finding.app,
        created_date_time=now,
        last_update_date_time=now,
    )
    entry = next_entry(None, now, _SERVICE, "created", (), None)
    return _change(series, _with_evidence(alert, candidates), candidates, (entry,), routes_for)


def _incident_of(finding: Finding, fingerprint: str) -> str:
    """The incident of the app that the series is about.

    A series about something else, as one person's many apps, is an incident of its own: the alert's app changes when
    earlier evidence arrives, and an incident id never does.
    """
    about_app = finding.app.key in finding.group
    return incident_id_of(finding.app if about_app else AppReference(), fingerprint)


def _joined(
    series: Series, alert: Alert, candidates: Sequence[Candidate], routes_for: RoutesFor, now: datetime
) -> AlertChange:
    touched = replace(alert, last_update_date_time=next_version_time(alert, now))
    return _change(series, _with_evidence(touched, candidates), candidates, (), routes_for)


def _reopened(
    series: Series, alert: Alert, candidates: Sequence[Candidate], routes_for: RoutesFor, now: datetime
) -> AlertChange:
    reopened = replace(
        alert,
        status=next_status(alert.status, AlertStatus.NEW, Mover.SERVICE),
        classification=Classification.UNKNOWN,
        determination=Determination.UNKNOWN,
        resolved_date_time=None,
        last_update_date_time=next_version_time(alert, now),
    )
    edits = (PropertyEdit(property="status", before=alert.status, after=reopened.status),)
    entry = next_entry(series.last_history, now, _SERVICE, "reopened", edits, "something newer happened")
    return _change(series, _with_evidence(reopened, candidates), candidates, (entry,), routes_for)


def _change(
    series: Series,
    alert: Alert,
    candidates: Sequence[Candidate],
    history: tuple[HistoryEntry, ...],
    routes_for: RoutesFor,
) -> AlertChange:
    deliveries = tuple(
        Delivery(route=route, sequence=entry.sequence, reason=entry.action)
        for entry in history
        for route in routes_for(alert)
    )
    return AlertChange(
        alert=alert,
        expected_version=series.version,
        evidence=tuple(candidate.item for candidate in candidates),
        history=history,
        deliveries=deliveries,
    )


def _with_evidence(alert: Alert, candidates: Sequence[Candidate]) -> Alert:
    """The alert with its count, its activity times, and the title and app of the earliest evidence of all."""
    earliest = candidates[0]
    times = [candidate.item.time for candidate in candidates if candidate.item.time is not None]
    firsts = [*times, *([alert.first_activity_date_time] if alert.first_activity_date_time else [])]
    lasts = [*times, *([alert.last_activity_date_time] if alert.last_activity_date_time else [])]
    counted = replace(
        alert,
        evidence_count=alert.evidence_count + len(candidates),
        first_activity_date_time=min(firsts, default=None),
        last_activity_date_time=max(lasts, default=None),
        joint_conditions=_strongest(alert.joint_conditions, candidates),
    )
    held = (alert.first_activity_date_time or _NEVER, alert.first_event_id)
    if alert.evidence_count and held <= earliest.order:
        return counted
    return replace(
        counted,
        first_event_id=earliest.item.event_id,
        title=earliest.finding.title,
        app=earliest.finding.app,
        conditions=earliest.item.conditions,
    )


def _strongest(held: tuple[ConditionResult, ...], candidates: Sequence[Candidate]) -> tuple[ConditionResult, ...]:
    """Of each condition on several events the result with the largest measure, in the order of the conditions."""
    strongest = {result.condition: result for result in held}
    for finding in {id(candidate.finding): candidate.finding for candidate in candidates}.values():
        for result in finding.conditions if finding.evidence else ():
            best = strongest.setdefault(result.condition, result)
            if _measure(result) > _measure(best):
                strongest[result.condition] = result
    return tuple(strongest[condition] for condition in sorted(strongest))


def _measure(result: ConditionResult) -> float:
    """The number that ``seen`` begins with, as in ``14`` or ``4 events``."""
    try:
        return float(result.seen.split(" ", 1)[0])
    except ValueError:
        return 0.0


def next_version_time(alert: Alert, now: datetime) -> datetime:
    """Later than the version before, even if the writer's clock is behind: versions of an alert are ordered by it."""
    return max(now, alert.last_update_date_time + _TICK)


def _resolved_at(alert: Alert) -> datetime:
    return alert.resolved_date_time or alert.last_update_date_time


def _digest(facts: object) -> str:
    return hashlib.blake2b(msgspec.json.encode(facts), digest_size=8).hexdigest()
