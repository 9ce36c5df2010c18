"""One app with all that is known and concluded of it."""

from datetime import datetime

from functions.models.app_parts import (
    ConsentGrantResource,
    CredentialResource,
    DirectoryRoleResource,
    OwnerResource,
    PermissionResource,
    SignInsResource,
    consent_grant_resource,
    credential_resource,
    owner_resource,
    permission_resource,
    sign_ins_resource,
)
from functions.models.app_use import (
    CountryResource,
    DataUseResource,
    PermissionActivityResource,
    countries_resource,
    data_use_resource,
    permission_activity_resource,
)
from functions.models.apps import AppSummaryResource, summary_resource
from functions.models.completeness import PartResource, ReadingResource, parts_of, reading_of
from functions.models.shapes import Sent
from shared.domain.alerts import AlertStatus
from shared.domain.apps import AppLinks
from shared.domain.escalation import EscalationTarget
from shared.domain.severities import Severity
from shared.pipeline.inventory.app_details import AppDetails


class RiskFactorResource(Sent):
    """One row of the published formula, and what about this app earns its points, which may be negative."""

    factor: str
    points: int
    reason: str


class RiskResource(Sent):
    """The points of all factors make the score, held between 1 and 100. ``unknown`` names the rows of the formula that
    nobody can judge. As of ``judgedDateTime`` of the summary, so that it explains the score of the list. The score is
    null while nobody has read the app's permissions.
    """

    score: int | None
    factors: list[RiskFactorResource]
    unknown: list[str]


class EscalationStepResource(Sent):
    means: str
    deed: str


class EscalationPathResource(Sent):
    """Steps to a target, the first one taken by the app itself. ``through`` are the appIds of apps it takes over."""

    target: EscalationTarget
    steps: list[EscalationStepResource]
    through: list[str]


class SufficientResource(Sent):
    """What the app could do with. ``keep`` and ``remove`` name permissions."""

    keep: list[str]
    remove: list[str]
    reason: str


class AdminLinksResource(Sent):
    """Pages of the Entra admin centre; null where the app has no such half."""

    overview: str | None
    permissions: str | None
    sign_ins: str | None
    registration: str | None


class PublisherLinksResource(Sent):
    """As the publisher says."""

    marketing: str | None
    privacy: str | None
    support: str | None
    terms: str | None


class AppAlertResource(Sent):
    id: str
    title: str
    severity: Severity
    status: AlertStatus
    created_date_time: datetime


class AppResource(Sent):
    """One app. Lists are null where nobody has read them; ``permissions`` stand with the highest privilege first.

    ``signIns`` is null where the report does not name the app, or was not read, as ``parts`` tells. ``sufficient`` is
    null where the app needs all it has, or nothing can tell. A deleted app can be restored until
    ``recoverableUntilDateTime``. ``dataUse``, ``permissionUse``, ``countries`` and ``activeUsers`` are null where no
    activity is collected, or none of the app yet. ``alerts`` are the newest 50, open or not.
    """

    summary: AppSummaryResource
    sign_in_audience: str | None
    homepage: str | None
    reply_urls: list[str] | None
    publisher_links: PublisherLinksResource | None
    tags: list[str] | None
    permissions: list[PermissionResource] | None
    sufficient: SufficientResource | None
    grants: list[ConsentGrantResource] | None
    owners: list[OwnerResource] | None
    credentials: list[CredentialResource] | None
    directory_roles: list[DirectoryRoleResource] | None
    sign_ins: SignInsResource | None
    data_use: DataUseResource | None
    permission_use: PermissionActivityResource | None
    countries: list[CountryResource] | None
    active_users: int | None
    recoverable_until_date_time: datetime | None
    risk: RiskResource
    escalation_paths: list[EscalationPathResource]
    admin_links: AdminLinksResource
    alerts: list[AppAlertResource]
    last_complete_read: datetime | None
    reading: ReadingResource | None
    parts: list[PartResource]


def app_resource(details: AppDetails, now: datetime) -> AppResource:
    app, known = details.app, details.completeness
    permissions, credentials = details.permissions, details.credentials
    return AppResource(
        summary=summary_resource(details.row, now),
        sign_in_audience=app.sign_in_audience or None,
        homepage=app.homepage or None,
        reply_urls=list(app.reply_urls) if isinstance(app.reply_urls, tuple) else None,
        publisher_links=PublisherLinksResource.model_validate(app.links) if isinstance(app.links, AppLinks) else None,
        tags=list(app.tags) if isinstance(app.tags, tuple) else None,
        permissions=[permission_resource(held) for held in permissions] if permissions is not None else None,
        sufficient=SufficientResource.model_validate(details.sufficient) if details.sufficient else None,
        grants=[consent_grant_resource(each) for each in app.grants] if isinstance(app.grants, tuple) else None,
        owners=[owner_resource(owner) for owner in app.owners] if isinstance(app.owners, tuple) else None,
        credentials=[credential_resource(held) for held in credentials] if credentials is not None else None,
        directory_roles=(
            [DirectoryRoleResource.model_validate(role) for role in app.directory_roles]
            if isinstance(app.directory_roles, tuple)
            else None
        ),
        sign_ins=sign_ins_resource(app.sign_ins),
        data_use=data_use_resource(app),
        permission_use=permission_activity_resource(app),
        countries=countries_resource(app),
        active_users=app.users_30d if isinstance(app.users_30d, int) else None,
        recoverable_until_date_time=app.recoverable_until,
        risk=RiskResource(
            score=details.score,
            factors=[RiskFactorResource.model_validate(factor) for factor in details.risk.factors],
            unknown=list(details.risk.unknown),
        ),
        escalation_paths=[EscalationPathResource.model_validate(path) for path in details.paths],
        admin_links=AdminLinksResource.model_validate(details.links),
        alerts=[AppAlertResource.model_validate(alert) for alert in details.alerts],
        last_complete_read=known.last_complete_read,
        reading=reading_of(known),
        parts=parts_of(known),
    )
