"""What Microsoft's app governance holds of an app, in its own judgement: beside ours, never in its place."""

from datetime import datetime

from msgspec import Struct

from shared.domain.privileges import Privilege


class GovernedPermission(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``kind`` is delegated or application. ``in_use`` is whether it was used of late, None where that is not told."""

    name: str
    kind: str
    in_use: bool | None = None
    privilege: Privilege | None = None


class AppGovernanceFacts(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``risk_score`` is from 0 to 100; ``status`` is its word (Enabled, DisabledByAppGovernancePolicy, Deleted, …).

    None is what the row leaves empty.
    """

    risk_score: int | None = None
    privilege: Privilege | None = None
    status: str | None = None
    consented_users: int | None = None
    admin_consented: bool | None = None
    last_used: datetime | None = None
    permissions: tuple[GovernedPermission, ...] = ()
