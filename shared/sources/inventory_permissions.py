"""The permissions that service principals hold, from grants and app role assignments.

All in an order of their own: Graph keeps to none, and another one is no change of an app.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from shared.domain.apps import ConsentGrant, Permission, PermissionKind
from shared.domain.permissions import permission_by_id, privilege_of
from shared.sources.fields import Fields, guid, objects, text
from shared.sources.times import time_of

_DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
"""The role id of an assignment that carries no role."""


class Api(Struct, frozen=True):
    """An API that permissions are for: its appId, and the names of its app roles by their ids."""

    app_id: str | None
    roles: Mapping[str, str]


type Apis = Mapping[str, Api]
"""APIs by the object id of their service principal."""

_UNKNOWN_API = Api(None, {})


class Held(Struct, frozen=True):
    """What one service principal holds. ``users`` are the object ids of those who consented for themselves."""

    permissions: tuple[Permission, ...]
    grants: tuple[ConsentGrant, ...]
    users: frozenset[str]


def apis_of(service_principals: Iterable[Fields]) -> dict[str, Api]:
    """Each service principal as the API it may be, by its object id. Roles that are none are left out."""
    return {object_id: _api(item) for item in service_principals if (object_id := text(item, "id"))}


def held_permissions(grants: list[Fields], assignments: list[Fields], apis: Apis) -> Held:
    """What the one service principal holds to which all these grants and app role assignments were made."""
    return Held(
        permissions=(*_delegated(grants, apis), *_application(assignments, apis)),
        grants=tuple(_consents(grants, apis)),
        users=frozenset(user for grant in grants if (user := text(grant, "principalId"))),
    )


def by_holder(items: Iterable[Fields], key: str) -> dict[str, list[Fields]]:
    """Grants or assignments by the object id of the service principal that holds them."""
    groups: dict[str, list[Fields]] = {}
    for item in items:
        if holder := text(item, key):
            groups.setdefault(holder, []).append(item)
    return groups


def _api(service_principal: Fields) -> Api:
    return Api(
        app_id=guid(service_principal.get("appId")),
        roles={
            role_id: value
            for role in objects(service_principal.get("appRoles"))
            if (role_id := text(role, "id")) and (value := text(role, "value"))
        },
    )


def _consents(grants: list[Fields], apis: Apis) -> Iterator[ConsentGrant]:
    """One for each API and type of consent, over all of its grants."""
    alike: dict[tuple[str | None, str], list[Fields]] = {}
    for grant in grants:
        api = apis.get(text(grant, "resourceId") or "", _UNKNOWN_API)
        alike.setdefault((api.app_id, _widest([grant])), []).append(grant)
    for (api_id, consent_type), found in sorted(alike.items(), key=lambda item: _in_order(*item[0])):
        scopes = {scope for grant in found for scope in (text(grant, "scope") or "").split()}
        users = {user for grant in found if (user := text(grant, "principalId"))}
        yield ConsentGrant(
            resource_app_id=api_id, consent_type=consent_type, scopes=tuple(sorted(scopes)), users=len(users)
        )


def _delegated(grants: list[Fields], apis: Apis) -> list[Permission]:
    """One permission for each scope of each API, over all of its grants: one for all users, or one for each user."""
    holders: dict[tuple[str | None, str], list[Fields]] = {}
    for grant in grants:
        api = apis.get(text(grant, "resourceId") or "", _UNKNOWN_API)
        for scope in (text(grant, "scope") or "").split():
            holders.setdefault((api.app_id, scope), []).append(grant)
    return [
        Permission(
            name=scope,
            kind=PermissionKind.DELEGATED,
            privilege=privilege_of(scope, PermissionKind.DELEGATED, api_id),
            resource_app_id=api_id,
            consent_type=_widest(found),
            users=len({user for grant in found if (user := text(grant, "principalId"))}),
        )
        for (api_id, scope), found in sorted(holders.items(), key=lambda item: _in_order(*item[0]))
    ]


def _widest(grants: list[Fields]) -> str:
    is_for_all = any(text(grant, "consentType") == "AllPrincipals" for grant in grants)
    return "AllPrincipals" if is_for_all else "Principal"


def _application(assignments: list[Fields], apis: Apis) -> list[Permission]:
    """One permission for each app role. Its name is the API's own, else the table's, else its id."""
    held: dict[tuple[str | None, str], Permission] = {}
    for assignment in sorted(assignments, key=lambda item: text(item, "createdDateTime") or ""):
        role_id = text(assignment, "appRoleId")
        if role_id is None or role_id == _DEFAULT_ACCESS:
            continue
        api = apis.get(text(assignment, "resourceId") or "", _UNKNOWN_API)
        listed = permission_by_id(role_id)
        name = api.roles.get(role_id) or (listed.name if listed else role_id)
        held[api.app_id, role_id] = Permission(
            name=name,
            kind=PermissionKind.APPLICATION,
            privilege=privilege_of(name, PermissionKind.APPLICATION, api.app_id),
            resource_app_id=api.app_id,
            granted=time_of(assignment, "createdDateTime"),
        )
    return [held[key] for key in sorted(held, key=lambda key: _in_order(*key))]


def _in_order(api_id: str | None, name: str) -> tuple[str, str]:
    return api_id or "", name
