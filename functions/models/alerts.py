"""Alerts as the API shows them, named as in Microsoft Graph's ``alert`` (alerts_v2)."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from functions.models.shapes import Moment, PageParameters, Sent, ShortText, listed
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert, AlertStatus, Classification, Determination
from shared.domain.app_references import Resolution
from shared.domain.severities import Severity
from shared.pipeline.operation.policy_texts import PolicyText


class CommentResource(Sent):
    comment: str
    created_by_display_name: str
    created_date_time: datetime


class ConditionResource(Sent):
    """One condition of the policy, its outcome (true, false or unknown) and the value it saw."""

    condition: str
    outcome: str
    seen: str


class AlertResource(Sent):
    """One alert. Texts such as ``appDisplayName`` come from whoever named the app: show them as text, never as markup.

    ``identity`` says how the app was found; unless it is ``resolved``, ``appId`` may be missing or a guess.
    ``historical`` says that all of it happened before the tenant was watched, so nobody was told of it by itself.
    ``description``, ``recommendedActions`` and ``mitreTechniques`` are those of the policy as it is now. An alert with
    a ``providerAlertId`` stands for another product's, and has its techniques; ``providerAlertUrl`` is text of that
    product, and may be any address. ``conditionHolds`` is false once the state of the app that it tells of is gone,
    since ``conditionEndedDateTime``; true where it came back; null where it never ended, or events made the alert.
    """

    etag: Annotated[str, Field(alias="@odata.etag")]
    id: str
    incident_id: str
    policy_id: str
    policy_version: int
    title: str
    description: str | None
    severity: Severity
    status: AlertStatus
    classification: Classification
    determination: Determination
    assigned_to: str | None
    comments: list[CommentResource]
    created_date_time: datetime
    last_update_date_time: datetime
    resolved_date_time: datetime | None
    first_activity_date_time: datetime | None
    last_activity_date_time: datetime | None
    snoozed_until_date_time: datetime | None
    detection_source: Literal["consentry"] = "consentry"
    service_source: Literal["consentry"] = "consentry"
    mitre_techniques: list[str]
    recommended_actions: list[str]
    evidence_count: int
    historical: bool
    conditions: list[ConditionResource]
    app_id: str | None
    app_display_name: str | None
    service_principal_id: str | None
    application_object_id: str | None
    identity: Resolution
    provider_alert_id: str | None
    provider_alert_url: str | None
    related_alert_id: str | None
    condition_holds: bool | None
    condition_ended_date_time: datetime | None


class AlertList(Sent):
    """A page, newest first. It may be short, even empty, and still have a ``nextLink``."""

    value: list[AlertResource]
    next_link: str | None = None


class AlertListParameters(PageParameters):
    """Filters; all must hold. Several values of one filter are joined by commas."""

    status: Annotated[frozenset[AlertStatus], BeforeValidator(listed)] | None = None
    severity: Annotated[frozenset[Severity], BeforeValidator(listed)] | None = None
    app_id: ShortText | None = None
    policy_id: ShortText | None = None
    created_from: Moment | None = None
    created_to: Moment | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None

    def query(self) -> AlertQuery:
        return AlertQuery(
            status=self.status,
            severity=self.severity,
            app_id=self.app_id,
            policy_id=self.policy_id,
            created_from=self.created_from,
            created_to=self.created_to,
            text=self.text,
        )


def alert_resource(alert: Alert, etag: str, policy: PolicyText | None) -> AlertResource:
    """``policy`` is None where the alert's policy is no longer among the rules."""
    return AlertResource(
        etag=etag,
        id=alert.id,
        incident_id=alert.incident_id,
        policy_id=alert.policy_id,
        policy_version=alert.policy_version,
        title=alert.title,
        description=policy.description if policy else None,
        severity=alert.severity,
        status=alert.status,
        classification=alert.classification,
        determination=alert.determination,
        assigned_to=alert.assigned_to,
        comments=[CommentResource.model_validate(comment) for comment in alert.comments],
        created_date_time=alert.created_date_time,
        last_update_date_time=alert.last_update_date_time,
        resolved_date_time=alert.resolved_date_time,
        first_activity_date_time=alert.first_activity_date_time,
        last_activity_date_time=alert.last_activity_date_time,
        snoozed_until_date_time=alert.snoozed_until_date_time,
        mitre_techniques=_techniques(alert, policy),
        recommended_actions=list(policy.triage) if policy else [],
        evidence_count=alert.evidence_count,
        historical=alert.historical,
        conditions=[
            ConditionResource.model_validate(condition) for condition in (*alert.joint_conditions, *alert.conditions)
        ],
        app_id=alert.app.app_id,
        app_display_name=alert.app.display_name,
        service_principal_id=alert.app.service_principal_id,
        application_object_id=alert.app.application_object_id,
        identity=alert.app.resolution,
        provider_alert_id=alert.provider_alert_id,
        provider_alert_url=alert.provider_alert_url,
        related_alert_id=alert.related_alert_id,
        condition_holds=alert.condition_holds,
        condition_ended_date_time=alert.condition_ended_date_time,
    )


def _techniques(alert: Alert, policy: PolicyText | None) -> list[str]:
    if alert.provider_state is not None:
        return list(alert.provider_state.techniques)
    return list(policy.attack) if policy else []
