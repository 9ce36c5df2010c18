"""The timeline of one app: what is recorded, its alerts and its remediations, as one list, newest first.

Each comes from a list of its own that knows pages. A page of the timeline reads some of each and shows what is newest;
what was read beyond is read again for the next page. All lists, and so the timeline, go by time and then by id: of two
entries of one moment none is lost or shown twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from shared.domain.activities import Activity
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert
from shared.domain.app_references import Alias
from shared.domain.apps import Permission, PermissionKind
from shared.domain.display import inert
from shared.domain.remediation_records import RemediationQuery
from shared.domain.remediations import Remediation, RemediationAction
from shared.domain.timeline import TimelineEntry, TimelineKind, TimelinePage
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.services import Services

_MOST_READS = 3
"""Pages of one list that one page of the timeline may cost. Where that is too few it is short, even empty."""
_MOST_GRANTS = 500
_MOST_CHARACTERS = 4096
_OBJECT = "object:"
_LATEST = datetime.max.replace(tzinfo=UTC)

type _Order = tuple[timedelta, str]
type Grants = Mapping[tuple[PermissionKind, str | None, str], TimelineEntry]
"""By kind, API (an appId, None where the record does not tell it) and name."""
type _Read = Callable[[int, str | None], Awaitable[tuple[Sequence[TimelineEntry], str | None]]]

_NOTHING_SHOWN: _Order = (timedelta.min, "")


class _Place(Struct, frozen=True, forbid_unknown_fields=True):
    """The last entry shown, and by list where to read on, "" for its beginning. A list that is not named has ended."""

    app_id: str
    time: datetime
    id: str
    starts: dict[str, str]

    @property
    def order(self) -> _Order:
        return _LATEST - self.time, self.id


class _Part(Struct, frozen=True):
    """What was read of one list and not shown yet, each with the start of its page; ``next`` is where it goes on."""

    entries: list[tuple[TimelineEntry, str]]
    next: str | None

    @property
    def horizon(self) -> _Order | None:
        """Up to where no entry of this list is missing; None: to its end."""
        if self.next is None:
            return None
        return _order(self.entries[-1][0]) if self.entries else _NOTHING_SHOWN

    def start_after(self, last: _Order) -> str | None:
        return next((start for entry, start in self.entries if _order(entry) > last), self.next)


async def app_timeline(services: Services, app_id: str, top: int, after: str | None) -> TimelinePage:
    """By appId. A page may be short, even empty, and still have a ``next``.

    Raises ValueError for an ``after`` that no page of this app gave.
    """
    lists = await _lists(services, app_id)
    place = _place_of(after, app_id)
    starts = place.starts if place else dict.fromkeys(lists, "")
    seen = place.order if place else _NOTHING_SHOWN
    names = [name for name in lists if name in starts]
    parts = await asyncio.gather(*(_read_on(lists[name], starts[name], seen, max(top, 1)) for name in names))
    shown = _newest(parts, max(top, 1))
    last = _order(shown[-1]) if shown else seen
    following = {name: part.start_after(last) for name, part in zip(names, parts, strict=True)}
    ahead = {name: start for name, start in following.items() if start is not None}
    return TimelinePage(entries=tuple(shown), next=_token(app_id, last, ahead) if ahead else None)


async def granted_by(services: InventoryServices, app_id: str) -> Grants:
    """The entry of whoever granted each permission last. Of old grants there may be no record."""
    found: dict[tuple[PermissionKind, str | None, str], TimelineEntry] = {}
    keys = await _keys_of(services, app_id)
    told = await asyncio.gather(*(services.timelines.grants(each, _MOST_GRANTS) for each in keys))
    entries = sorted((entry for some in told for entry in some), key=_order)
    known = await services.aliases.lookup(
        [each.api.removeprefix(_OBJECT) for each in entries if each.api and each.api.startswith(_OBJECT)]
    )
    for entry in entries:
        kind = PermissionKind.APPLICATION if entry.what == Activity.APP_ROLE_GRANTED else PermissionKind.DELEGATED
        for name in entry.added:
            found.setdefault((kind, _api_of(entry, known), name), entry)
    return found


def grant_of(permission: Permission, held: Iterable[Permission], grants: Grants) -> TimelineEntry | None:
    """The newest that tells of it. A record that does not name the API tells of the only permission of that name."""
    kind, name = permission.kind, permission.name
    apis = {other.resource_app_id for other in held if (other.kind, other.name) == (kind, name)}
    told = [grants.get((kind, api, name)) for api in {permission.resource_app_id, *([None] if len(apis) == 1 else [])}]
    return min((entry for entry in told if entry is not None), key=_order, default=None)


def _api_of(entry: TimelineEntry, known: Mapping[str, Alias]) -> str | None:
    if entry.api is None or not entry.api.startswith(_OBJECT):
        return entry.api
    alias = known.get(entry.api.removeprefix(_OBJECT))
    return alias.app_id if alias else None


async def _keys_of(services: InventoryServices, app_id: str) -> list[str]:
    """Under which its entries stand: what was told before the app was known stands under its object ids."""
    app = (await services.apps.get([app_id])).get(app_id)
    object_ids = (app.service_principal_id, app.application_object_id) if app else ()
    return [app_id, *(f"{_OBJECT}{object_id}" for object_id in object_ids if object_id)]


async def _lists(services: Services, app_id: str) -> Mapping[str, _Read]:
    def recorded(key: str) -> _Read:
        async def read(top: int, after: str | None) -> tuple[Sequence[TimelineEntry], str | None]:
            page = await services.timelines.page(key, top, after)
            return page.entries, page.next

        return read

    async def alerts(top: int, after: str | None) -> tuple[Sequence[TimelineEntry], str | None]:
        page = await services.alert_list.page(AlertQuery(app_id=app_id), top, after)
        return [_alert(app_id, listed.alert) for listed in page.alerts], page.next

    async def remediations(top: int, after: str | None) -> tuple[Sequence[TimelineEntry], str | None]:
        page = await list_remediations(services, RemediationQuery(app_id=app_id), top, after)
        return [_remediation(each) for each in page.remediations], page.next

    keys = await _keys_of(services, app_id)
    return {**{key: recorded(key) for key in keys}, "alerts": alerts, "remediations": remediations}


async def _read_on(read: _Read, start: str, seen: _Order, top: int) -> _Part:
    """As many entries as a page takes, or all there are, beyond those that were shown."""
    entries: list[tuple[TimelineEntry, str]] = []
    for _ in range(_MOST_READS):
        found, following = await read(top, start or None)
        entries += [(entry, start) for entry in found if _order(entry) > seen]
        if following is None:
            return _Part(entries, None)
        start = following
        if len(entries) >= top:
            break
    return _Part(entries, start)


def _newest(parts: Iterable[_Part], top: int) -> list[TimelineEntry]:
    """Those before which nothing can be missing, each once: an event may be told under two keys."""
    horizon = min((part.horizon for part in parts if part.horizon is not None), default=None)
    found = {_order(entry): entry for part in parts for entry, _ in part.entries}
    return [found[order] for order in sorted(found) if horizon is None or order <= horizon][:top]


def _order(entry: TimelineEntry) -> _Order:
    """Newest first."""
    return _LATEST - entry.time, entry.id


def _alert(app_id: str, alert: Alert) -> TimelineEntry:
    return TimelineEntry(
        app_id=app_id,
        time=alert.created_date_time,
        id=alert.id,
        kind=TimelineKind.ALERT,
        what=alert.policy_id,
        sentence=f"Alert of {alert.severity} severity: {inert(alert.title)}",
        reference=alert.id,
    )


def _remediation(remediation: Remediation) -> TimelineEntry:
    verb = "disabled" if remediation.action is RemediationAction.DISABLE else "enabled"
    asked = "its undoing" if remediation.undoes else f"it to be {verb}"
    who = inert(remediation.requested_by)
    return TimelineEntry(
        app_id=remediation.app_id,
        time=remediation.requested_date_time,
        id=remediation.id,
        kind=TimelineKind.REMEDIATION,
        what=remediation.action,
        sentence=f"{who} asked for {asked} ({remediation.status}): {inert(remediation.reason)}",
        actor=who,
        reference=remediation.id,
    )


def _token(app_id: str, last: _Order, starts: dict[str, str]) -> str:
    since, entry_id = last
    time = _LATEST - since if since >= timedelta(0) else _LATEST
    return msgspec.json.encode(_Place(app_id, time, entry_id, starts)).decode()


def _place_of(after: str | None, app_id: str) -> _Place | None:
    if after is None:
        return None
    if len(after) > _MOST_CHARACTERS:
        raise ValueError("not a page token")
    try:
        place = msgspec.json.decode(after, type=_Place)
        place.time.astimezone(UTC)
    except (msgspec.MsgspecError, UnicodeError, OverflowError):
        raise ValueError("not a page token") from None
    if place.app_id != app_id or place.time.tzinfo is None:
        raise ValueError("not a page token of this app")
    return place
