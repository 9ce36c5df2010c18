"""From events to what each app did, one event after the other, with little in memory.

Only what an app itself did counts: a consent or a new credential is done *to* an app, and its record tells from where
the administrator came, not the app.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.app_use import (
    MOST_OPERATIONS,
    MOST_REQUESTS,
    MOST_TALLIED,
    AppUse,
    bounded_calls,
    bounded_requests,
)
from shared.domain.apps import PermissionKind
from shared.domain.events import ActorKind, Event, Service
from shared.domain.usage_counts import CallCounts, DifferentValues, ServiceCounts, ValueCounts

_READ: Final = frozenset(
    {Activity.MAIL_ACCESSED, Activity.FILE_ACCESSED, Activity.FILE_DOWNLOADED, Activity.TEAMS_MESSAGE_READ}
)
_SENT: Final = frozenset({Activity.MAIL_SENT, Activity.TEAMS_MESSAGE_SENT, Activity.FILE_SHARED})
_CHANGED: Final = frozenset(
    {
        Activity.MAIL_DELETED,
        Activity.MAIL_CHANGED,
        Activity.INBOX_RULE_CHANGED,
        Activity.FILE_CHANGED,
        Activity.FILE_DELETED,
    }
)
_OWN: Final = _READ | _SENT | _CHANGED | {Activity.SIGN_IN, Activity.GRAPH_CALLED}
"""Where ``event.app`` is the app that acts; elsewhere it is the one acted on."""
_TOLD_BY_OTHERS: Final = frozenset({Activity.RISK_DETECTED, Activity.RISK_CHANGED, Activity.DEFENDER_ALERT})
_SERVICES: Final = {"mail": Service.EXCHANGE, "inboxRule": Service.EXCHANGE, "teamsMessage": Service.TEAMS}
_COLLECTIONS: Final = frozenset({"sites", "teams", "personal"})
_SYNCHRONISED: Final = "Sync"
_READING: Final = frozenset({"GET", "HEAD"})


def acting_app(event: Event) -> AppReference | None:
    """The app that did this; None where none did."""
    if event.activity in _OWN:
        return event.app
    if event.activity in _TOLD_BY_OTHERS or event.actor.kind is not ActorKind.APP:
        return None
    return event.actor.app


def operation_of(event: Event) -> str | None:
    """As roll-ups name it: ``GET /users/{id}/messages`` of Graph, else ``exchange MailItemsAccessed``."""
    if event.activity is Activity.SIGN_IN:
        return None
    if event.activity is Activity.GRAPH_CALLED:
        return f"{event.method} {event.path}" if event.method and event.path else event.operation
    return f"{service_of(event)} {event.operation}"


def service_of(event: Event) -> Service:
    if event.service:
        return event.service
    kind = event.activity.partition(".")[0]
    if kind == "file":
        return Service.SHAREPOINT
    return _SERVICES.get(kind, Service.DIRECTORY if event.activity not in _OWN else Service.OTHER)


def site_of(address: str | None) -> str | None:
    """The site of a file's address: the host, with its collection where it names one."""
    if address is None or not address.startswith("https://"):
        return None
    host, *segments = address.removeprefix("https://").split("/")
    if len(segments) > 1 and segments[0].lower() in _COLLECTIONS:
        return f"{host}/{segments[0]}/{segments[1]}".lower()
    return host.lower()


class UsageCounter:
    """Memory grows with the number of apps, and is bounded for each.

    ``has_unknown``: an app was known by an object id only, so that what it did is not counted.
    """

    def __init__(self) -> None:
        self._apps: dict[str, _Counts] = {}
        self.has_unknown = False

    def add(self, event: Event) -> None:
        """An event counts whose app is known by its appId."""
        app = acting_app(event)
        if app is not None and app.app_id:
            self._apps.setdefault(app.app_id, _Counts()).add(event)
        elif app is not None and app.key is not None:
            self.has_unknown = True

    def uses(self) -> dict[str, AppUse]:
        return {app_id: counts.use() for app_id, counts in self._apps.items()}


