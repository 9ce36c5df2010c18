"""Why a permission has its privilege, in a sentence that people read."""

from shared.domain.apps import Permission, PermissionKind
from shared.domain.permissions import DATA_WIDE_APP_ROLES, RISKY_SCOPES, TIER0_APP_ROLES, is_reviewed
from shared.domain.privileges import Privilege

_BY_PRIVILEGE = {
    Privilege.HIGH: "Changes identities, roles, policies or apps, or reaches content of many people.",
    Privilege.MEDIUM: "Reads the directory, logs or settings, or a limited part of the user's own content.",
    Privilege.LOW: "Signs the user in, or reads what everybody may see.",
}


def reason_of(permission: Permission) -> str:
    if permission.kind is PermissionKind.APPLICATION:
        if permission.name in TIER0_APP_ROLES:
            return "Leads to Global Administrator without another person's help."
        if permission.name in DATA_WIDE_APP_ROLES:
            return "Reaches the content of every mailbox, file, site, chat, notebook or meeting of the tenant."
    elif permission.name in RISKY_SCOPES:
        return "Reaches the user's mail, files, contacts, chats or notes: what consent phishing asks for."
    if not is_reviewed(permission.name, permission.kind):
        return "Not in the table of reviewed permissions: judged by the form of its name."
    return _BY_PRIVILEGE[permission.privilege]
