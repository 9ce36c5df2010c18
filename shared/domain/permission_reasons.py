"""Why a permission has its privilege, in a few words: what it lets an app do."""

from collections.abc import Mapping
from typing import Final

from shared.domain.apps import Permission, PermissionKind
from shared.domain.permissions import DATA_WIDE_APP_ROLES, RISKY_SCOPES, TIER0_APP_ROLES
from shared.domain.privileges import Privilege

_BY_NAME: Final[Mapping[tuple[PermissionKind, str], str]] = {
    (PermissionKind.DELEGATED, "offline_access"): "keeps its access while the user is away",
    (PermissionKind.DELEGATED, "Mail.Send"): "sends mail as the user",
    (PermissionKind.DELEGATED, "SMTP.Send"): "sends mail as the user",
    (PermissionKind.APPLICATION, "Mail.Send"): "sends mail as anybody",
    (PermissionKind.APPLICATION, "SMTP.SendAsApp"): "sends mail as anybody",
}
"""Permissions for which the words of their group would be wrong."""
_BY_PRIVILEGE: Final = {
    Privilege.HIGH: "changes the tenant, or reaches content without limit",
    Privilege.MEDIUM: "reads the directory or settings, or a limited part of the content",
    Privilege.LOW: "signs in, or reads what everybody may see",
}


def reason_for(permission: Permission) -> str:
    """Without a capital letter and a full stop, to stand in a table."""
    named = _BY_NAME.get((permission.kind, permission.name))
    return named or _by_group(permission) or _BY_PRIVILEGE[permission.privilege]


def _by_group(permission: Permission) -> str | None:
    if permission.kind is PermissionKind.DELEGATED:
        risky = permission.name in RISKY_SCOPES
        return "reaches the user's mail, files or chats, which is what consent phishing asks for" if risky else None
    if permission.name in TIER0_APP_ROLES:
        return "can make itself or others Global Administrator"
    return "reaches everybody's mail, files, sites or chats" if permission.name in DATA_WIDE_APP_ROLES else None
