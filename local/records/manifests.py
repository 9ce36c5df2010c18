"""``RequiredResourceAccess``: what a manifest asks for, by the ids of the permissions."""

from uuid import UUID

from local.records.errors import NotRecorded
from shared.domain.apps import PermissionKind
from shared.domain.events import Event, PermissionChange
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.permission_table import PERMISSIONS

_IDS = {(fact.api, fact.kind, fact.name): fact.id for fact in PERMISSIONS}
_DELEGATED_GRANTS = [20]
"""``ImpersonationAccessGrants`` of every delegated permission seen in records."""


def required_access(event: Event) -> tuple[object, object]:
    """The value of ``RequiredResourceAccess`` before and after. Raises NotRecorded for what has no id."""
    scopes = event.scopes or PermissionChange()
    if not scopes.added:
        raise NotRecorded("a manifest that asks for nothing new: give scopes with more after than before")
    roles = event.app_roles or PermissionChange()
    api = event.resource.app_id or MICROSOFT_GRAPH
    return _access(api, scopes.before, roles.before), _access(api, scopes.after, roles.after)


def _access(api: str, names: tuple[str, ...], app_roles: tuple[str, ...]) -> object:
    if not names:
        return []
    permissions = [_permission(api, name, is_role=name in app_roles) for name in names]
    return [{"ResourceAppId": api, "RequiredAppPermissions": permissions, "EncodingVersion": 1}]


def _permission(api: str, name: str, *, is_role: bool) -> dict[str, object]:
    kind = PermissionKind.APPLICATION if is_role else PermissionKind.DELEGATED
    return {
        "EntitlementId": _id(api, name, kind),
        "DirectAccessGrant": is_role,
        "ImpersonationAccessGrants": [] if is_role else _DELEGATED_GRANTS,
    }


def _id(api: str, name: str, kind: PermissionKind) -> str:
    """An id of the table, or the name itself where it is one, as the parser gives ids it does not know."""
    known = _IDS.get((api, kind, name))
    if known is not None:
        return known
    try:
        return str(UUID(name))
    except ValueError:
        raise NotRecorded(f"{name} is no {kind} permission of {api} in the table of permissions") from None
