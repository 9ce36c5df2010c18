"""What is asked of the list of apps, as SQL. Text comes from fixed tables; values of the query are only ever bound."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from shared.domain.app_summaries import NEW_FOR, AppQuery, AppSort, AppStatus, Consent, PermissionType
from shared.domain.app_traits import Trait
from shared.domain.apps import Certification, Origin
from shared.domain.privileges import Privilege
from shared.storage.app_list_columns import Value, WordKind, bits, folded, moment, rank
from shared.storage.page_tokens import read_token, write_token

_INTEGERS = range(-(2**63), 2**63)
"""What a column can hold."""
_MOST_SORTED = 200
"""Characters of a name that count for its place: a token of a page carries them."""

_SORTED: dict[AppSort, str] = {
    AppSort.DISPLAY_NAME: f"substr(name, 1, {_MOST_SORTED})",
    AppSort.APP_ID: "app_id",
    AppSort.PUBLISHER_NAME: f"substr(publisher, 1, {_MOST_SORTED})",
    AppSort.PUBLISHER_VERIFIED: "verified",
    AppSort.CERTIFICATION: "certification",
    AppSort.ORIGIN: "origin",
    AppSort.STATUS: "status",
    AppSort.RISK: "risk",
    AppSort.PRIVILEGE: "privilege",
    AppSort.PERMISSION_TYPE: "permission_type",
    AppSort.PERMISSION_COUNT: "permission_count",
    AppSort.UNUSED_PERMISSIONS: "unused_permissions",
    AppSort.CONSENT: "consent",
    AppSort.CONSENTED_USERS: "consented_users",
    AppSort.PRIORITY_USERS: "priority_users",
    AppSort.PRIVILEGED_USERS: "privileged_users",
    AppSort.ENABLED: "enabled",
    AppSort.OWNER_COUNT: "owner_count",
    AppSort.CREDENTIAL_COUNT: "credential_count",
    AppSort.CREDENTIAL_EXPIRES: "credential_expires",
    AppSort.CREDENTIAL_UNUSED_SINCE: "credential_unused_since",
    AppSort.CREATED: "created",
    AppSort.REGISTERED: "registered",
    AppSort.FIRST_SEEN: "first_seen",
    AppSort.MODIFIED: "modified",
    AppSort.DELETED: "deleted",
    AppSort.LAST_USED: "last_used",
    AppSort.DATA_USE_ITEMS: "data_use_items",
    AppSort.DATA_USE_BYTES: "data_use_bytes",
    AppSort.DATA_USE_TREND: "data_use_trend",
    AppSort.ACTIVE_USERS: "active_users",
}


class Condition(Struct, frozen=True):
    text: str
    values: tuple[Value, ...] = ()


class Place(Struct, frozen=True):
    """Where an app stands in one order. Apps without a value come last, whichever way it goes."""

    sort: AppSort
    descending: bool
    value: Value
    app_id: str


def place_of(query: AppQuery) -> str:
    """The expression whose value is the place of an app, before its appId decides."""
    return _SORTED[query.sort]


def order_of(query: AppQuery) -> str:
    """Of rows that have their place as ``place``."""
    way = "DESC" if query.descending else "ASC"
    return f"place IS NULL, place {way}, app_id {way}"


def after_place(place: Place) -> Condition:
    """All that follows, whether or not an app stands at the place any more."""
    beyond = "<" if place.descending else ">"
    if place.value is None:
        return Condition(f"place IS NULL AND app_id {beyond} ?", (place.app_id,))
    return Condition(
        f"place {beyond} ? OR (place = ? AND app_id {beyond} ?) OR place IS NULL",
        (place.value, place.value, place.app_id),
    )


def token_of(query: AppQuery, value: Value, app_id: str) -> str:
    return write_token(Place(query.sort, query.descending, value, app_id))


def place_in(token: str, query: AppQuery) -> Place:
    """Raises ValueError for a token that no page in this order gave."""
    place = read_token(token, Place)
    if (place.sort, place.descending) != (query.sort, query.descending):
        raise ValueError("a page of another order")
    if isinstance(place.value, int) and place.value not in _INTEGERS:
        raise ValueError("not a page token")
    return place


def all_of(conditions: Iterable[Condition]) -> Condition:
    every = list(conditions)
    text = " AND ".join(condition.text for condition in every) or "TRUE"
    return Condition(text, tuple(value for condition in every for value in condition.values))


def included(query: AppQuery) -> Iterator[Condition]:
    """What the list shows unless it is asked for more."""
    if not query.include_microsoft and Origin.MICROSOFT not in (query.origin or ()):
        yield Condition("is_microsofts = 0")
    if not query.include_deleted and AppStatus.DELETED not in (query.status or ()):
        yield Condition("deleted IS NULL")


def filters(query: AppQuery, now: datetime) -> Iterator[Condition]:
    """All that the query asks for but what ``included`` says."""
    yield from _words(query)
    yield from _classes(query)
    yield from _texts(query)
    yield from _states(query, now)
    yield from _numbers(query)
    yield from _moments(query)


def _texts(query: AppQuery) -> Iterator[Condition]:
    if query.text is not None:
        text = folded(query.text)
        yield Condition("(instr(name, ?) OR instr(publisher, ?) OR instr(lower(app_id), ?))", (text, text, text))
    if query.app_ids is not None:
        listed = _json(query.app_ids)
        yield Condition("number IN (SELECT number FROM apps WHERE app_id IN (SELECT value FROM json_each(?)))", listed)
    if query.publisher is not None:
        yield Condition("publisher = ?", (folded(query.publisher),))
    if query.home_tenant_id is not None:
        yield Condition("home_tenant_id = ?", (folded(query.home_tenant_id),))


def _words(query: AppQuery) -> Iterator[Condition]:
    asked = (
        (WordKind.PERMISSION, None if query.permission is None else [query.permission]),
        (WordKind.API, query.api),
        (WordKind.DIRECTORY_ROLE, None if query.directory_role is None else [query.directory_role]),
    )
    for kind, texts in asked:
        if texts is not None:
            yield Condition(
                "number IN (SELECT number FROM worded WHERE word IN (SELECT word FROM words"
                " WHERE kind = ? AND text IN (SELECT value FROM json_each(?))))",
                (kind.value, *_json(folded(text) or "" for text in texts)),
            )


def _classes(query: AppQuery) -> Iterator[Condition]:
    asked: tuple[tuple[str, type[StrEnum], Iterable[str] | None], ...] = (
        ("origin", Origin, query.origin),
        ("privilege", Privilege, query.privilege),
        ("consent", Consent, query.consent),
        ("status", AppStatus, query.status),
        ("permission_type", PermissionType, query.permission_type),
        ("certification", Certification, query.certification),
    )
    for column, kind, values in asked:
        if values is not None:
            ranks = _json(rank(kind, value) for value in values)
            yield Condition(f"{column} IN (SELECT value FROM json_each(?))", ranks)  # noqa: S608 -- the columns above
    if query.traits is not None:
        yield Condition("traits & ? = ?", (bits(query.traits), bits(query.traits)))
    if query.not_traits is not None:
        yield Condition("(traits | open_traits) & ? = 0", (bits(query.not_traits),))


def _states(query: AppQuery, now: datetime) -> Iterator[Condition]:
    if query.enabled is not None:
        yield Condition("enabled = ?", (query.enabled,))
    if query.verified is not None:
        yield Condition("verified = ?", (query.verified,))
    if query.has_owner is not None:
        yield Condition("owner_count > 0" if query.has_owner else "owner_count = 0")
    if query.new is not None:
        since = "coalesce(created, first_seen)"
        yield Condition(f"{since} >= ?" if query.new else f"{since} < ?", (moment(now - NEW_FOR),))


def _numbers(query: AppQuery) -> Iterator[Condition]:
    least = (
        ("risk", query.risk_from),
        ("consented_users", query.users_from),
        ("priority_users", query.priority_users_from),
        ("data_use_items", query.data_use_from),
    )
    for column, value in least:
        if value is not None:
            yield Condition(f"{column} >= ?", (value,))


def _moments(query: AppQuery) -> Iterator[Condition]:
    if query.used_before is not None:
        yield Condition(
            "(last_used < ? OR (last_used IS NULL AND open_traits & ? = 0))",
            (moment(query.used_before), bits((Trait.UNUSED,))),
        )
    before = (
        ("created", query.created_before),
        ("modified", query.modified_before),
        ("credential_expires", query.credential_expires_before),
    )
    after = (
        ("last_used", query.used_after),
        ("created", query.created_after),
        ("modified", query.modified_after),
    )
    for beyond, moments in (("<", before), (">=", after)):
        for column, time in moments:
            if time is not None:
                yield Condition(f"{column} {beyond} ?", (moment(time),))


def _json(values: Iterable[Value]) -> tuple[str]:
    """One bound value for any number of them, so that the SQL stays the same."""
    return (msgspec.json.encode(list(values)).decode(),)
