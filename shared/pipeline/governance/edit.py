"""By whom, when and why something is changed."""

from datetime import datetime

from msgspec import Struct

from shared.domain.roles import Caller


class Edit(Struct, frozen=True, kw_only=True):
    """By whom, why, and on which version it rests (an ETag; None or ``*`` for any)."""

    caller: Caller
    now: datetime
    reason: str | None = None
    if_match: str | None = None
