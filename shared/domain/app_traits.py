"""What an app is or lacks, each in one word: the classes that people filter and count by."""

from enum import StrEnum


class Trait(StrEnum):
    """The value is what filters, exports and policies write."""

    HIGHLY_PRIVILEGED = "highlyPrivileged"
    OVERPRIVILEGED = "overprivileged"
    UNUSED = "unused"
    NEW = "new"
    EXTERNAL = "external"
    UNVERIFIED = "unverified"
    APP_ONLY = "appOnly"
    NO_DATA_ACCESS = "noDataAccess"
    EXPIRED_CREDENTIAL = "expiredCredential"
    EXPIRING_CREDENTIAL = "expiringCredential"
    LONG_LIVED_CREDENTIAL = "longLivedCredential"
    SEVERAL_CREDENTIALS = "severalCredentials"
    UNUSED_CREDENTIAL = "unusedCredential"
    SECRET = "secret"  # noqa: S105 -- the name of a trait: it signs in with a secret instead of a certificate
    NO_OWNER = "noOwner"
    SINGLE_OWNER = "singleOwner"
    GUEST_OWNER = "guestOwner"
    DISABLED_OWNER = "disabledOwner"
    CAN_BECOME_GLOBAL_ADMINISTRATOR = "canBecomeGlobalAdministrator"
    CAN_READ_EVERY_MAILBOX = "canReadEveryMailbox"
    PRIORITY_USERS = "priorityUsers"
    PRIVILEGED_USERS = "privilegedUsers"
    DISABLED_BY_MICROSOFT = "disabledByMicrosoft"
