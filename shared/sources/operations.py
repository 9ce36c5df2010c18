"""Names of operations. The services write one name in several ways; this table is the only place that knows."""

import re

from shared.domain.activities import Activity
from shared.sources.unified_operations import DATA_OPERATIONS

_DASHES = str.maketrans({"\u2013": "-", "\u2014": "-"})
_PIM_DETAIL = re.compile(r" \((permanent|timebound|pim activation|pim deactivate)\)$")


def clean_operation(name: str) -> str:
    """The operation as events carry it: one form for all services, in the case the service writes.

    Directory audits write "Update application - Certificates and secrets management" with an en dash and a trailing
    space where the documentation prints a hyphen; the unified audit log ends the names of its directory records with a
    full stop.
    """
    return " ".join(name.translate(_DASHES).split()).rstrip(".").rstrip()


def activity_of(operation: str) -> Activity:
    """The activity that a cleaned operation is, ``other`` if it is none of ours."""
    return _ACTIVITIES.get(_PIM_DETAIL.sub("", operation.lower()), Activity.OTHER)


_ACTIVITIES = {
    # Consent and delegated permissions. "Add OAuth2PermissionGrant" is the older name.
    "consent to application": Activity.CONSENT_GRANTED,
    "restore consent": Activity.CONSENT_GRANTED,
    "revoke consent": Activity.CONSENT_REVOKED,
    "add delegated permission grant": Activity.GRANT_ADDED,
    "add oauth2permissiongrant": Activity.GRANT_ADDED,
    "remove delegated permission grant": Activity.GRANT_REVOKED,
    "remove oauth2permissiongrant": Activity.GRANT_REVOKED,
    # Application permissions, and apps assigned to users.
    "add app role assignment to service principal": Activity.APP_ROLE_GRANTED,
    "remove app role assignment from service principal": Activity.APP_ROLE_REVOKED,
    "add app role assignment grant to user": Activity.APP_ROLE_ASSIGNED_TO_USER,
    # Credentials. The two long names are refined by what the record says has changed.
    "add service principal credentials": Activity.CREDENTIAL_ADDED,
    "remove service principal credentials": Activity.CREDENTIAL_REMOVED,
    "update application - certificates and secrets management": Activity.APP_UPDATED,
    "create application - certificates and secrets management": Activity.APP_UPDATED,
    # Registrations.
    "add application": Activity.APP_ADDED,
    "update application": Activity.APP_UPDATED,
    "update external secrets": Activity.APP_UPDATED,
    "set verified publisher": Activity.APP_UPDATED,
    "unset verified publisher": Activity.APP_UPDATED,
    "update application with safe rollout": Activity.APP_UPDATED,
    "complete application update after safe rollout": Activity.APP_UPDATED,
    "cancel application update with safe rollout": Activity.APP_UPDATED,
    "delete application": Activity.APP_DELETED,
    "hard delete application": Activity.APP_DELETED,
    "restore application": Activity.APP_RESTORED,
    "restore service principal": Activity.APP_RESTORED,
    # Service principals.
    "add service principal": Activity.SERVICE_PRINCIPAL_ADDED,
    "update service principal": Activity.SERVICE_PRINCIPAL_UPDATED,
    "update attribute values assigned to a serviceprincipal": Activity.SERVICE_PRINCIPAL_UPDATED,
    "remove service principal": Activity.SERVICE_PRINCIPAL_REMOVED,
    "hard delete service principal": Activity.SERVICE_PRINCIPAL_REMOVED,
    # Owners.
    "add owner to application": Activity.OWNER_ADDED,
    "add owner to service principal": Activity.OWNER_ADDED,
    "remove owner from application": Activity.OWNER_REMOVED,
    "remove owner from service principal": Activity.OWNER_REMOVED,
    # Directory roles, also through Privileged Identity Management; a request alone assigns nothing.
    "add member to role": Activity.DIRECTORY_ROLE_ASSIGNED,
    "add scoped member to role": Activity.DIRECTORY_ROLE_ASSIGNED,
    "add eligible member to role": Activity.DIRECTORY_ROLE_ASSIGNED,
    "add member to role completed": Activity.DIRECTORY_ROLE_ASSIGNED,
    "add member to role in pim completed": Activity.DIRECTORY_ROLE_ASSIGNED,
    "add member to role outside of pim": Activity.DIRECTORY_ROLE_ASSIGNED,
    "add eligible member to role in pim completed": Activity.DIRECTORY_ROLE_ASSIGNED,
    "remove member from role": Activity.DIRECTORY_ROLE_REMOVED,
    "remove scoped member from role": Activity.DIRECTORY_ROLE_REMOVED,
    "remove eligible member from role": Activity.DIRECTORY_ROLE_REMOVED,
    "remove member from role completed": Activity.DIRECTORY_ROLE_REMOVED,
    "remove member from role in pim completed": Activity.DIRECTORY_ROLE_REMOVED,
    "remove eligible member from role in pim completed": Activity.DIRECTORY_ROLE_REMOVED,
    # Policies on consent, sign-in and apps.
    "update authorization policy": Activity.POLICY_CHANGED,
    "add policy": Activity.POLICY_CHANGED,
    "update policy": Activity.POLICY_CHANGED,
    "delete policy": Activity.POLICY_CHANGED,
    "add permission grant policy": Activity.POLICY_CHANGED,
    "update permission grant policy": Activity.POLICY_CHANGED,
    "delete permission grant policy": Activity.POLICY_CHANGED,
    "add conditional access policy": Activity.POLICY_CHANGED,
    "update conditional access policy": Activity.POLICY_CHANGED,
    "delete conditional access policy": Activity.POLICY_CHANGED,
    "add policy to application": Activity.POLICY_CHANGED,
    "remove policy from application": Activity.POLICY_CHANGED,
    "add policy to service principal": Activity.POLICY_CHANGED,
    "remove policy from service principal": Activity.POLICY_CHANGED,
    # Sign-ins carry one name in every log that has them.
    "sign-in activity": Activity.SIGN_IN,
    **DATA_OPERATIONS,
}
