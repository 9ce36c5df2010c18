"""One app with all that is known of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from functions.models.apps import AppSummaryResource, ReadingResource, reading_of, summary_resource
from functions.models.shapes import Sent
from shared.domain.alerts import AlertStatus
from shared.domain.app_summaries import summary_of
from shared.domain.apps import ConsentGrant, Credential, Permission, PermissionKind
from shared.domain.events import CredentialKind
from shared.domain.known import Known
from shared.domain.permission_reasons import reason_for
from shared.domain.privileges import Privilege
from shared.domain.severities import Severity
from shared.pipeline.inventory.app_list import AppDetails

_EXPIRING = timedelta(days=30)


class PermissionResource(Sent):
    """One permission; ``reason`` says why it has its privilege. ``consentType`` is null for application permissions."""

    name: str
    kind: PermissionKind
    privilege: Privilege
    reason: str
    resource_app_id: str | None
    consent_type: str | None
    users: int


class GrantResource(Sent):
    """What was consented to for one API: for all (AllPrincipals), or by so many users (Principal)."""

    resource_app_id: str | None
    consent_type: str
    scopes: list[str]
    users: int


class OwnerResource(Sent):
    id: str
    name: str | None
    kind: str | None


class CredentialState(StrEnum):
    """``expiring`` ends within 30 days."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"


class CredentialResource(Sent):
    """A secret, certificate or federated credential, never its value."""

    key_id: str | None
    kind: CredentialKind
    display_name: str | None
    start_date_time: datetime | None
    end_date_time: datetime | None
    state: CredentialState


class AppAlertResource(Sent):
    id: str
    title: str
    severity: Severity
    status: AlertStatus
    created_date_time: datetime


class AppResource(Sent):
    """One app. Lists are null where nobody has read them; ``permissions`` stand with the highest privilege first.

    ``alerts`` are the newest 50, open or not.
    """

    summary: AppSummaryResource
    application_object_id: str | None
    sign_in_audience: str | None
    homepage: str | None
    reply_urls: list[str] | None
    tags: list[str] | None
    permissions: list[PermissionResource] | None
    grants: list[GrantResource] | None
    owners: list[OwnerResource] | None
    credentials: list[CredentialResource] | None
    alerts: list[AppAlertResource]
    last_complete_read: datetime | None
    reading: ReadingResource | None


def app_resource(details: AppDetails, now: datetime) -> AppResource:
    app = details.app
    return AppResource(
        summary=summary_resource(summary_of(app), now),
        application_object_id=app.application_object_id,
        sign_in_audience=app.sign_in_audience or None,
        homepage=app.homepage or None,
        reply_urls=_each(app.reply_urls, str),
        tags=_each(app.tags, str),
        permissions=_each(app.permissions, _permission, key=lambda held: (-held.privilege.rank, held.name)),
        grants=_each(app.grants, _grant),
        owners=_each(app.owners, OwnerResource.model_validate),
        credentials=_each(app.credentials, lambda held: _credential(held, now)),
        alerts=[AppAlertResource.model_validate(alert) for alert in details.alerts],
        last_complete_read=details.completeness.last_complete_read,
        reading=reading_of(details.completeness),
    )


def _each[T, R](
    known: Known[tuple[T, ...]], show: Callable[[T], R], key: Callable[[T], tuple[int, str]] | None = None
) -> list[R] | None:
    """Each shown, in their order or in that of ``key``; None for what is not known."""
    if not isinstance(known, tuple):
        return None
    return [show(each) for each in (sorted(known, key=key) if key else known)]


def _grant(held: ConsentGrant) -> GrantResource:
    return GrantResource(
        resource_app_id=held.resource_app_id,
        consent_type=held.consent_type,
        scopes=list(held.scopes),
        users=held.users,
    )


def _permission(held: Permission) -> PermissionResource:
    return PermissionResource(
        name=held.name,
        kind=held.kind,
        privilege=held.privilege,
        reason=reason_for(held),
        resource_app_id=held.resource_app_id,
        consent_type=held.consent_type,
        users=held.users,
    )


def _credential(held: Credential, now: datetime) -> CredentialResource:
    return CredentialResource(
        key_id=held.key_id,
        kind=held.kind,
        display_name=held.display_name,
        start_date_time=held.start,
        end_date_time=held.end,
        state=_state(held.end, now),
    )


def _state(end: datetime | None, now: datetime) -> CredentialState:
    if end is None or end > now + _EXPIRING:
        return CredentialState.ACTIVE
    return CredentialState.EXPIRED if end <= now else CredentialState.EXPIRING
