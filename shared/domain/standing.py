"""What stands: the findings of app policies that held when their app was judged last, and where that ends.

A finding is true of an app for a while. ``occurrence`` counts how often it began to hold, from 0: each time it begins
again is evidence of its own, though the conditions say the same. Only findings whose alert is about one app are kept
track of; an alert that gathers several apps has no end that one of them could tell.

Most of what stands stood before and has been told: its alert is asked again only for evidence that it does not have.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.alert_series import AlertChange, Series
from shared.domain.alerts import AlertStatus, PropertyEdit, fingerprint_of
from shared.domain.candidates import candidates_of
from shared.domain.episodes import next_version_time
from shared.domain.findings import ConditionResult, Finding
from shared.domain.history import next_entry
from shared.domain.lifecycle import Mover, next_status

_SERVICE: Final = "Consentry"
_MOST_CONDITIONS: Final = 20
"""Conditions in one entry of a history; a policy of more has them with its evidence."""


class Standing(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``ended`` is None while it stands. ``told`` is the evidence that its alert was brought up to date with last."""

    policy_id: str
    app_id: str
    fingerprint: str
    since: datetime
    occurrence: int = 0
    ended: datetime | None = None
    told: str | None = None


class VersionedStanding(Struct, frozen=True, kw_only=True):
    """``version`` is None of one that was never stored."""

    standing: Standing
    version: str | None = None


class Ending(Struct, frozen=True, kw_only=True):
    """Why it no longer stands, and what the conditions say now, where they can be asked."""

    reason: str
    conditions: tuple[ConditionResult, ...] = ()
    resolves: bool = False


class JudgedPartition(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """When and by which rules a partition of apps was judged last. ``due`` is when time alone may change an answer;
    ``release`` names the bundled policies, and ``release_since`` when the first of an unbroken row was judged by them.
    """

    partition: str
    rules: str
    judged: datetime
    due: datetime | None = None
    not_evaluated: int = 0
    exempted: int = 0
    release: str = ""
    release_since: datetime | None = None


def release_since(before: JudgedPartition | None, release: str, now: datetime) -> datetime | None:
    """Since when this release judges the partition without another between; None if no other ever did."""
    if before is None:
        return None
    return before.release_since if before.release == release else now


def fingerprint_if_tracked(finding: Finding) -> str | None:
    """The series of the finding, if it is about the state of this one app."""
    if finding.evidence or finding.app.app_id is None or finding.app.app_id not in finding.group:
        return None
    return fingerprint_of(finding.policy_id, finding.group)


def begun(
    stood: Mapping[str, VersionedStanding], findings: Iterable[Finding], now: datetime
) -> dict[str, VersionedStanding]:
    """What begins to stand with these findings, by fingerprint; ``stood`` is all that ever did."""
    found: dict[str, VersionedStanding] = {}
    for finding in findings:
        fingerprint = fingerprint_if_tracked(finding)
        if fingerprint is None:
            continue
        before = stood.get(fingerprint)
        if before is not None and before.standing.ended is None:
            continue
        standing = Standing(
            policy_id=finding.policy_id,
            app_id=finding.app.app_id or "",
            fingerprint=fingerprint,
            since=now,
            occurrence=before.standing.occurrence + 1 if before is not None else 0,
        )
        found[fingerprint] = VersionedStanding(standing=standing, version=before.version if before else None)
    return found


def numbered(findings: Sequence[Finding], stood: Mapping[str, VersionedStanding]) -> list[Finding]:
    """The findings with the number of their occurrence."""
    return [_numbered(finding, stood.get(fingerprint_if_tracked(finding) or "")) for finding in findings]


def untold(findings: Iterable[Finding], stood: Mapping[str, VersionedStanding]) -> list[Finding]:
    """Those that bring their alert something, all that are not kept track of among them. They are ``numbered``."""
    return [finding for finding in findings if not _is_told(finding, stood)]


def as_told(findings: Iterable[Finding], stood: Mapping[str, VersionedStanding]) -> list[VersionedStanding]:
    """What is to be stored once the alerts hold these findings."""
    found = ((finding, stood.get(fingerprint_if_tracked(finding) or "")) for finding in findings)
    return [
        VersionedStanding(standing=replace(one.standing, told=_evidence_of(finding)), version=one.version)
        for finding, one in found
        if one is not None
    ]


def _is_told(finding: Finding, stood: Mapping[str, VersionedStanding]) -> bool:
    one = stood.get(fingerprint_if_tracked(finding) or "")
    return one is not None and one.standing.told == _evidence_of(finding)


def _evidence_of(finding: Finding) -> str:
    return candidates_of([finding])[0].item.event_id


def _numbered(finding: Finding, stands: VersionedStanding | None) -> Finding:
    if stands is None or not stands.standing.occurrence:
        return finding
    return replace(finding, occurrence=stands.standing.occurrence)


def ended_change(series: Series, ending: Ending, now: datetime) -> AlertChange | None:
    """The commit that tells the alert that its condition no longer holds; None where there is nothing to tell.

    What people have resolved stays as they left it.
    """
    alert = series.alert
    if alert is None or alert.status is AlertStatus.RESOLVED or alert.condition_holds is False:
        return None
    edits = [PropertyEdit(property="conditionHolds", before="true", after="false")]
    after = replace(
        alert,
        condition_holds=False,
        condition_ended_date_time=now,
        last_update_date_time=next_version_time(alert, now),
    )
    if ending.resolves:
        status = next_status(alert.status, AlertStatus.RESOLVED, Mover.SERVICE)
        after = replace(after, status=status, resolved_date_time=now)
        edits.append(PropertyEdit(property="status", before=alert.status, after=status))
    edits += _now_and_then(alert.conditions, ending.conditions)
    entry = next_entry(series.last_history, now, _SERVICE, "conditionEnded", tuple(edits), ending.reason)
    return AlertChange(alert=after, expected_version=series.version, history=(entry,))


def _now_and_then(before: Iterable[ConditionResult], after: Sequence[ConditionResult]) -> list[PropertyEdit]:
    then = {result.condition: result for result in before}
    return [
        PropertyEdit(property=result.condition, before=_shown(then.get(result.condition)), after=_shown(result))
        for result in after[:_MOST_CONDITIONS]
    ]


def _shown(result: ConditionResult | None) -> str | None:
    return None if result is None else f"{result.outcome}: {result.seen}"
