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
    FILE_ACCESSED = "file.accessed"
    FILE_DOWNLOADED = "file.downloaded"
    OTHER = "other"
