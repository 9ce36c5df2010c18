"""Which alert a finding belongs to: the rules that make one alert of many findings, as pure functions.

Rule 1: while the latest episode is open, whatever matches joins it. The same event never counts twice.
Rule 2: once it is resolved, an event from before its resolution is late evidence and opens nothing.
Rule 3: an event from after it reopens the episode within ``REOPEN_WITHIN``; a later one begins the next episode.
Rule 4: after a false positive, events that are not materially new stay quiet for ``QUIET_AFTER_FALSE_POSITIVE``.
Rule 5: nothing depends on the order in which events arrive: see ``gathered_evidence.py``.
Rule 6: an alert of which all evidence is from before the tenant was watched is historical, and told to nobody; the
first piece of newer evidence makes it an alert like any other.

``candidates.py`` takes findings apart into pieces of evidence; ``next_change`` sorts them by these rules and says what
to commit next.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

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
    alert_id_of,
    fingerprint_of,
    incident_id_of,
)
from shared.domain.app_references import AppReference
from shared.domain.candidates import Candidate
from shared.domain.findings import Finding
from shared.domain.gathered_evidence import with_evidence
from shared.domain.history import next_entry
from shared.domain.lifecycle import Mover, next_status
from shared.domain.watch import Watch

REOPEN_WITHIN = timedelta(days=7)
QUIET_AFTER_FALSE_POSITIVE = timedelta(days=30)
MOST_EVIDENCE_PER_COMMIT = 90
"""A table batch holds 100 operations; the alert, its history and its deliveries need the rest."""
MOST_EVIDENCE = 1000
"""Pieces of evidence an alert keeps. One that grows on is noise or a flood: more rows would tell nobody more."""

type RoutesFor = Callable[[Alert], Sequence[str]]
"""The names of the routes that want to be told of an alert."""

HOLDS_AGAIN = "conditionHoldsAgain"
_TICK = timedelta(microseconds=1)
_SERVICE = "Consentry"


def next_change(
    series: Series,
    candidates: Sequence[Candidate],
    routes_for: RoutesFor,
    now: datetime,
    watch: Watch | None = None,
) -> AlertChange | None:
    """The next commit that brings the series nearer to holding all candidates; None when it holds them.

    The caller commits, reads the series again and asks again: one call may need several commits, as when late
    evidence joins one episode and newer evidence begins another. Without a ``watch`` nothing is historical.
    """
    latest = series.alert
    fresh = [candidate for candidate in candidates if candidate.item.event_id not in series.evidence]
    if latest is not None:
        joining = [candidate for candidate in fresh if _joins(candidate, latest, series)]
        if joining and latest.evidence_count < MOST_EVIDENCE:
            touched = replace(_holding(latest), last_update_date_time=next_version_time(latest, now))
            entry = _joined(series, latest, joining[:MOST_EVIDENCE_PER_COMMIT], now, watch)
            if entry is not None:
                touched = replace(touched, policy_version=joining[0].finding.policy_version)
            return _change(series, touched, entry, joining, routes_for, watch)
        joined = {candidate.item.event_id for candidate in joining}
        fresh = [candidate for candidate in fresh if candidate.item.event_id not in joined]
    if not fresh:
        return None
    alert, entry = _begun(series, fresh[0], now)
    return _change(series, alert, entry, fresh, routes_for, watch)


def next_version_time(alert: Alert, now: datetime) -> datetime:
    """Later than the version before, even if the writer's clock is behind: versions of an alert are ordered by it."""
    return max(now, alert.last_update_date_time + _TICK)


def _joins(candidate: Candidate, alert: Alert, series: Series) -> bool:
    """Whether evidence joins the latest alert as it is, by rules 1, 2 and 4."""
    if alert.status is not AlertStatus.RESOLVED:
        return True
    happened, resolved = candidate.item.time, _resolved_at(alert)
    if happened is None or happened <= resolved:
        return True
    if alert.classification is not Classification.FALSE_POSITIVE:
        return False
    return happened - resolved <= QUIET_AFTER_FALSE_POSITIVE and candidate.item.material in series.evidence.values()


