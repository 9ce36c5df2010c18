"""Which permission allows all that another one does.

By the form of Microsoft's names, and by a short list. A pair is left out where only most of the narrower permission is
covered: ``Directory.Read.All`` does not read the conversations and files that ``Group.Read.All`` does, nor all that
``Application.Read.All`` and ``User.Read.All`` read of apps and users, and ``Policy.ReadWrite.ConditionalAccess`` needs
``Policy.Read.All`` beside it. ``User.Read`` is never called covered: it signs the user in. No rule goes from one API to
another, or from one kind to the other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from shared.domain.apps import Permission, PermissionKind
from shared.domain.microsoft import AZURE_AD_GRAPH, EXCHANGE_ONLINE, MICROSOFT_GRAPH, SHAREPOINT_ONLINE

_APIS = frozenset({MICROSOFT_GRAPH, EXCHANGE_ONLINE, SHAREPOINT_ONLINE, AZURE_AD_GRAPH})
"""Those that name their permissions alike. Anybody else's ``Read`` may be no part of his ``ReadWrite``."""
_READS = re.compile(r"(?P<what>[\w-]+)\.Read(?P<reach>(?:\.\w+)*)")
_READS_LITTLE = re.compile(r"(?P<what>[\w-]+)\.ReadBasic(?P<reach>(?:\.\w+)*)")
_OWN = re.compile(r"[\w-]+\.(?:Read|ReadWrite|Send)")

WIDER: Final[Mapping[str, tuple[str, ...]]] = {
    "AdministrativeUnit.Read.All": ("Directory.Read.All",),
    "AllSites.Manage": ("AllSites.FullControl",),
    "AllSites.Read": ("AllSites.Write",),
    "AllSites.Write": ("AllSites.Manage",),
    "Application.ReadWrite.OwnedBy": ("Application.ReadWrite.All",),
    "AuditLogsQuery-CRM.Read.All": ("AuditLogsQuery.Read.All",),
    "AuditLogsQuery-Endpoint.Read.All": ("AuditLogsQuery.Read.All",),
    "AuditLogsQuery-Entra.Read.All": ("AuditLogsQuery.Read.All",),
    "AuditLogsQuery-Exchange.Read.All": ("AuditLogsQuery.Read.All",),
    "AuditLogsQuery-OneDrive.Read.All": ("AuditLogsQuery.Read.All",),
    "AuditLogsQuery-SharePoint.Read.All": ("AuditLogsQuery.Read.All",),
    "Calendars.ReadBasic.All": ("Calendars.Read",),
    "Device.Read.All": ("Directory.Read.All",),
    "Domain.Read.All": ("Directory.Read.All",),
    "GroupMember.Read.All": ("Directory.Read.All", "Group.Read.All"),
    "GroupMember.ReadWrite.All": ("Group.ReadWrite.All",),
    "Mail.ReadBasic.All": ("Mail.Read",),
    "MyFiles.Read": ("MyFiles.Write",),
    "Notes.Create": ("Notes.ReadWrite",),
    "OrgContact.Read.All": ("Directory.Read.All",),
    "Organization.Read.All": ("Directory.Read.All",),
    "RoleManagement.Read.Directory": ("RoleManagement.Read.All",),
    "Sites.Manage.All": ("Sites.FullControl.All",),
    "Sites.ReadWrite.All": ("Sites.Manage.All",),
    "Sites.Selected": ("Sites.FullControl.All",),
}
"""Pairs that the form of the names does not tell."""


def covering(permission: Permission, held: Iterable[Permission]) -> Permission | None:
    """The closest of those held that makes this one needless, None: there is none.

    A delegated one must have been consented to for everybody: otherwise it may be other users who gave it.
    """
    if permission.resource_app_id not in _APIS:
        return None
    alike = {
        other.name: other
        for other in held
        if (other.resource_app_id, other.kind) == (permission.resource_app_id, permission.kind) and _is_for_all(other)
    }
    return next((alike[name] for name in wider_names(permission.name, permission.kind) if name in alike), None)


@cache
def wider_names(name: str, kind: PermissionKind) -> tuple[str, ...]:
    """What allows all of it, the closest first. Not every name exists: those that do not are held by nobody."""
    found = {name: None}
    pending = [name]
    while pending:
        for wider in _one_step(pending.pop(0), kind):
            if wider not in found:
                found[wider] = None
                pending.append(wider)
    return tuple(found)[1:]


def _one_step(name: str, kind: PermissionKind) -> Iterator[str]:
    if name == "User.Read" or name.startswith("Policy.Read"):
        return
    if little := _READS_LITTLE.fullmatch(name):
        yield f"{little['what']}.Read{little['reach']}"
    if reads := _READS.fullmatch(name):
        yield f"{reads['what']}.ReadWrite{reads['reach']}"
    if kind is PermissionKind.DELEGATED and _OWN.fullmatch(name):
        yield f"{name}.Shared"
        yield f"{name}.All"
    yield from WIDER.get(name, ())


def _is_for_all(permission: Permission) -> bool:
    return permission.kind is PermissionKind.APPLICATION or permission.consent_type == "AllPrincipals"
