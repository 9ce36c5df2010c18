"""Which traits an app has, judged from what is known of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from shared.domain import hygiene
from shared.domain.app_summaries import NEW_FOR
from shared.domain.app_traits import Trait
from shared.domain.apps import App, Origin, PermissionKind
from shared.domain.escalation import EscalationTarget
from shared.domain.escalation_table import PRIVILEGED_ROLES
from shared.domain.known import UNKNOWN, Known
from shared.domain.permission_use import is_overprivileged
from shared.domain.privileges import Privilege


def traits_of(app: App, now: datetime, reached: frozenset[EscalationTarget]) -> dict[Trait, Known[bool]]:
    """Every trait: True, False, or UNKNOWN where nothing that was read can tell."""
    judged = {trait: judge(app, now) for trait, judge in _JUDGES.items()}
    judged |= {trait: can_reach(app, target, reached) for trait, target in _TARGETS.items()}
    return {trait: judged[trait] for trait in Trait}


def can_reach(app: App, target: EscalationTarget, reached: frozenset[EscalationTarget]) -> Known[bool]:
    """UNKNOWN where what it does not reach yet may lie in what was not read."""
    if target in reached:
        return True
    return UNKNOWN if UNKNOWN in (app.permissions, app.directory_roles) else False


def reached_by(traits: Iterable[Trait]) -> frozenset[EscalationTarget]:
    """What an app with these traits reaches."""
    return frozenset(_TARGETS[trait] for trait in traits if trait in _TARGETS)


def holds_privileged_role(app: App) -> Known[bool]:
    """Over any part of the tenant."""
    if app.directory_roles is UNKNOWN:
        return UNKNOWN
    return any(held.template_id in PRIVILEGED_ROLES for held in app.directory_roles or ())


def is_highly_privileged(app: App, _now: datetime) -> Known[bool]:
    privilege = UNKNOWN if app.privilege is UNKNOWN else app.privilege is Privilege.HIGH
    return hygiene.any_known((privilege, holds_privileged_role(app)))


def is_new(app: App, now: datetime) -> Known[bool]:
    """By the date it was created; where that is not known, by when it was seen first."""
    since = app.in_tenant_since
    return UNKNOWN if since is None else now - since <= NEW_FOR


def is_at_least_one(count: Known[int]) -> Known[bool]:
    return UNKNOWN if count is UNKNOWN else bool(count)


def _is_external(app: App, _now: datetime) -> Known[bool]:
    return UNKNOWN if app.origin is UNKNOWN else app.origin is Origin.EXTERNAL


def _is_unverified(app: App, _now: datetime) -> Known[bool]:
    return UNKNOWN if app.publisher_verified is UNKNOWN else not app.publisher_verified


def _is_app_only(app: App, _now: datetime) -> Known[bool]:
    if app.permissions is UNKNOWN:
        return UNKNOWN
    return any(held.kind is PermissionKind.APPLICATION for held in app.permissions or ())


def _has_no_data_access(app: App, _now: datetime) -> Known[bool]:
    access = app.has_data_access
    return UNKNOWN if access is UNKNOWN else not access


def _is_disabled_by_microsoft(app: App, _now: datetime) -> Known[bool]:
    return UNKNOWN if app.disabled_by_microsoft is UNKNOWN else bool(app.disabled_by_microsoft)


_JUDGES: Final[Mapping[Trait, Callable[[App, datetime], Known[bool]]]] = {
    Trait.HIGHLY_PRIVILEGED: is_highly_privileged,
    Trait.OVERPRIVILEGED: is_overprivileged,
    Trait.UNUSED: hygiene.is_unused,
    Trait.NEW: is_new,
    Trait.EXTERNAL: _is_external,
    Trait.UNVERIFIED: _is_unverified,
    Trait.APP_ONLY: _is_app_only,
    Trait.NO_DATA_ACCESS: _has_no_data_access,
    Trait.EXPIRED_CREDENTIAL: hygiene.has_expired_credential,
    Trait.EXPIRING_CREDENTIAL: hygiene.has_expiring_credential,
    Trait.LONG_LIVED_CREDENTIAL: hygiene.has_long_lived_credential,
    Trait.SEVERAL_CREDENTIALS: hygiene.has_several_credentials,
    Trait.UNUSED_CREDENTIAL: hygiene.has_unused_credential,
    Trait.SECRET: hygiene.has_secret,
    Trait.NO_OWNER: lambda app, _now: hygiene.has_owners(app, 0),
    Trait.SINGLE_OWNER: lambda app, _now: hygiene.has_owners(app, 1),
    Trait.GUEST_OWNER: lambda app, _now: hygiene.has_guest_owner(app),
    Trait.DISABLED_OWNER: lambda app, _now: hygiene.has_disabled_owner(app),
    Trait.PRIORITY_USERS: lambda app, _now: is_at_least_one(app.priority_users),
    Trait.PRIVILEGED_USERS: lambda app, _now: is_at_least_one(app.privileged_users),
    Trait.DISABLED_BY_MICROSOFT: _is_disabled_by_microsoft,
}
_TARGETS: Final[Mapping[Trait, EscalationTarget]] = {
    Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR: EscalationTarget.GLOBAL_ADMINISTRATOR,
    Trait.CAN_READ_EVERY_MAILBOX: EscalationTarget.EVERY_MAILBOX,
}
