"""What a reader asks of the alert list, and what it answers."""

from datetime import datetime

from msgspec import Struct

from shared.domain.alerts import Alert


class AlertQuery(Struct, frozen=True, kw_only=True):
    """Filters of the alert list; None means no filter. ``created_*`` bounds are UTC; ``text`` matches title and app."""

    status: frozenset[str] | None = None
    severity: frozenset[str] | None = None
    app_id: str | None = None
    policy_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    text: str | None = None


class OpenAlerts(Struct, frozen=True, kw_only=True):
    """``is_complete`` is False where there are more open alerts than were counted: it was the newest.

    ``historical`` counts, of those in ``by_severity``, the ones from before the tenant was watched; ``newest`` leaves
    them out.
    """

    by_severity: dict[str, int]
    historical: dict[str, int]
    newest: tuple[Alert, ...]
    is_complete: bool


class PolicyAlerts(Struct, frozen=True, kw_only=True):
    """The alerts of one policy: ``active`` are not resolved, ``last`` is when the newest was raised.

    ``is_complete`` is False where there are more than were counted: it was the newest.
    """

    active: int
    total: int
    last: datetime | None = None
    is_complete: bool = True


class ListedAlert(Struct, frozen=True, kw_only=True):
    alert: Alert
    etag: str


class AlertPage(Struct, frozen=True, kw_only=True):
    """A page may be short, even empty, and still have a ``next``: a page costs at most three table reads."""

    alerts: tuple[ListedAlert, ...]
    next: str | None
