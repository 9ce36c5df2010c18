"""Who may do what: the one table of roles and rights.

Every HTTP route names the right it needs (``functions/routes.py``); the roles a caller holds come from a validated
identity (``shared/identity``). A user's Entra roles arrive as template ids in the ``wids`` claim and count for users
only; callers without a user (Logic Apps, scripts) hold app roles of our API, in the ``roles`` claim.
"""

from enum import StrEnum

from msgspec import Struct


class Right(StrEnum):
    READ_ALERTS = "Read alerts"
    UPDATE_ALERTS = "Update alerts"
    READ_POLICIES = "Read policies"
    WRITE_POLICIES = "Write policies"
    REQUEST_REMEDIATION = "Request remediation"
    APPROVE_REMEDIATION = "Approve remediation"


class Role(StrEnum):
    """Directory roles by name, and the app roles of our own API by their value."""

    COMPLIANCE_ADMINISTRATOR = "Compliance Administrator"
    COMPLIANCE_READER = "ComplianceReader"
    GLOBAL_ADMINISTRATOR = "Global Administrator"
    GLOBAL_READER = "Global Reader"
    SECURITY_ADMINISTRATOR = "Security Administrator"
    SECURITY_OPERATOR = "Security Operator"
    SECURITY_READER = "Security Reader"
    ALERTS_READ = "Alerts.Read"
    ALERTS_UPDATE = "Alerts.Update"
    POLICIES_WRITE = "Policies.Write"
    REMEDIATION_REQUEST = "Remediation.Request"
    REMEDIATION_APPROVE = "Remediation.Approve"


_READ = frozenset({Right.READ_ALERTS, Right.READ_POLICIES})
_TRIAGE = _READ | {Right.UPDATE_ALERTS}
_ADMINISTER = _TRIAGE | {Right.WRITE_POLICIES, Right.REQUEST_REMEDIATION, Right.APPROVE_REMEDIATION}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.COMPLIANCE_ADMINISTRATOR: _ADMINISTER,
    Role.COMPLIANCE_READER: _READ,
    Role.GLOBAL_ADMINISTRATOR: _ADMINISTER,
    Role.GLOBAL_READER: _READ,
    Role.SECURITY_ADMINISTRATOR: _ADMINISTER,
    Role.SECURITY_OPERATOR: _TRIAGE | {Right.WRITE_POLICIES},
    Role.SECURITY_READER: _READ,
    Role.ALERTS_READ: _READ,
    Role.ALERTS_UPDATE: _TRIAGE,
    Role.POLICIES_WRITE: frozenset({Right.READ_POLICIES, Right.WRITE_POLICIES}),
    Role.REMEDIATION_REQUEST: _READ | {Right.REQUEST_REMEDIATION},
    Role.REMEDIATION_APPROVE: _READ | {Right.APPROVE_REMEDIATION},
}

DIRECTORY_ROLES: dict[str, Role] = {
    "17315797-102d-40b4-93e0-432062caca18": Role.COMPLIANCE_ADMINISTRATOR,
    "62e90394-69f5-4237-9190-012177145e10": Role.GLOBAL_ADMINISTRATOR,
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451": Role.GLOBAL_READER,
    "194ae4cb-b126-40b2-bd5b-6091b380977d": Role.SECURITY_ADMINISTRATOR,
    "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f": Role.SECURITY_OPERATOR,
    "5d6b6bb7-de71-4623-b4af-96380a352509": Role.SECURITY_READER,
}
"""Entra's role template ids, the same in every tenant."""

APP_ROLES: frozenset[Role] = frozenset(Role) - frozenset(DIRECTORY_ROLES.values())
"""Roles that our own API defines; assigned to users, groups or other apps."""

USERS_ONLY: frozenset[Role] = frozenset({Role.REMEDIATION_APPROVE})
"""Roles that a caller without a user can never exercise, whatever its token says."""


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls, after validation. ``name`` is shown in histories; ``is_user`` is False for an app's own token."""

    id: str
    name: str
    is_user: bool
    roles: frozenset[Role]

    def may(self, right: Right) -> bool:
        return any(right in RIGHTS[role] for role in self.roles if self.is_user or role not in USERS_ONLY)
