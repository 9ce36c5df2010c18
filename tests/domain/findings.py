"""Findings for tests, built from the few facts a test is about."""

from datetime import UTC, datetime, timedelta

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference, Resolution
from shared.domain.events import Actor, ActorKind, CredentialKind, Event, EventCredential, PropertyChange, Source
from shared.domain.findings import ConditionResult, Evidence, Finding
from shared.domain.severities import Severity

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def app(app_id: str = "app-1", name: str = "Payroll Sync") -> AppReference:
    return AppReference(app_id=app_id, display_name=name, resolution=Resolution.RESOLVED)


def event(event_id: str, minutes: float | None = 0, actor: str = "lee", of: AppReference | None = None) -> Event:
    return Event(
        id=event_id,
        source=Source.DIRECTORY_AUDITS,
        activity=Activity.CREDENTIAL_ADDED,
        operation="update application",
        time=None if minutes is None else START + timedelta(minutes=minutes),
        actor=Actor(kind=ActorKind.USER, id=actor),
        app=of or app(),
        changes=(PropertyChange(name="KeyDescription", before="[]", after="[...]"),),
        credentials_added=(EventCredential(key_id="key", kind=CredentialKind.SECRET),),
    )


def finding(*events: Event, policy: str = "credential-added", severity: Severity = Severity.HIGH) -> Finding:
    reference = events[0].app
    return Finding(
        policy_id=policy,
        policy_version=1,
        title=f"Credential added to {reference.display_name}",
        severity=severity,
        group=(reference.key or "",),
        app=reference,
        observed=events[0].time,
        evidence=tuple(
            Evidence(event=each, conditions=(ConditionResult(condition="event.actor", outcome="true", seen=each.id),))
            for each in events
        ),
    )


def app_finding(outcome: str = "true", seen: str = "3 days") -> Finding:
    return Finding(
        policy_id="new-risky-app",
        policy_version=1,
        title="New risky app",
        severity=Severity.MEDIUM,
        group=("app-1",),
        app=app(),
        observed=START,
        conditions=(ConditionResult(condition="app.age lt 7d", outcome=outcome, seen=seen),),
    )
