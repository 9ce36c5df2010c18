"""Remediations as the API shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator

from functions.models.alert_details import HistoryResource
from functions.models.shapes import PageParameters, Sent, ShortText, listed
from shared.domain.alerts import HistoryEntry
from shared.domain.history import first_broken
from shared.domain.remediation_records import StopSwitch
from shared.domain.remediations import (
    Remediation,
    RemediationAction,
    RemediationStatus,
    Snapshot,
    StepName,
    steps_of,
)
from shared.pipeline.remediation.plan_remediation import RemediationPlan


class ObstacleResource(Sent):
    """Why it was not made: ``code`` is stable and meant for programs, the rest for people."""

    code: str
    message: str
    advice: str


class RemediationResource(Sent):
    """One remediation. ``enabledBefore`` and ``enabledAfter`` are the app's ``accountEnabled``; null: not read yet.

    ``changed`` is null until it is known, and after a failure that may have had its effect. ``policyId`` is the policy
    that asked for it, in that version; both are null at a person's word.
    """

    id: str
    app_id: str
    app_display_name: str | None
    service_principal_id: str
    action: RemediationAction
    reason: str
    requested_by: str
    requested_date_time: datetime
    alert_id: str | None
    policy_id: str | None
    policy_version: int | None
    undoes: str | None
    undone_by: str | None
    status: RemediationStatus
    obstacle: ObstacleResource | None
    enabled_before: bool | None
    enabled_after: bool | None
    changed: bool | None
    finished_date_time: datetime | None
    not_before: datetime | None
    attempts: int
    last_error: str | None
    audit_event_ids: list[str]


class RemediationList(Sent):
    """A page, newest first. It may be short, even empty, and still have a ``nextLink``."""

    value: list[RemediationResource]
    next_link: str | None = None


class StepResource(Sent):
    """``done`` is null for a step that is not done, or was not needed."""

    name: StepName
    done: datetime | None


class SnapshotResource(Sent):
    """What is kept of the app from before the write, in short."""

    taken_date_time: datetime | None
    account_enabled: bool | None
    grants: int
    app_role_assignments: int
    owners: int


class RemediationDetails(RemediationResource):
    """``firstBroken`` is the sequence at which the chain of the history does not hold, null if it does."""

    steps: list[StepResource]
    snapshot: SnapshotResource | None
    history: list[HistoryResource]
    first_broken: int | None


class GuardResource(Sent):
    """One guard: what it asks, and what stands in the way if it did not pass."""

    code: str
    question: str
    passed: bool
    obstacle: ObstacleResource | None


class PlanResource(Sent):
    """What would be done. ``enabledNow`` is as the inventory read it last, which was complete at
    ``lastCompleteRead``; each is null where it is not known.
    """

    app_id: str
    app_display_name: str | None
    service_principal_id: str | None
    action: RemediationAction
    allowed: bool
    guards: list[GuardResource]
    enabled_now: bool | None
    last_complete_read: datetime | None
    enabled_then: bool
    meaning: list[str]


def _lower(value: object) -> object:
    """Ids of apps are kept in lower case; people and programs write them in either."""
    return value.lower() if isinstance(value, str) else value


class RemediationListParameters(PageParameters):
    """Filters; all must hold. Several statuses are joined by commas."""

    app_id: Annotated[ShortText, BeforeValidator(_lower)] | None = None
    status: Annotated[frozenset[RemediationStatus], BeforeValidator(listed)] | None = None


class StopResource(Sent):
    """Whether all remediation but undoing is stopped; the rest is null while nobody has ever used the switch."""

    stopped: bool
    reason: str | None
    changed_by: str | None
    changed_date_time: datetime | None


class StopDetails(StopResource):
    """``history`` is oldest first; ``firstBroken`` is where its chain does not hold, null if it does."""

    history: list[HistoryResource]
    first_broken: int | None


def stop_details(switch: StopSwitch, history: Sequence[HistoryEntry]) -> StopDetails:
    shown = StopResource.model_validate(switch)
    return StopDetails(
        **shown.model_dump(by_alias=False),
        history=[HistoryResource.model_validate(entry) for entry in history],
        first_broken=first_broken(history),
    )


def remediation_details(
    remediation: Remediation, snapshot: Snapshot | None, history: Sequence[HistoryEntry]
) -> RemediationDetails:
    """``snapshot`` is None where none was taken yet."""
    shown = RemediationResource.model_validate(remediation)
    return RemediationDetails(
        **shown.model_dump(by_alias=False),
        steps=[StepResource.model_validate(step) for step in steps_of(remediation)],
        snapshot=_snapshot_resource(remediation, snapshot) if snapshot is not None else None,
        history=[HistoryResource.model_validate(entry) for entry in history],
        first_broken=first_broken(history),
    )


def plan_resource(plan: RemediationPlan) -> PlanResource:
    return PlanResource(
        app_id=plan.app.app_id,
        app_display_name=plan.app.display_name,
        service_principal_id=plan.app.service_principal_id,
        action=plan.action,
        allowed=plan.obstacle is None,
        guards=[GuardResource.model_validate(answer) for answer in plan.checks],
        enabled_now=plan.enabled,
        last_complete_read=plan.last_read,
        enabled_then=plan.target,
        meaning=list(plan.meaning),
    )


def _snapshot_resource(remediation: Remediation, snapshot: Snapshot) -> SnapshotResource:
    return SnapshotResource(
        taken_date_time=remediation.snapshot_date_time,
        account_enabled=snapshot.get("accountEnabled"),
        grants=len(snapshot.get("oauth2PermissionGrants") or ()),
        app_role_assignments=len(snapshot.get("appRoleAssignments") or ()),
        owners=len(snapshot.get("owners") or ()),
    )
