"""What an app did, as the record of activity tells it."""

from datetime import date, datetime

from functions.models.shapes import Sent
from shared.domain.app_use import ServiceUse
from shared.domain.apps import App
from shared.domain.events import Service


class ServiceUseResource(Sent):
    """Bytes are what the records state: many state none. ``unsized`` counts records that stand for an unknown number of
    items, as one synchronisation of a mailbox does.
    """

    events: int
    items_read: int
    items_sent: int
    items_changed: int
    bytes_read: int
    bytes_sent: int
    unsized: int


class DataUseResource(Sent):
    """``recent`` are the 30 days that end with ``through`` (UTC), ``before`` the 30 before them, by service. ``months``
    are totals by ``2026-11``, at most twelve. ``trend`` is the growth of the items in per cent, null from none.
    """

    through: date
    items: int
    items_before: int
    size: int
    trend: int | None
    recent: dict[Service, ServiceUseResource]
    before: dict[Service, ServiceUseResource]
    months: dict[str, ServiceUseResource]


class PermissionActivityResource(Sent):
    """From ``sinceDateTime``, null where requests to Microsoft Graph are not collected, to ``throughDateTime`` all of
    them were, by ``streams``. ``lastUsed`` is by kind and name of a permission, ``unexplained`` by kind when a request
    last succeeded that none of those held is known to allow.
    """

    since_date_time: datetime | None
    through_date_time: datetime
    streams: list[str]
    last_used: dict[str, datetime]
    unexplained: dict[str, datetime]
    services: dict[Service, date]


class CountryResource(Sent):
    """An ISO 3166 alpha-2 code as the records give it, and how many sign-ins and requests came from there at least."""

    country: str
    events: int


def data_use_resource(app: App) -> DataUseResource | None:
    if not app.data_use:
        return None
    use = app.data_use
    return DataUseResource(
        through=use.through,
        items=use.items,
        items_before=use.items_before,
        size=use.size,
        trend=use.trend,
        recent=_sent(use.recent),
        before=_sent(use.before),
        months=_sent(use.months),
    )


def permission_activity_resource(app: App) -> PermissionActivityResource | None:
    if not app.permission_use:
        return None
    told = app.permission_use
    return PermissionActivityResource(
        since_date_time=told.since,
        through_date_time=told.through,
        streams=list(told.streams),
        last_used=told.last_used,
        unexplained=told.unexplained,
        services=told.services,
    )


def countries_resource(app: App) -> list[CountryResource] | None:
    if not isinstance(app.countries, tuple):
        return None
    return [CountryResource.model_validate(each) for each in app.countries]


def _sent[K](uses: dict[K, ServiceUse]) -> dict[K, ServiceUseResource]:
    return {name: ServiceUseResource.model_validate(use) for name, use in uses.items()}
