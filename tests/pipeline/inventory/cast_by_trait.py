"""Which apps of the stories have which trait, as the stories tell them."""

from shared.domain.app_traits import Trait

FROM_OUTSIDE = {"stranger", "vendor", "banned", "newcomer"}
NEVER_SIGNED_IN = {"shell"}
CAN_BECOME_ADMINISTRATOR = {"registrar", "automation", "granter"}
CAN_READ_MAIL = {"archive", "doubled", "groupMember", "mailboxes", *CAN_BECOME_ADMINISTRATOR}

TRAITS: dict[Trait, set[str]] = {
    Trait.HIGHLY_PRIVILEGED: {"stranger", "roleHolder", "sites", "halfUsed", *CAN_READ_MAIL},
    Trait.OVERPRIVILEGED: {"archive", "halfUsed"},
    Trait.UNUSED: {"archive", *NEVER_SIGNED_IN},
    Trait.NEW: {"newcomer"},
    Trait.EXTERNAL: FROM_OUTSIDE,
    Trait.APP_ONLY: {"halfUsed", "sealed", "sites", *CAN_READ_MAIL} - {"registrar"},
    Trait.NO_DATA_ACCESS: {"shell"},
    Trait.EXPIRED_CREDENTIAL: {"expired"},
    Trait.EXPIRING_CREDENTIAL: {"expiring"},
    Trait.LONG_LIVED_CREDENTIAL: {"longLived"},
    Trait.SEVERAL_CREDENTIALS: {"several"},
    Trait.UNUSED_CREDENTIAL: {"archive", "neverUsed"},
    Trait.SECRET: {"archive", "expiring", "longLived", "several", "neverUsed"},
    Trait.NO_OWNER: {"orphan", *FROM_OUTSIDE},
    Trait.SINGLE_OWNER: {"lonely"},
    Trait.GUEST_OWNER: {"lent"},
    Trait.DISABLED_OWNER: {"abandoned"},
    Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR: CAN_BECOME_ADMINISTRATOR,
    Trait.CAN_READ_EVERY_MAILBOX: CAN_READ_MAIL,
    Trait.PRIORITY_USERS: {"newcomer", "favourite"},
    Trait.PRIVILEGED_USERS: {"favourite"},
    Trait.DISABLED_BY_MICROSOFT: {"banned"},
}
"""All but ``unverified``, of which it is easier to say who has it not."""

VERIFIED = {"vendor", "newcomer"}
