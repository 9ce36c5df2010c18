"""From an app to its row in the list."""

from datetime import datetime

from msgspec import UnsetType

from shared.domain.app_summaries import AppStatus, AppSummary, Consent, PermissionType
from shared.domain.apps import App, PermissionKind
from shared.domain.data_use import items_of
from shared.domain.escalation import EscalationTarget, own_targets
from shared.domain.events import Service
from shared.domain.hygiene import keys_of, last_used, owner_count
from shared.domain.judge_traits import holds_privileged_role, traits_of
from shared.domain.known import UNKNOWN, Known
from shared.domain.permission_use import permission_use, signs_in
from shared.domain.privileges import Privilege
from shared.domain.report_age import is_believed
from shared.domain.risk import known_score


def summary_of(app: App, now: datetime, reached_through: frozenset[EscalationTarget] = frozenset()) -> AppSummary:
    """The row as of ``now``. ``reached_through`` is what the app reaches by way of other apps, besides what it reaches
    by itself.
    """
    permissions = app.permissions or ()
    reached = reached_through | own_targets(app)
    traits = traits_of(app, now, reached)
    ends = tuple(sorted(credential.end for credential in app.credentials or () if credential.end))
    return AppSummary(
        app_id=app.app_id,
        service_principal_id=app.service_principal_id,
        application_object_id=app.application_object_id,
        display_name=app.display_name,
        publisher_name=_or_none(app.publisher_name),
        publisher_verified=_or_none(app.publisher_verified),
        certification=_or_none(app.certification),
        origin=_or_none(app.origin),
        home_tenant_id=_or_none(app.home_tenant_id),
        service_principal_type=_or_none(app.service_principal_type),
        privilege=_privilege(app),
        permissions=tuple(dict.fromkeys(held.name for held in permissions)),
        permission_type=_permission_type(app),
        apis=tuple(dict.fromkeys(held.resource_app_id for held in permissions if held.resource_app_id)),
        directory_roles=tuple(dict.fromkeys(held.name or held.template_id for held in app.directory_roles or ())),
        consent=_consent(app),
        consented_users=_or_none(app.consented_users),
        priority_users=_or_none(app.priority_users),
        privileged_users=_or_none(app.privileged_users),
        status=_status(app),
        enabled=_or_none(app.enabled),
        disabled_by_microsoft=_or_none(app.disabled_by_microsoft),
        owner_count=_or_none(owner_count(app)),
        credential_count=len(app.credentials) if isinstance(app.credentials, tuple) else None,
        credential_ends=ends,
        credential_expires=next((end for end in ends if end > now), ends[-1] if ends else None),
        credential_unused_since=_credential_unused_since(app, now),
        created=_or_none(app.created),
        registered=_or_none(app.registered),
        first_seen=app.first_seen,
        modified=app.modified,
        deleted=app.deleted,
        last_used=_or_none(last_used(app)),
        unused_permissions=_unused_permissions(app, now),
        data_use_items=app.data_use.items if app.data_use else None,
        data_use_bytes=app.data_use.size if app.data_use else None,
        data_use_trend=app.data_use.trend if app.data_use else None,
        data_services=_data_services(app),
        countries={each.country: each.events for each in app.countries or ()},
        active_users=_or_none(app.users_30d),
        risk=_or_none(known_score(app, now, reached)),
        traits=tuple(trait for trait, holds in traits.items() if holds is True),
        open_traits=tuple(trait for trait, holds in traits.items() if holds is UNKNOWN),
        judged=now,
        is_watched=app.is_watched,
        is_microsofts=app.is_microsofts,
    )


def _privilege(app: App) -> Privilege | None:
    """Of permissions and directory roles together, as far as known. A role that nobody reviewed is not harmless."""
    by_roles = None
    if app.directory_roles:
        by_roles = Privilege.HIGH if holds_privileged_role(app) else Privilege.MEDIUM
    if app.privilege is UNKNOWN:
        return by_roles if by_roles is Privilege.HIGH else None
    held = [each for each in (app.privilege, by_roles) if each is not None]
    return max(held, key=lambda each: each.rank, default=None)


def _permission_type(app: App) -> PermissionType | None:
    kinds: set[PermissionType] = {PermissionType(held.kind.value) for held in app.permissions or ()}
    if app.directory_roles:
        kinds.add(PermissionType.DIRECTORY_ROLES)
    if len(kinds) > 1:
        return PermissionType.MIXED
    if UNKNOWN in (app.permissions, app.directory_roles) and not kinds:
        return None
    return kinds.pop() if kinds else PermissionType.NONE


def _consent(app: App) -> Consent | None:
    """Application permissions need an administrator, like a grant for all users."""
    if not isinstance(app.permissions, tuple):
        return None
    if any(held.kind is PermissionKind.APPLICATION or held.consent_type == "AllPrincipals" for held in app.permissions):
        return Consent.ADMIN
    return Consent.USER if app.permissions else Consent.NONE


def _status(app: App) -> AppStatus | None:
    if app.deleted is not None:
        return AppStatus.DELETED
    if app.disabled_by_microsoft is True:
        return AppStatus.DISABLED_BY_MICROSOFT
    if not isinstance(app.enabled, bool):
        return None
    return AppStatus.ENABLED if app.enabled else AppStatus.DISABLED


def _credential_unused_since(app: App, now: datetime) -> datetime | None:
    if not is_believed(app.credential_use_read, now):
        return None
    told = (key.last_used or key.start for key in keys_of(app, now) if key.last_used is not UNKNOWN)
    return min((time for time in told if time is not None), default=None)


def _unused_permissions(app: App, now: datetime) -> int | None:
    """A count that leaves out what signs in and what nobody can tell; None where the latter is all there is."""
    uses = permission_use(app, now)
    if uses is None:
        return None
    uses = tuple(use for use in uses if not signs_in(use.permission))
    told = [use.used for use in uses if use.used is not UNKNOWN]
    return told.count(False) if told or not uses else None


def _data_services(app: App) -> dict[Service, int]:
    if not app.data_use:
        return {}
    return {service: items for service, use in app.data_use.recent.items() if (items := items_of(use))}


def _or_none[T](value: Known[T]) -> T | None:
    return None if isinstance(value, UnsetType) else value
