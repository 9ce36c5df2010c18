"""What can happen to, or be done by, an app: the vocabulary that detections name in ``on``.

The services call one activity by several names (an en dash in one, a trailing full stop in the other);
``shared/sources`` maps each of them to one member here.
"""

from enum import StrEnum


class Activity(StrEnum):
    """A normalised activity. The value is what policies write and what the archive stores."""

    CONSENT_GRANTED = "consent.granted"
    CONSENT_REVOKED = "consent.revoked"
    GRANT_ADDED = "grant.added"
    GRANT_CHANGED = "grant.changed"
    GRANT_REVOKED = "grant.revoked"
    APP_ROLE_GRANTED = "appRole.granted"
    APP_ROLE_REVOKED = "appRole.revoked"
    APP_ROLE_ASSIGNED_TO_USER = "appRole.assignedToUser"
    CREDENTIAL_ADDED = "credential.added"
    CREDENTIAL_REMOVED = "credential.removed"
    FEDERATED_CREDENTIAL_ADDED = "federatedCredential.added"
    FEDERATED_CREDENTIAL_REMOVED = "federatedCredential.removed"
    PERMISSIONS_REQUESTED = "app.permissionsRequested"
    APP_ADDED = "app.added"
    APP_UPDATED = "app.updated"
    APP_DELETED = "app.deleted"
    APP_RESTORED = "app.restored"
    SERVICE_PRINCIPAL_ADDED = "servicePrincipal.added"
    SERVICE_PRINCIPAL_UPDATED = "servicePrincipal.updated"
    SERVICE_PRINCIPAL_REMOVED = "servicePrincipal.removed"
    OWNER_ADDED = "owner.added"
    OWNER_REMOVED = "owner.removed"
    DIRECTORY_ROLE_ASSIGNED = "directoryRole.assigned"
    DIRECTORY_ROLE_REMOVED = "directoryRole.removed"
    POLICY_CHANGED = "policy.changed"
    SIGN_IN = "signIn"
    MAIL_ACCESSED = "mail.accessed"
    MAIL_SENT = "mail.sent"
    MAIL_DELETED = "mail.deleted"
    MAIL_CHANGED = "mail.changed"
    INBOX_RULE_CHANGED = "inboxRule.changed"
    FILE_ACCESSED = "file.accessed"
    FILE_DOWNLOADED = "file.downloaded"
    FILE_CHANGED = "file.changed"
    FILE_DELETED = "file.deleted"
    FILE_SHARED = "file.shared"
    TEAMS_MESSAGE_READ = "teamsMessage.read"
    TEAMS_MESSAGE_SENT = "teamsMessage.sent"
    GRAPH_CALLED = "graph.called"
    RISK_DETECTED = "risk.detected"
    RISK_CHANGED = "risk.changed"
    DEFENDER_ALERT = "defender.alert"
    AZURE_ROLE_ASSIGNED = "azureRole.assigned"
    AZURE_ROLE_REMOVED = "azureRole.removed"
    KEY_VAULT_CHANGED = "keyVault.changed"
    VIRTUAL_MACHINE_CHANGED = "virtualMachine.changed"
    AZURE_CHANGED = "azure.changed"
    OTHER = "other"


USE_OF_DATA = frozenset(
    {
        *(Activity.MAIL_ACCESSED, Activity.MAIL_SENT, Activity.MAIL_DELETED, Activity.MAIL_CHANGED),
        *(Activity.INBOX_RULE_CHANGED, Activity.FILE_ACCESSED, Activity.FILE_DOWNLOADED, Activity.FILE_CHANGED),
        *(Activity.FILE_DELETED, Activity.FILE_SHARED, Activity.TEAMS_MESSAGE_READ, Activity.TEAMS_MESSAGE_SENT),
    }
)
OUTSIDE_DIRECTORY = USE_OF_DATA | {
    *(Activity.SIGN_IN, Activity.GRAPH_CALLED, Activity.RISK_DETECTED, Activity.RISK_CHANGED),
    *(Activity.DEFENDER_ALERT, Activity.AZURE_ROLE_ASSIGNED, Activity.AZURE_ROLE_REMOVED),
    *(Activity.KEY_VAULT_CHANGED, Activity.VIRTUAL_MACHINE_CHANGED, Activity.AZURE_CHANGED),
}
"""What leaves every app in the directory, and the directory, as it was."""