def _begun(series: Series, earliest: Candidate, now: datetime) -> tuple[Alert, HistoryEntry]:
    """The alert, still without its evidence, that starts with what joins none: by rule 3."""
    latest = series.alert
    if latest is None:
        return _opened(earliest.finding, 1, now)
    if (earliest.item.time or now) - _resolved_at(latest) <= REOPEN_WITHIN:
        return _reopened(latest, earliest.finding, series.last_history, now)
    return _opened(earliest.finding, latest.episode + 1, now)


def _opened(finding: Finding, episode: int, now: datetime) -> tuple[Alert, HistoryEntry]:
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
        historical=True,  # until there is evidence that it is not
    )
    return alert, next_entry(None, now, _SERVICE, "created", (), None)


def _incident_of(finding: Finding, fingerprint: str) -> str:
    """The incident of the app that the series is about.

    A series about something else, as one person's many apps, is an incident of its own: the alert's app changes when
    earlier evidence arrives, and an incident id never does.
    """
    about_app = finding.app.key in finding.group
    return incident_id_of(finding.app if about_app else AppReference(), fingerprint)


def _reopened(alert: Alert, finding: Finding, last: HistoryEntry | None, now: datetime) -> tuple[Alert, HistoryEntry]:
    reopened = replace(
        _holding(alert),
        policy_version=finding.policy_version,
        status=next_status(alert.status, AlertStatus.NEW, Mover.SERVICE),
        classification=Classification.UNKNOWN,
        determination=Determination.UNKNOWN,
        resolved_date_time=None,
        last_update_date_time=next_version_time(alert, now),
    )
    edits = (PropertyEdit(property="status", before=alert.status, after=reopened.status),)
    return reopened, next_entry(last, now, _SERVICE, "reopened", edits, "something newer happened")


def _change(
    series: Series,
    alert: Alert,
    entry: HistoryEntry | None,
    candidates: Sequence[Candidate],
    routes_for: RoutesFor,
    watch: Watch | None,
) -> AlertChange:
    """The commit that gives the alert as many of the candidates as fit; each entry of its history is told to people,
    unless the alert is historical or only holds again."""
    added = candidates[:MOST_EVIDENCE_PER_COMMIT]
    shown = replace(with_evidence(alert, added), historical=alert.historical and _all_historical(added, watch))
    return AlertChange(
        alert=shown,
        expected_version=series.version,
        evidence=tuple(candidate.item for candidate in added),
        history=(entry,) if entry else (),
        deliveries=_deliveries(entry, routes_for(shown)) if entry is not None and not shown.historical else (),
    )


def _all_historical(candidates: Sequence[Candidate], watch: Watch | None) -> bool:
    return watch is not None and all(watch.is_historical(candidate.item) for candidate in candidates)


def _holding(alert: Alert) -> Alert:
    """The alert, of which the condition holds again if it did not."""
    if alert.condition_holds is not False:
        return alert
    return replace(alert, condition_holds=True, condition_ended_date_time=None)


def _joined(
    series: Series, alert: Alert, added: Sequence[Candidate], now: datetime, watch: Watch | None
) -> HistoryEntry | None:
    """Evidence joins without an entry, unless it changes what the alert is."""
    if alert.historical and not _all_historical(added, watch):
        return _became_current(series.last_history, now)
    if alert.condition_holds is False:
        edits = (PropertyEdit(property="conditionHolds", before="false", after="true"),)
        return next_entry(series.last_history, now, _SERVICE, HOLDS_AGAIN, edits, "the condition holds again")
    return None


def _became_current(last: HistoryEntry | None, now: datetime) -> HistoryEntry:
    edits = (PropertyEdit(property="historical", before="true", after="false"),)
    return next_entry(last, now, _SERVICE, "becameCurrent", edits, "it happened again since the tenant is watched")


def _deliveries(entry: HistoryEntry, routes: Sequence[str]) -> tuple[Delivery, ...]:
    if entry.action == HOLDS_AGAIN:
        return ()  # Who has the alert open sees it; a state that comes and goes would ring all day.
    return tuple(Delivery(route=route, sequence=entry.sequence, reason=entry.action) for route in routes)


def _resolved_at(alert: Alert) -> datetime:
    return alert.resolved_date_time or alert.last_update_date_time