class _Counts:
    """What one app did so far."""

    def __init__(self) -> None:
        self.events = self.errors = self.sign_ins = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.hours = set[int]()
        self.requests: dict[str, datetime] = {}
        self.calls = CallCounts()
        self.services = ServiceCounts()
        self.users, self.named_users = DifferentValues(), DifferentValues()
        self.mailboxes, self.files, self.sites = (DifferentValues() for _ in range(3))
        self.labels, self.countries, self.networks, self.ip_addresses = (ValueCounts() for _ in range(4))
        self.user_agents, self.credentials, self.resources = (ValueCounts() for _ in range(3))

    def add(self, event: Event) -> None:
        self.events += 1
        self.errors += not event.succeeded
        self._place(event.time)
        operation = operation_of(event)
        if operation is None:
            self.sign_ins += 1
        else:
            self.calls.add(operation, failed=not event.succeeded)
        if event.succeeded:
            self._succeeded(event)

    def use(self) -> AppUse:
        return AppUse(
            events=self.events,
            errors=self.errors,
            first=self.first,
            last=self.last,
            calls=bounded_calls(self.calls.counted(), MOST_OPERATIONS),
            services=self.services.counted(),
            users=self.users.counted(),
            named_users=self.named_users.counted(),
            mailboxes=self.mailboxes.counted(),
            files=self.files.counted(),
            sites=self.sites.counted(),
            sign_ins=self.sign_ins,
            labels=self.labels.counted(MOST_TALLIED),
            countries=self.countries.counted(MOST_TALLIED),
            networks=self.networks.counted(MOST_TALLIED),
            ip_addresses=self.ip_addresses.counted(MOST_TALLIED),
            user_agents=self.user_agents.counted(MOST_TALLIED),
            credentials=self.credentials.counted(MOST_TALLIED),
            resources=self.resources.counted(MOST_TALLIED),
            hours=tuple(sorted(self.hours)),
            requests=bounded_requests(self.requests, MOST_REQUESTS),
        )

    def _place(self, time: datetime | None) -> None:
        if time is None:
            return
        self.hours.add(time.hour)
        self.first = time if self.first is None else min(self.first, time)
        self.last = time if self.last is None else max(self.last, time)

    def _succeeded(self, event: Event) -> None:
        self._came_from(event)
        if event.actor.kind is ActorKind.USER:
            if event.actor.id:
                self.users.add(event.actor.id)
            elif event.actor.name:
                self.named_users.add(event.actor.name.lower())
        if event.activity is Activity.SIGN_IN:
            self.resources.add(event.resource.app_id)
            return
        self._touched(event)
        if event.activity is Activity.GRAPH_CALLED:
            self._requested(event)

    def _came_from(self, event: Event) -> None:
        client = event.client
        self.countries.add(client.country or None)
        self.networks.add(str(client.asn) if client.asn else None)
        self.ip_addresses.add(client.ip_address or None)
        self.user_agents.add(client.user_agent or None)
        self.credentials.add(event.credential_key_id or None)

    def _touched(self, event: Event) -> None:
        self.mailboxes.add(event.mailbox or None)
        self.labels.add(event.label_id or None)
        if event.activity.startswith("file.") and event.target:
            self.files.add(event.target.id or event.target.name)
            self.sites.add(site_of(event.target.id) or site_of(event.target.name))
        self.services.add(service_of(event), _amounts(event))

    def _requested(self, event: Event) -> None:
        """Beyond what is bounded at the end, only what is known already is kept up to date, so memory stays small."""
        if event.time is None or not (event.method and event.path):
            return
        kind = PermissionKind.DELEGATED if event.actor.kind is ActorKind.USER else PermissionKind.APPLICATION
        request = f"{event.method} {event.path} {kind}"
        if request in self.requests or len(self.requests) < MOST_REQUESTS * 4:
            self.requests[request] = max(event.time, self.requests.get(request, event.time))


def _amounts(event: Event) -> Mapping[str, int]:
    """What one event adds to its service. A call of Graph counts no items: the service tells of these itself."""
    size = max(0, event.byte_count or 0)
    is_sent = event.activity in _SENT or (event.method or "GET") not in _READING
    amounts = {"events": 1, "bytes_sent" if is_sent else "bytes_read": size}
    kind = _items_kind(event.activity)
    if kind is None:
        return amounts
    if event.access_type == _SYNCHRONISED and not event.item_count:
        return {**amounts, "unsized": 1}
    count = event.item_count
    return {**amounts, kind: max(0, count) if isinstance(count, int) else 1}


def _items_kind(activity: Activity) -> str | None:
    for kind, activities in (("items_read", _READ), ("items_sent", _SENT), ("items_changed", _CHANGED)):
        if activity in activities:
            return kind
    return None
