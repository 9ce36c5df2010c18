"""What requests tell of an app's permissions: when each could last have allowed one."""

from datetime import date, datetime

from msgspec import Struct

from shared.domain.events import Service


class PermissionActivity(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``last_used`` is by kind and name (``application Mail.Read``) of permissions of Microsoft Graph.

    From ``since`` to ``through`` every request was collected, by ``streams``; ``since`` is None where requests are not
    collected. ``unexplained`` tells, by kind, when a request last succeeded that none of those held could have allowed
    as far as is known: what the others were used for cannot be told then. ``services`` are the days on which data of a
    service was last touched, by whichever API.
    """

    through: datetime
    since: datetime | None = None
    streams: tuple[str, ...] = ()
    last_used: dict[str, datetime] = {}
    unexplained: dict[str, datetime] = {}
    services: dict[Service, date] = {}
