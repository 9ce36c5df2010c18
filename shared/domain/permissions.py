"""What an API permission lets an app do.

Microsoft publishes ids and names of permissions but no privilege levels that are fine enough to judge by, so the
levels are Consentry's own:

* **high** changes identities, roles, policies or apps of the tenant, or reads, changes or sends the content of
  mailboxes, files, sites, chats or notebooks, for everybody or with all that the signed-in user can reach;
* **medium** reads the directory, logs or settings, or a limited part of the user's own content;
* **low** signs the user in, or reads what everybody may see.

A permission that reaches only what the app made itself (``OwnedBy``, ``AppFolder``, ``CreatedByApp``), or only what was
opened to it piece by piece (``Selected``), is a step lower: medium where it reaches content. One is high all the same,
``Application.ReadWrite.OwnedBy``: the apps it makes get credentials, and whatever others grant them.

A name that the table does not hold is judged by its form: high if a part of it stands for unlimited access wherever
Microsoft's APIs use it (``ReadWrite.All``, ``Manage.All``, ``FullControl``, ``AccessAsUser``, ``AccessAsApp`` and their
like), else medium. It is never low: what nobody has reviewed is not harmless. So permissions that a single team or chat
gives (``*.Group``, ``*.Chat``) are medium: they reach its messages, and nothing else.

The rows are in the package ``permission_table``.
"""

from collections.abc import Iterator

from shared.domain.apps import PermissionKind
from shared.domain.microsoft import API_APP_IDS, API_NAMES
from shared.domain.permission_table import PERMISSIONS, ROWS, PermissionFact, PermissionRow
from shared.domain.permission_table.content import CONTENT_OF_EVERYBODY, CONTENT_OF_USERS, names_in
from shared.domain.privileges import Privilege

TIER0_APP_ROLES = frozenset(
    {
        # Assign directory roles, Global Administrator among them, at once or through eligibility.
        "RoleManagement.ReadWrite.Directory",
        "RoleAssignmentSchedule.ReadWrite.Directory",
        "RoleEligibilitySchedule.ReadWrite.Directory",
        "PrivilegedAccess.ReadWrite.AzureAD",
        # Put a member into a role-assignable group.
        "PrivilegedAccess.ReadWrite.AzureADGroup",
        "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
        # Grant the app itself any of the above, or allow itself to.
        "AppRoleAssignment.ReadWrite.All",
        "Policy.ReadWrite.PermissionGrant",
        # Become another app that holds one: by a new credential, or by a new owner who adds it.
        "Application.ReadWrite.All",
        "Directory.ReadWrite.All",
        # Become an administrator: by a new sign-in method, a federated domain or an access package.
        "UserAuthenticationMethod.ReadWrite.All",
        "UserAuthMethod-Passkey.ReadWrite.All",
        "UserAuthMethod-Password.ReadWrite.All",
        "UserAuthMethod-QR.ReadWrite.All",
        "UserAuthMethod-TAP.ReadWrite.All",
        "Domain.ReadWrite.All",
        "EntitlementManagement.ReadWrite.All",
    }
)
"""Application permissions that lead to Global Administrator without another person's help.

Left out on purpose: ``Group.ReadWrite.All`` and ``GroupMember.ReadWrite.All`` cannot touch role-assignable groups;
``Application.ReadWrite.OwnedBy`` reaches only the app's own apps; ``DelegatedPermissionGrant.ReadWrite.All`` needs an
administrator who then uses the app; the ``RoleManagementPolicy`` pair only lifts conditions on roles held already; the
other ``UserAuthMethod`` ones add what confirms a sign-in, or removes it, and nothing to sign in with.
"""

DATA_WIDE_APP_ROLES = names_in(CONTENT_OF_EVERYBODY)
"""Application permissions over the content of every mailbox, file, site, chat, notebook or meeting of the tenant."""

RISKY_SCOPES = names_in(CONTENT_OF_USERS)
"""Delegated permissions that consent phishing asks for: the user's mail, files, contacts, chats, notes and sites."""


def permission_by_id(permission_id: str) -> PermissionFact | None:
    """The permission with this app role id or scope id (in any case), or None if the table does not hold it."""
    return _BY_ID.get(permission_id.lower())


def is_reviewed(name: str, kind: PermissionKind) -> bool:
    """Whether the table holds a permission of this name, of any API."""
    return (name.lower(), kind) in _BY_NAME


def privilege_of(name: str, kind: PermissionKind, api: str | None = None) -> Privilege:
    """The privilege of a permission by its name; ``api`` is the appId of its API, if that is known.

    Where the API has no row of this name, or is not known, the highest of Microsoft's APIs that have one counts:
    they share names and often ids. An API of somebody else's is judged by the form of the name alone.
    """
    row = permission_row(name, kind, api)
    if row:
        return row.privilege
    return Privilege.HIGH if any(part in name.lower() for part in BROAD_PARTS) else Privilege.MEDIUM


def permission_row(name: str, kind: PermissionKind, api: str | None = None) -> PermissionRow | None:
    """The row that ``privilege_of`` judges by, None where the form of the name decides."""
    rows = _BY_NAME.get((name.lower(), kind), ())
    own = [row for row in rows if api is None or row.api == api.lower()]
    if not own and (api is None or api.lower() not in API_APP_IDS):
        return None
    return max(own or rows, key=lambda row: row.privilege.rank, default=None)


def permission_rows() -> Iterator[tuple[str, str, PermissionKind, Privilege, str]]:
    """All rows by the names of their API, then their own: API, name, kind, privilege and reason."""
    told = ((API_NAMES[row.api], row.name, row.kind, row.privilege, row.reason) for row in ROWS)
    return iter(sorted(told, key=lambda row: (row[0].lower(), row[1].lower(), row[2])))


BROAD_PARTS = (
    "readwrite.all",
    "readwrite.directory",
    "manage.all",
    "fullcontrol",
    "full_access",
    "accessasuser",
    "accessasapp",
    "manageasapp",
    "sendasapp",
    "privilegedoperations",
)
"""Parts of names that stand for unlimited access wherever Microsoft's APIs use them."""


def _by_name() -> dict[tuple[str, PermissionKind], tuple[PermissionRow, ...]]:
    named: dict[tuple[str, PermissionKind], tuple[PermissionRow, ...]] = {}
    for row in ROWS:
        key = (row.name.lower(), row.kind)
        named[key] = (*named.get(key, ()), row)
    return named


_BY_ID = {fact.id: fact for fact in PERMISSIONS}
_BY_NAME = _by_name()
