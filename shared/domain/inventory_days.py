"""The inventory day by day: one row of numbers and one snapshot a day, for trends and for what changed since."""

from datetime import date, datetime

from msgspec import Struct

from shared.domain.app_summaries import AppSummary


class InventoryDay(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The tenant's watched apps in numbers, as the list had them at ``taken``.

    ``consented_users`` sums the users of all apps. ``by_trait`` counts the apps that have a trait, ``by_privilege`` by
    privilege (``none``: holds no permission); ``unknown`` stands for what was not read. ``risky`` are the apps whose
    score is high.
    """

    day: date
    taken: datetime
    apps: int
    by_trait: dict[str, int]
    by_privilege: dict[str, int]
    by_origin: dict[str, int]
    by_consent: dict[str, int]
    consented_users: int = 0
    risky: int = 0


class AppChange(Struct, frozen=True, kw_only=True):
    """One app then and now. ``before`` is None for one that was not there yet, ``after`` for one that is gone.

    ``changed`` are the names of fields of the summary. What passes by itself is not among them: the last use, the time
    of judging, and a risk that moved by less than five points.
    """

    before: AppSummary | None
    after: AppSummary | None
    changed: tuple[str, ...] = ()


class ChangesSince(Struct, frozen=True, kw_only=True):
    """``day`` is the day of the snapshot compared with, which may be later than asked for. At most ``top`` changes."""

    day: date
    changes: tuple[AppChange, ...]
    total: int
    next: str | None = None
