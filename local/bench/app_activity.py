"""What apps do in a simulated tenant, as the records of each log: made from a seed, so every run reads the same.

Few apps do most, as in a real tenant. Ids, times, addresses, mailboxes and files differ from record to record: records
that repeat each other would compress better than any real log does.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

from local.host.identity.personas import TENANT_ID
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.directory.data_use import EXCHANGE_AUDITS, SHAREPOINT_AUDITS, Manner
from local.tenant.directory.generate import generate
from local.tenant.directory.graph_calls import GRAPH_ACTIVITY
from local.tenant.directory.sign_in_records import SERVICE_PRINCIPAL, sign_in_log
from local.tenant.directory.tenant import Tenant
from shared.domain.streams import Stream

HOUR = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""In which everything happens."""
_APPS = 400
_BUSY = 3
"""The higher, the more of all is done by the few busiest apps."""
_LOGS = {
    Stream.SERVICE_PRINCIPAL_SIGN_INS: sign_in_log(SERVICE_PRINCIPAL),
    Stream.GRAPH_ACTIVITY: GRAPH_ACTIVITY,
    Stream.EXCHANGE_AUDITS: EXCHANGE_AUDITS,
    Stream.SHAREPOINT_AUDITS: SHAREPOINT_AUDITS,
}
STREAMS = tuple(_LOGS)
_PATHS = (
    *("/users/{user}/messages?$top=50&$select=subject,from", "/users/{user}/calendarView", "/users/{user}/drive/root"),
    *("/users/{user}", "/groups?$top=999", "/sites/root/lists", "/me/messages", "/applications"),
)
_AGENTS = (
    "python-requests/2.32.5",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    "okhttp/4.12.0",
    "Microsoft-Graph/5.1",
)
_COUNTRIES = ("NL", "US", "DE", "SG")


def activity_lines(stream: Stream, records: int) -> list[bytes]:
    """So many records of one log, oldest first, spread over one hour."""
    tenant = generate(seed=7, apps=_APPS, tenant_id=TENANT_ID, clock=ManualClock(HOUR))
    doing = _Doing(tenant)
    for number in range(records):
        _DEEDS[stream](doing, HOUR + timedelta(hours=1) * number / records)
    # Those before are of the tenant's past.
    return list(map(msgspec.json.encode, tenant.log(_LOGS[stream]).every_record()[-records:]))


class _Doing:
    """Who does what, from where."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._random = Random(7)
        self._apps = [one for one in tenant.service_principals.all() if _has_sign_ins(one)]
        self._users = tenant.users.all()

    def sign_in(self, at: datetime) -> None:
        manner = self._manner(at)
        self._tenant.sign_in(
            self._app(), at, ip=manner["ip"], user_agent=manner["user_agent"], country=self._random.choice(_COUNTRIES)
        )

    def call_graph(self, at: datetime) -> None:
        user = self._user()
        path = self._random.choice(_PATHS).format(user=user)
        size, manner = self._random.randrange(200_000), self._manner(at)
        self._tenant.call_graph(
            self._app(), "GET", path, at=at, size=size, ip=manner["ip"], user_agent=manner["user_agent"]
        )

    def read_mail(self, at: datetime) -> None:
        sync, items = self._random.random() < 0.1, self._random.randrange(1, 6)
        self._tenant.read_mail(self._app(), self._user(), items, sync=sync, **self._manner(at))

    def download(self, at: datetime) -> None:
        self._tenant.download_files(self._app(), self._user(), 1, self._random.randrange(1_000_000), **self._manner(at))

    def _app(self) -> str:
        return str(self._apps[int(len(self._apps) * self._random.random() ** _BUSY)]["appId"])

    def _user(self) -> str:
        return str(self._random.choice(self._users)["id"])

    def _manner(self, at: datetime) -> Manner:
        return Manner(at=at, ip=f"203.0.113.{self._random.randrange(256)}", user_agent=self._random.choice(_AGENTS))


_DEEDS: dict[Stream, Callable[[_Doing, datetime], None]] = {
    Stream.SERVICE_PRINCIPAL_SIGN_INS: _Doing.sign_in,
    Stream.GRAPH_ACTIVITY: _Doing.call_graph,
    Stream.EXCHANGE_AUDITS: _Doing.read_mail,
    Stream.SHAREPOINT_AUDITS: _Doing.download,
}


def _has_sign_ins(principal: Object) -> bool:
    return bool(principal["servicePrincipalType"] == "Application")
