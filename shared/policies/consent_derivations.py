"""Facts of an app's permissions and consents, computed from what is stored of them; see ``app_consent_facts``."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from shared.domain import hygiene
from shared.domain.apps import MOST_CONSENTING_USERS, App, Origin, Permission, PermissionKind
from shared.domain.judge_traits import is_at_least_one
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.policies.percentages import increase

_MANAGED_IDENTITY: Final = "ManagedIdentity"


def registration_age(app: App, now: datetime) -> object:
    """A managed identity is of this tenant and has no registration: it counts from when it was made."""
    is_from_elsewhere = app.origin in (Origin.EXTERNAL, Origin.MICROSOFT)
    is_managed = app.service_principal_type == _MANAGED_IDENTITY
    since = app.created if is_from_elsewhere or is_managed else app.registered
    return now - since if since else since


def application_permissions(app: App, _now: datetime) -> object:
    return _names_for_graph(app, PermissionKind.APPLICATION)


def delegated_permissions(app: App, _now: datetime) -> object:
    return _names_for_graph(app, PermissionKind.DELEGATED)


def has_non_graph_permissions(app: App, _now: datetime) -> object:
    if app.permissions is UNKNOWN:
        return UNKNOWN
    return hygiene.any_known(UNKNOWN if api is None else api != MICROSOFT_GRAPH for api in _apis(app.permissions or ()))


def holds_graph(app: App) -> Known[bool]:
    """Whether it holds a permission for Microsoft Graph. One for an API that is not known may be one."""
    if app.permissions is UNKNOWN:
        return UNKNOWN
    return hygiene.any_known(UNKNOWN if api is None else api == MICROSOFT_GRAPH for api in _apis(app.permissions or ()))


def consented_users_increase(app: App, _now: datetime) -> object:
    return increase(app.consented_users, app.consented_users_before)


def consenting_users(app: App, _now: datetime) -> object:
    """Where not all are kept, nobody can tell that somebody is not among them."""
    is_cut = isinstance(app.consented_users, int) and app.consented_users > MOST_CONSENTING_USERS
    return UNKNOWN if is_cut else app.consenting_users


def has_priority_consent(app: App, _now: datetime) -> object:
    """Consent for all users is consent for those accounts too."""
    for_all = hygiene.all_known((_is_consented_for_all(app), app.has_priority_accounts))
    return hygiene.any_known((is_at_least_one(app.priority_users), for_all))


def _is_consented_for_all(app: App) -> Known[bool]:
    if app.grants is UNKNOWN:
        return UNKNOWN
    return any(grant.consent_type == "AllPrincipals" for grant in app.grants or ())


def _names_for_graph(app: App, kind: PermissionKind) -> object:
    holds = holds_graph(app)
    if holds is not True:
        return UNKNOWN if holds is UNKNOWN else None
    held = (each for each in app.permissions or () if each.resource_app_id == MICROSOFT_GRAPH)
    return tuple(each.name for each in held if each.kind is kind)


def _apis(permissions: Iterable[Permission]) -> Iterable[str | None]:
    return (held.resource_app_id for held in permissions)
