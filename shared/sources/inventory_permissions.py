"""The permissions that service principals hold, from grants and app role assignments."""

from collections.abc import Mapping

from msgspec import Struct

from shared.domain.apps import Permission, PermissionKind
from shared.domain.permissions import permission_by_id, privilege_of
from shared.sources.fields import Fields, guid, members, text
from shared.sources.inventory_objects import Inventory, InventoryKind

_DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
"""The role id of an assignment that carries no role."""


class Held(Struct, frozen=True):
    """What one service principal holds. ``users`` are the object ids of those who consented for themselves."""

    permissions: tuple[Permission, ...] = ()
    users: frozenset[str] = frozenset()


class _Api(Struct, frozen=True):
    app_id: str | None
    roles: Mapping[str, str]


_UNKNOWN_API = _Api(None, {})


def held_permissions(inventory: Inventory) -> dict[str, Held]:
    """What each service principal holds, by its object id."""
    apis = {
        service_principal: _api(item)
        for item in inventory.get(InventoryKind.SERVICE_PRINCIPALS, ())
        if (service_principal := text(item, "id"))
    }
    delegated = _grouped(inventory.get(InventoryKind.GRANTS, []), "clientId")
    application = _grouped(inventory.get(InventoryKind.APP_ROLE_ASSIGNMENTS, []), "principalId")
    return {
        holder: Held(
            permissions=(
                *_delegated(delegated.get(holder, []), apis),
                *_application(application.get(holder, []), apis),
            ),
            users=frozenset(user for grant in delegated.get(holder, []) if (user := text(grant, "principalId"))),
        )
        for holder in delegated.keys() | application.keys()
    }


def _api(service_principal: Fields) -> _Api:
    return _Api(
        app_id=guid(service_principal.get("appId")),
        roles={
            role_id: value
            for role in members(service_principal, "appRoles")
            if (role_id := text(role, "id")) and (value := text(role, "value"))
        },
    )


def _grouped(items: list[Fields], key: str) -> dict[str, list[Fields]]:
    groups: dict[str, list[Fields]] = {}
    for item in items:
        if holder := text(item, key):
            groups.setdefault(holder, []).append(item)
    return groups


def _delegated(grants: list[Fields], apis: Mapping[str, _Api]) -> list[Permission]:
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
        for (api_id, scope), found in holders.items()
    ]


def _widest(grants: list[Fields]) -> str:
    is_for_all = any(text(grant, "consentType") == "AllPrincipals" for grant in grants)
    return "AllPrincipals" if is_for_all else "Principal"


def _application(assignments: list[Fields], apis: Mapping[str, _Api]) -> list[Permission]:
    """One permission for each app role. Its name is the API's own, else the table's, else its id."""
    held: dict[tuple[str | None, str], Permission] = {}
    for assignment in assignments:
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
        )
    return list(held.values())
