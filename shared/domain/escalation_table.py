"""What permissions and directory roles let an app become, and by which steps: the rows behind ``escalation.py``.

A row is what the app holds, and the deeds that lead from it to the target, each with what makes it possible.
"""

from collections.abc import Mapping
from typing import Final

from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH

type Steps = tuple[tuple[str, str], ...]
"""By ``means`` the app does a ``deed``; what the deed gives is the means of the next."""

_BECOME = "assigns itself Global Administrator"
_ASSIGN_ROLES = "RoleManagement.ReadWrite.Directory"
_ADMINISTRATORS_PASSWORD = "a Global Administrator's password"  # noqa: S105 -- a means, not a password
_SIGN_IN = "signs in as that administrator"
_OTHER_APP = "the other app's RoleManagement.ReadWrite.Directory"
_FORGED = "the domain's own token issuer"
_GROUP = "membership of the group"


def _by_group(means: str, deed: str) -> Steps:
    return ((means, deed), (_GROUP, "holds Global Administrator"))


def _by_other_app(means: str) -> Steps:
    return (
        (means, "adds a credential to an app that can assign directory roles, and signs in as that app"),
        (_OTHER_APP, _BECOME),
    )


def _by_password(means: str, deed: str) -> Steps:
    return ((means, deed), (_ADMINISTRATORS_PASSWORD, _SIGN_IN))


def _by_method(means: str) -> Steps:
    return ((means, "gives a Global Administrator a sign-in method that it knows"), ("the sign-in method", _SIGN_IN))


def _by_federation(means: str) -> Steps:
    return (
        (means, "lets an issuer of its own sign in the users of a domain"),
        (_FORGED, "signs in as a Global Administrator of that domain"),
    )


ROLE_ADMINISTRATION: Final[Mapping[str, Steps]] = {
    _ASSIGN_ROLES: ((_ASSIGN_ROLES, _BECOME),),
    "RoleAssignmentSchedule.ReadWrite.Directory": (
        ("RoleAssignmentSchedule.ReadWrite.Directory", "schedules Global Administrator for itself, from now on"),
    ),
    "RoleEligibilitySchedule.ReadWrite.Directory": (
        (
            "RoleEligibilitySchedule.ReadWrite.Directory",
            "makes an account it controls eligible for Global Administrator",
        ),
        ("eligibility", "activates the role as that account"),
    ),
    "PrivilegedAccess.ReadWrite.AzureAD": (
        ("PrivilegedAccess.ReadWrite.AzureAD", "assigns itself Global Administrator by Privileged Identity Management"),
    ),
    "PrivilegedAccess.ReadWrite.AzureADGroup": _by_group(
        "PrivilegedAccess.ReadWrite.AzureADGroup", "adds itself to a group that holds Global Administrator"
    ),
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup": _by_group(
        "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
        "schedules itself into a group that holds Global Administrator",
    ),
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup": _by_group(
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
        "makes an account it controls eligible for a group that holds Global Administrator, and activates that",
    ),
    "AppRoleAssignment.ReadWrite.All": (
        ("AppRoleAssignment.ReadWrite.All", f"grants itself {_ASSIGN_ROLES}"),
        (_ASSIGN_ROLES, _BECOME),
    ),
    "Policy.ReadWrite.PermissionGrant": (
        ("Policy.ReadWrite.PermissionGrant", "sets a consent policy by which it may grant permissions to itself"),
        ("the consent policy", f"grants itself {_ASSIGN_ROLES}"),
        (_ASSIGN_ROLES, _BECOME),
    ),
    "Application.ReadWrite.All": _by_other_app("Application.ReadWrite.All"),
    "Directory.ReadWrite.All": (
        ("Directory.ReadWrite.All", "makes an account it controls the owner of an app that can assign directory roles"),
        ("ownership", "adds a credential to that app, and signs in as that app"),
        (_OTHER_APP, _BECOME),
    ),
    "UserAuthenticationMethod.ReadWrite.All": _by_method("UserAuthenticationMethod.ReadWrite.All"),
    "UserAuthMethod-Passkey.ReadWrite.All": _by_method("UserAuthMethod-Passkey.ReadWrite.All"),
    "UserAuthMethod-Password.ReadWrite.All": _by_password(
        "UserAuthMethod-Password.ReadWrite.All", "resets the password of a Global Administrator"
    ),
    "UserAuthMethod-QR.ReadWrite.All": _by_method("UserAuthMethod-QR.ReadWrite.All"),
    "UserAuthMethod-TAP.ReadWrite.All": _by_method("UserAuthMethod-TAP.ReadWrite.All"),
    "Domain.ReadWrite.All": _by_federation("Domain.ReadWrite.All"),
    "EntitlementManagement.ReadWrite.All": (
        ("EntitlementManagement.ReadWrite.All", "makes an access package that holds Global Administrator"),
        ("the access package", "assigns it to an account it controls"),
    ),
}
"""Application permissions of Microsoft Graph, one row for each of ``TIER0_APP_ROLES``."""

GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"
EXCHANGE_ADMINISTRATOR: Final = "29232cdf-9323-42fd-ade2-1d097af3e4de"

