"""``RequiredResourceAccess``: the permissions that a registration's manifest asks for."""

from msgspec import Struct

from shared.domain.apps import PermissionKind
from shared.domain.events import PermissionChange, Resource
from shared.domain.permissions import permission_by_id
from shared.sources.fields import objects, text


class _Request(Struct, frozen=True):
    api: str | None
    permission_id: str
    kind: PermissionKind

    @property
    def name(self) -> str:
        listed = permission_by_id(self.permission_id)
        return listed.name if listed else self.permission_id


class ManifestChange(Struct, frozen=True):
    """What a manifest newly asks for, of the APIs of which it asks for more.

    ``scopes`` holds the names of both kinds, ``app_roles`` those of application permissions alone; a permission that
    the table does not hold goes by its id. ``resource`` is the API, if it is a single one.
    """

    scopes: PermissionChange
    app_roles: PermissionChange
    resource: Resource


def manifest_change(before: object, after: object) -> ManifestChange | None:
    """None if the manifest asks for nothing new."""
    old, new = _requests(before), _requests(after)
    apis = {request.api for request in new if request not in old}
    if not apis:
        return None
    old = [request for request in old if request.api in apis]
    new = [request for request in new if request.api in apis]
    return ManifestChange(
        scopes=PermissionChange(before=_names(old), after=_names(new)),
        app_roles=PermissionChange(before=_names(_app_roles(old)), after=_names(_app_roles(new))),
        resource=Resource(app_id=apis.pop()) if len(apis) == 1 else Resource(),
    )


def _requests(value: object) -> list[_Request]:
    return [
        _Request(api.lower() if api else None, permission_id.lower(), kind)
        for entry in objects(value)
        for api in (text(entry, "ResourceAppId"),)
        for permission in objects(entry.get("RequiredAppPermissions"))
        if (permission_id := text(permission, "EntitlementId"))
        for kind in _kinds(permission.get("DirectAccessGrant"), permission.get("ImpersonationAccessGrants"))
    ]


def _kinds(direct_access: object, impersonation: object) -> list[PermissionKind]:
    """``DirectAccessGrant`` is the application permission, ``ImpersonationAccessGrants`` the delegated one."""
    kinds = [PermissionKind.DELEGATED] if impersonation else []
    return [*kinds, PermissionKind.APPLICATION] if direct_access is True else kinds


def _app_roles(requests: list[_Request]) -> list[_Request]:
    return [request for request in requests if request.kind is PermissionKind.APPLICATION]


def _names(requests: list[_Request]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(request.name for request in requests))
