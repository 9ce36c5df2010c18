"""What an alert shows of its evidence: how much there is, when it happened, and what it says.

Nothing depends on the order in which evidence arrives: counts add up, times widen, the earliest evidence of all gives
title, app, summary and conditions, and of each condition on several events together the largest measure stays.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from shared.domain.alerts import Alert
from shared.domain.candidates import UNDATED, Candidate
from shared.domain.event_sentences import plain_sentence
from shared.domain.findings import ConditionResult


def with_evidence(alert: Alert, added: Sequence[Candidate]) -> Alert:
    """The alert with more evidence: at least one piece, oldest first, none that the alert holds already."""
    shown = _shown_by(added[0], alert) if _is_earliest(added[0], alert) else alert
    times = [candidate.item.time for candidate in added]
    held = (alert.first_activity_date_time, alert.last_activity_date_time)
    known = [time for time in (*times, *held) if time is not None]
    return replace(
        shown,
        evidence_count=alert.evidence_count + len(added),
        first_activity_date_time=min(known, default=None),
        last_activity_date_time=max(known, default=None),
        joint_conditions=_strongest([*alert.joint_conditions, *_joint_conditions(added)]),
    )


def _is_earliest(candidate: Candidate, alert: Alert) -> bool:
    held = (alert.first_activity_date_time or UNDATED, alert.first_event_id)
    return not alert.evidence_count or candidate.order < held


def _shown_by(earliest: Candidate, alert: Alert) -> Alert:
    evidence = earliest.item.evidence
    return replace(
        alert,
        first_event_id=earliest.item.event_id,
        title=earliest.finding.title,
        app=earliest.finding.app,
        summary=plain_sentence(evidence.event) if evidence else "",
        conditions=earliest.item.conditions,
    )


def _joint_conditions(added: Iterable[Candidate]) -> list[ConditionResult]:
    """Those of findings on events; what a finding on the state of an app says stands with its evidence."""
    findings = {id(candidate.finding): candidate.finding for candidate in added}.values()
    return [result for finding in findings if finding.evidence for result in finding.conditions]


def _strongest(results: Iterable[ConditionResult]) -> tuple[ConditionResult, ...]:
    """Of each condition the result with the largest measure, the first of equals, in the order of the conditions."""
    strongest: dict[str, ConditionResult] = {}
    for result in results:
        best = strongest.setdefault(result.condition, result)
        if (result.measure or 0.0) > (best.measure or 0.0):
            strongest[result.condition] = result
    return tuple(strongest[condition] for condition in sorted(strongest))
