"""How an alert of another product becomes one of ours, and follows it.

Rule 1: each of theirs is one series of ours, by their id; their versions are its evidence, in the order of their times.
Rule 2: a version that is not newer than the last one taken in changes nothing.
Rule 3: ours has their status and verdict for as long as nobody has given it others here.
Rule 4: ours reopens when theirs does, whoever resolved it here.
Rule 5: one that an alert of ours has told of already is listed as related to it, and told to nobody once more.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from shared.domain.alert_series import AlertChange, Series
from shared.domain.alerts import (
    Alert,
    AlertStatus,
    Classification,
    Delivery,
    Determination,
    HistoryEntry,
    PropertyEdit,
    ProviderState,
    alert_id_of,
    fingerprint_of,
    incident_id_of,
)
from shared.domain.built_in import BUILT_IN, DEFENDER_ALERT
from shared.domain.candidates import Candidate, candidates_of
from shared.domain.episodes import MOST_EVIDENCE, RoutesFor, next_version_time
from shared.domain.events import Event, ForeignAlert
from shared.domain.findings import Evidence, Finding
from shared.domain.gathered_evidence import with_evidence
from shared.domain.history import next_entry
from shared.domain.lifecycle import DETERMINATIONS, Mover, next_status
from shared.domain.related_alerts import activity_of
from shared.domain.severities import Severity
from shared.domain.watch import Watch

_AUTHOR = "Microsoft Defender"
_VERSION = 1
_MOST_TITLE = 256
_TOLD = frozenset({"created", "reopened", "becameCurrent"})
_SEVERITIES = {severity.value: severity for severity in Severity}
_EDITED = {
    "title": "title",
    "severity": "severity",
    "status": "status",
    "classification": "classification",
    "determination": "determination",
    "historical": "historical",
}
type _Verdict = tuple[AlertStatus, Classification, Determination]
_OPEN: _Verdict = (AlertStatus.NEW, Classification.UNKNOWN, Determination.UNKNOWN)


def series_of(foreign: ForeignAlert) -> str:
    """The fingerprint of the series that stands for it."""
    return fingerprint_of(DEFENDER_ALERT, (foreign.id,))


def next_foreign_change(
    series: Series,
    event: Event,
    related: Alert | None,
    routes_for: RoutesFor,
    now: datetime,
    watch: Watch | None = None,
) -> AlertChange | None:
    """The commit that makes ours say what this version of theirs says; None when it says that or something newer.

    ``related`` counts when the alert is made, and never later.
    """
    foreign, candidate = event.foreign_alert, _candidate(event)
    if not foreign:
        return None
    state, before = _state(foreign, event.time or now), series.alert
    if before is None:
        alert = _made(candidate, foreign, state, related, now, watch)
        entry = next_entry(None, now, _AUTHOR, "created", (), None)
    elif before.provider_state is None or before.provider_state.updated >= state.updated:
        return None
    else:
        alert = _followed(before, before.provider_state, candidate, foreign, state, now, watch)
        edits = tuple(_edits(before, alert))
        entry = next_entry(series.last_history, now, _AUTHOR, _action(before, alert), edits, _reason(state))
    is_kept = before is None or before.evidence_count < MOST_EVIDENCE
    return AlertChange(
        alert=alert,
        expected_version=series.version,
        evidence=(candidate.item,) if is_kept else (),
        history=(entry,),
        deliveries=_deliveries(alert, entry, routes_for),
    )


def _candidate(event: Event) -> Candidate:
    foreign = event.foreign_alert or ForeignAlert(id="")
    finding = Finding(
        policy_id=DEFENDER_ALERT,
        policy_version=_VERSION,
        title=(foreign.title or BUILT_IN[DEFENDER_ALERT].title)[:_MOST_TITLE],
        severity=_SEVERITIES.get(foreign.severity or "", Severity.MEDIUM),
        group=(foreign.id,),
        app=event.app,
        observed=event.time,
        evidence=(Evidence(event=event),),
    )
    return candidates_of([finding])[0]


def _state(foreign: ForeignAlert, updated: datetime) -> ProviderState:
    return ProviderState(
        updated=updated,
        status=foreign.status,
        classification=foreign.classification,
        determination=foreign.determination,
        techniques=foreign.techniques,
    )


def _made(
    candidate: Candidate,
    foreign: ForeignAlert,
    state: ProviderState,
    related: Alert | None,
    now: datetime,
    watch: Watch | None,
) -> Alert:
    finding, fingerprint = candidate.finding, series_of(foreign)
    made = Alert(
        id=alert_id_of(fingerprint, 1),
        fingerprint=fingerprint,
        episode=1,
        incident_id=incident_id_of(finding.app, fingerprint),
        policy_id=DEFENDER_ALERT,
        policy_version=_VERSION,
        title=finding.title,
        severity=finding.severity,
        app=finding.app,
        created_date_time=now,
        last_update_date_time=now,
        historical=watch is not None and watch.is_historical(candidate.item),
        provider_alert_id=foreign.id,
        related_alert_id=related.id if related else None,
    )
    return _judged(_shown(with_evidence(made, [candidate]), foreign, state), _verdict(state), now)


def _followed(
    before: Alert,
    held: ProviderState,
    candidate: Candidate,
    foreign: ForeignAlert,
    state: ProviderState,
    now: datetime,
    watch: Watch | None,
) -> Alert:
    finding = candidate.finding
    after = replace(
        _shown(before, foreign, state),
        title=finding.title,
        severity=finding.severity,
        app=before.app if before.app.key else finding.app,
        evidence_count=before.evidence_count + (before.evidence_count < MOST_EVIDENCE),
        historical=before.historical and watch is not None and watch.is_historical(candidate.item),
        last_update_date_time=next_version_time(before, now),
    )
    own = (before.status, before.classification, before.determination)
    if own == _verdict(held):
        return _judged(after, _verdict(state), now)
    is_reopened = _verdict(held)[0] is AlertStatus.RESOLVED and _verdict(state)[0] is AlertStatus.NEW
    if is_reopened and before.status is AlertStatus.RESOLVED:
        return _judged(after, _OPEN, now)
    return after


def _shown(alert: Alert, foreign: ForeignAlert, state: ProviderState) -> Alert:
    """Their activity times, not those of their versions; the other way round, an alert would grow by being read."""
    start, end = activity_of(foreign, state.updated)
    return replace(
        alert,
        first_activity_date_time=start,
        last_activity_date_time=end,
        provider_alert_url=foreign.web_url,
        provider_state=state,
    )


def _verdict(state: ProviderState) -> _Verdict:
    """What theirs makes of ours. Words that are not ours are unknown, and so is a determination that does not fit."""
    if state.status != AlertStatus.RESOLVED:
        return _OPEN
    classification = _word(Classification, state.classification) or Classification.UNKNOWN
    determination = _word(Determination, state.determination) or Determination.UNKNOWN
    fits = determination in DETERMINATIONS[classification]
    return AlertStatus.RESOLVED, classification, determination if fits else Determination.UNKNOWN


def _word[W: (Classification, Determination)](words: type[W], told: str | None) -> W | None:
    return next((word for word in words if word == told), None)


def _judged(alert: Alert, verdict: _Verdict, now: datetime) -> Alert:
    status, classification, determination = verdict
    was_resolved = alert.status is AlertStatus.RESOLVED
    resolved = (alert.resolved_date_time if was_resolved else now) if status is AlertStatus.RESOLVED else None
    return replace(
        alert,
        status=next_status(alert.status, status, Mover.SERVICE),
        classification=classification,
        determination=determination,
        resolved_date_time=resolved,
    )


def _action(before: Alert, after: Alert) -> str:
    if before.status is AlertStatus.RESOLVED and after.status is AlertStatus.NEW:
        return "reopened"
    return "becameCurrent" if before.historical and not after.historical else "updated"


def _reason(state: ProviderState) -> str:
    return f"Defender's alert is {state.status or 'without a status'}"


def _edits(before: Alert, after: Alert) -> Iterable[PropertyEdit]:
    for name, shown_as in _EDITED.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield PropertyEdit(property=shown_as, before=str(old), after=str(new))


def _deliveries(alert: Alert, entry: HistoryEntry, routes_for: RoutesFor) -> tuple[Delivery, ...]:
    is_silent = alert.historical or alert.related_alert_id is not None or alert.status is AlertStatus.RESOLVED
    if is_silent or entry.action not in _TOLD:
        return ()
    return tuple(Delivery(route=route, sequence=entry.sequence, reason=entry.action) for route in routes_for(alert))