ROLES: Final[Mapping[str, Steps]] = {
    GLOBAL_ADMINISTRATOR: (("Global Administrator", "is Global Administrator already"),),
    "e8611ab8-c189-46e8-94e1-60213ab1f814": (("Privileged Role Administrator", _BECOME),),
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13": _by_password(
        "Privileged Authentication Administrator", "resets the password and sign-in methods of a Global Administrator"
    ),
    "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8": _by_password(
        "Partner Tier2 Support", "resets the password of a Global Administrator"
    ),
    "d29b2b05-8046-44ba-8758-1e26182fcf32": _by_password(
        "Directory Synchronization Accounts", "sets the password of a Global Administrator who is synchronised"
    ),
    "a92aed5d-d78a-4d16-b381-09adb37eb3b0": _by_password(
        "On Premises Directory Sync Account", "sets the password of a Global Administrator who is synchronised"
    ),
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": _by_other_app("Application Administrator"),
    "158c047a-c907-4556-b7ef-446551a6b5f7": _by_other_app("Cloud Application Administrator"),
    "4ba39ca4-527c-499a-b93d-d9b492c50246": _by_other_app("Partner Tier1 Support"),
    "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2": _by_federation("Hybrid Identity Administrator"),
    "8329153b-31d0-4727-b945-745eb3bc5f31": _by_federation("Domain Name Administrator"),
    "be2f45a1-457d-42af-a067-6ec1fa63bc45": _by_federation("External Identity Provider Administrator"),
    "194ae4cb-b126-40b2-bd5b-6091b380977d": _by_federation("Security Administrator"),
}
"""Directory roles, by the template ids that are the same in every tenant."""

_READ = "reads the mail in every mailbox"

MAILBOXES: Final[Mapping[tuple[str, str], Steps]] = {
    (MICROSOFT_GRAPH, "Mail.Read"): (("Mail.Read", _READ),),
    (MICROSOFT_GRAPH, "Mail.ReadWrite"): (("Mail.ReadWrite", _READ),),
    (MICROSOFT_GRAPH, "MailboxItem.Read.All"): (("MailboxItem.Read.All", "reads the items of every mailbox"),),
    (MICROSOFT_GRAPH, "MailboxItem.ImportExport.All"): (
        ("MailboxItem.ImportExport.All", "exports the items of every mailbox"),
    ),
    (MICROSOFT_GRAPH, "RoleManagement.ReadWrite.Exchange"): (
        ("RoleManagement.ReadWrite.Exchange", "assigns itself a role of Exchange over all mailboxes"),
        ("the role of Exchange", _READ),
    ),
    (EXCHANGE_ONLINE, "Mail.Read"): (("Mail.Read", _READ),),
    (EXCHANGE_ONLINE, "Mail.ReadWrite"): (("Mail.ReadWrite", _READ),),
    (EXCHANGE_ONLINE, "full_access_as_app"): (("full_access_as_app", "opens every mailbox by Exchange Web Services"),),
}
"""Application permissions by API and name. Exchange may hold an app to some mailboxes; the directory does not tell.

Left out on purpose: ``IMAP.AccessAsApp`` and ``POP.AccessAsApp`` reach only the mailboxes that Exchange was told to let
the app into, and ``eDiscovery.ReadWrite.All`` nothing without a role in Purview.
"""

MANAGE_EXCHANGE: Final = ("Exchange.ManageAsApp", "Exchange.ManageAsAppV2")
"""Either, with the role of Exchange Administrator."""
FROM_GLOBAL_ADMINISTRATOR: Final[Steps] = (
    ("Global Administrator", "grants itself Mail.Read for every mailbox"),
    ("Mail.Read", _READ),
)


def from_exchange_administrator(permission: str) -> Steps:
    return (
        (f"{permission} and Exchange Administrator", "gives itself access to every mailbox"),
        ("the access given", _READ),
    )


PRIVILEGED_ROLES: Final = frozenset(ROLES) | {
    EXCHANGE_ADMINISTRATOR,
    "cf1c38e5-3621-4004-a7cb-879624dced7c",  # Application Developer
    "c4e39bd9-1100-46d3-8c65-fb160da0071f",  # Authentication Administrator
    "25a516ed-2fa0-40ea-a2d0-12923a21473a",  # Authentication Extensibility Administrator
    "aaf43236-0c0d-4d5f-883a-6955382ac081",  # B2C IEF Keyset Administrator
    "7698a772-787b-4ac8-901f-60d6b08affd2",  # Cloud Device Administrator
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",  # Conditional Access Administrator
    "9360feb5-f418-4baa-8175-e2a00bac4301",  # Directory Writers
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451",  # Global Reader
    "729827e3-9c14-49f7-bb1b-9608f156bbb8",  # Helpdesk Administrator
    "3a2c62db-5318-420d-8d74-23affee5d9d5",  # Intune Administrator
    "966707d0-3269-4727-9be2-8c3a10f19b9d",  # Password Administrator
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",  # SharePoint Administrator
    "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",  # Security Operator
    "5d6b6bb7-de71-4623-b4af-96380a352509",  # Security Reader
    "fe930be7-5e62-47db-91af-98c3a49a38b1",  # User Administrator
}
"""Roles that Microsoft marks as privileged, and those over all mailboxes or all sites. A custom role is not among them:
its actions are not read."""
