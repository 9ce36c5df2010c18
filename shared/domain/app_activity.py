"""What an app did lately, in the figures that policies of governance compare: by day, by week and by service.

Days are complete ones of UTC. Where nothing is collected of what apps do, all of it is unknown.
"""

from datetime import date

from msgspec import Struct

from shared.domain.events import Service


class Amounts(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``calls`` are requests to Microsoft Graph, ``errors`` those of them that failed; ``bytes`` both ways, as far as
    records state them; ``items`` read, sent or changed.
    """

    calls: int = 0
    errors: int = 0
    items: int = 0
    bytes: int = 0


class ServiceActivity(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``events`` of the last complete day; ``usual`` is the median of the 14 days before, None with fewer than 7."""

    service: Service
    events: int = 0
    usual: float | None = None


class AppActivity(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``day`` is the last complete day (``through``), ``week`` the seven days that end with it; the same before.

    ``peak_hour`` holds the most calls and the most bytes of one hour of that day, each for itself. ``services`` are
    those touched within 30 days, ``labels`` the ids of sensitivity labels met within 30 days.
    """

    through: date
    day: Amounts = Amounts()
    day_before: Amounts = Amounts()
    week: Amounts = Amounts()
    week_before: Amounts = Amounts()
    peak_hour: Amounts = Amounts()
    services: tuple[ServiceActivity, ...] = ()
    labels: tuple[str, ...] = ()
