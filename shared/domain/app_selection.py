"""Filtering, sorting and paging the list of apps."""

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

from shared.domain.app_summaries import AppQuery, AppSort, AppSummary, Consent
from shared.domain.apps import Origin

type _Value = str | int | None

_CONSENTS = list(Consent)


def _privilege_rank(app: AppSummary) -> int | None:
    """An app that was read and holds no permission stands below the lowest."""
    if app.privilege is None:
        return -1 if app.holds_nothing else None
    return app.privilege.rank


_VALUES: dict[AppSort, Callable[[AppSummary], _Value]] = {
    AppSort.DISPLAY_NAME: lambda app: app.display_name,
    AppSort.PUBLISHER_NAME: lambda app: app.publisher_name,
    AppSort.PUBLISHER_VERIFIED: lambda app: app.publisher_verified,
    AppSort.ORIGIN: lambda app: app.origin,
    AppSort.PRIVILEGE: _privilege_rank,
    AppSort.PERMISSION_COUNT: lambda app: len(app.permissions),
    AppSort.CONSENT: lambda app: _CONSENTS.index(app.consent) if app.consent else None,
    AppSort.CONSENTED_USERS: lambda app: app.consented_users,
    AppSort.ENABLED: lambda app: app.enabled,
    AppSort.OWNER_COUNT: lambda app: app.owner_count,
    AppSort.CREDENTIAL_COUNT: lambda app: app.credential_count,
    AppSort.CREATED: lambda app: app.created.isoformat() if app.created else None,
}


class Place(Struct, frozen=True, order=True, array_like=True):
    """Where an app stands in a sorted list. Apps without a value come last in either direction, and of equals the appId
    decides.
    """

    is_missing: bool
    number: int
    text: str
    app_id: str


def select(rows: Iterable[AppSummary], query: AppQuery, now: datetime) -> list[AppSummary]:
    """The rows that match, in the order asked for."""
    matching = [row for row in rows if _matches(row, query, now)]
    ordered = sorted(matching, key=lambda row: place_of(row, query.sort), reverse=query.descending)
    # What is not known is neither most nor least: the sort is stable, so only the missing ones move, to the end.
    return sorted(ordered, key=lambda row: place_of(row, query.sort).is_missing)


def rest_after(ordered: list[AppSummary], query: AppQuery, place: Place) -> list[AppSummary]:
    """What comes after a place, which holds although apps came and went since it was given."""
    return [row for row in ordered if _follows(place_of(row, query.sort), place, query.descending)]


def place_of(row: AppSummary, sort: AppSort) -> Place:
    value = _VALUES[sort](row)
    return Place(
        is_missing=value is None,
        number=int(value) if isinstance(value, int) else 0,
        text=value.casefold() if isinstance(value, str) else "",
        app_id=row.app_id,
    )


def _follows(one: Place, other: Place, descending: bool) -> bool:
    if one.is_missing is not other.is_missing:
        return one.is_missing
    return one < other if descending else one > other


def _matches(row: AppSummary, query: AppQuery, now: datetime) -> bool:
    return _is_included(row, query) and _has_values(row, query) and _has_state(row, query, now)


def _is_included(row: AppSummary, query: AppQuery) -> bool:
    if row.deleted is not None:
        return query.include_deleted
    return row.is_watched or query.include_microsoft or Origin.MICROSOFT in (query.origin or ())


def _has_values(row: AppSummary, query: AppQuery) -> bool:
    wanted = ((query.origin, row.origin), (query.privilege, row.privilege), (query.consent, row.consent))
    if any(allowed is not None and value not in allowed for allowed, value in wanted):
        return False
    if query.permission is not None and query.permission.casefold() not in map(str.casefold, row.permissions):
        return False
    if query.text is None:
        return True
    looked_for = query.text.casefold()
    return any(looked_for in (text or "").casefold() for text in (row.display_name, row.publisher_name, row.app_id))


def _has_state(row: AppSummary, query: AppQuery, now: datetime) -> bool:
    has_owner = row.owner_count > 0 if row.owner_count is not None else None
    states = (
        (query.enabled, row.enabled),
        (query.verified, row.publisher_verified),
        (query.has_owner, has_owner),
        (query.new, row.is_new(now)),
    )
    return all(wanted is None or state is wanted for wanted, state in states)
