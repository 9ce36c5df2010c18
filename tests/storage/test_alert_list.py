"""The alert list: newest first, three reads a page at most, and never an older version on top of a newer one."""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from aiohttp import web
from msgspec.structs import replace
from yarl import URL

from shared.domain.alert_queries import AlertPage, AlertQuery
from shared.domain.alerts import Alert, AlertStatus
from shared.domain.app_references import AppReference
from shared.domain.errors import Unavailable
from shared.domain.severities import Severity
from shared.pipeline.ports import AlertList
from shared.storage.alert_list import TableAlertList
from shared.storage.alert_list_rows import Projection, list_row, open_partition
from shared.storage.connection import ConnectionString, StorageConnection
from tests.storage.conftest import Connect
from tests.storage.fault_proxy import proxied
from tests.storage.records import START, alert

MANY = 120
EVERYTHING = AlertQuery()
OPEN = AlertQuery(status=frozenset({"new", "inProgress"}))


@pytest.fixture
def alert_list(connection: StorageConnection) -> AlertList:
    return TableAlertList(connection)


type OpenTenant = Callable[[str], AlertList]
"""The list with all alerts of the tenant, at any address of the account, for tests that only read it."""


@pytest.fixture(scope="module")
def tenant_prefix(connection_string: str) -> str:
    prefix = f"t{uuid4().hex[:12]}"

    async def fill() -> None:
        connection = StorageConnection(ConnectionString(connection_string), prefix=prefix)
        for one in tenant():
            await TableAlertList(connection).project(one, f"etag {one.id}")
        await connection.close()

    asyncio.run(fill())
    return prefix


@pytest.fixture
async def open_tenant(tenant_prefix: str) -> AsyncIterator[OpenTenant]:
    opened: list[StorageConnection] = []

    def one(address: str) -> AlertList:
        opened.append(StorageConnection(ConnectionString(address), prefix=tenant_prefix, retries=0))
        return TableAlertList(opened[-1])

    yield one
    for connection in opened:
        await connection.close()


async def pages(alert_list: AlertList, query: AlertQuery, top: int = 7) -> list[AlertPage]:
    """All pages, to the end."""
    read = [await alert_list.page(query, top, None)]
    while read[-1].next is not None:
        assert len(read) < 200
        read.append(await alert_list.page(query, top, read[-1].next))
    return read


async def shown(alert_list: AlertList, query: AlertQuery, top: int = 7) -> list[str]:
    return [listed.alert.id for page in await pages(alert_list, query, top) for listed in page.alerts]


def tenant() -> list[Alert]:
    """Alerts over ten months, of several policies, apps, severities and states."""
    apps = [AppReference(app_id=f"app-{number}", display_name=f"Ａpp {number}") for number in range(4)]
    made = []
    for number in range(MANY):
        created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=2 * number, microseconds=number)
        plain = alert(number, created, policy=f"policy-{number % 3}")
        made.append(
            replace(
                plain,
                app=apps[number % 4],
                severity=list(Severity)[number % 4],
                status=list(AlertStatus)[number % 3],
                title="Straße" if number % 50 == 0 else "Credential added",
                historical=number % 5 == 0,
            )
        )
    return made


def matches(query: AlertQuery, one: Alert) -> bool:
    return (
        (query.status is None or one.status in query.status)
        and (query.severity is None or one.severity in query.severity)
        and (query.app_id is None or one.app.key == query.app_id)
        and (query.policy_id is None or one.policy_id == query.policy_id)
        and (query.created_from is None or one.created_date_time >= query.created_from)
        and (query.created_to is None or one.created_date_time <= query.created_to)
        and (query.text is None or query.text.casefold() in f"{one.title} {one.app.display_name}".casefold())
    )


QUERIES = [
    EVERYTHING,
    OPEN,
    AlertQuery(status=frozenset({"resolved"})),
    AlertQuery(severity=frozenset({"high", "low"})),
    AlertQuery(app_id="app-1"),
    AlertQuery(policy_id="policy-2"),
    AlertQuery(app_id="app-1", policy_id="policy-2", status=frozenset({"new"})),
    AlertQuery(created_from=datetime(2026, 2, 10, tzinfo=UTC), created_to=datetime(2026, 5, 1, tzinfo=UTC)),
    AlertQuery(created_from=tenant()[40].created_date_time, created_to=tenant()[40].created_date_time),
    AlertQuery(app_id="app-3", created_from=datetime(2026, 6, 1, tzinfo=UTC)),
    AlertQuery(text="STRASSE"),
    AlertQuery(text="no such thing"),
    AlertQuery(app_id="' or PartitionKey ne '"),
    AlertQuery(policy_id="all|797387", app_id="app-1"),
    AlertQuery(status=frozenset()),
]


async def test_every_query_shows_what_it_asks_for_newest_first(open_tenant: OpenTenant, connection_string: str) -> None:
    alert_list = open_tenant(connection_string)
    newest_first = sorted(tenant(), key=lambda one: one.created_date_time, reverse=True)
    for query in QUERIES:
        expected = [one.id for one in newest_first if matches(query, one)]
        for top in (1, 7, 1000):
            assert await shown(alert_list, query, top) == expected, (query, top)
    full = await alert_list.page(AlertQuery(text="app 2"), 1000, None)
    assert {listed.alert.app.app_id for listed in full.alerts} == {"app-2"}


async def test_a_page_holds_the_whole_alert_and_its_etag(alert_list: AlertList) -> None:
    await alert_list.project(alert(), "etag 1")
    page = await alert_list.page(EVERYTHING, 10, None)
    assert [(listed.alert, listed.etag) for listed in page.alerts] == [(alert(), "etag 1")]
    assert page.next is None


async def test_open_alerts_are_counted_by_severity_and_only_the_newest_read_whole(
    open_tenant: OpenTenant, connection_string: str
) -> None:
    alerts = tenant()
    async with proxied(connection_string) as (proxy, address):
        alert_list = open_tenant(address)
        await alert_list.page(EVERYTHING, 1, None)
        proxy.requests.clear()
        found = await alert_list.open_alerts(10_000, 3)
        listed, _ = proxy.requests
    is_open = [one for one in reversed(alerts) if one.status is not AlertStatus.RESOLVED]
    assert found.by_severity == Counter(one.severity.value for one in is_open)
    assert found.historical == Counter(one.severity.value for one in is_open if one.historical)
    assert (list(found.newest), found.is_complete) == ([one for one in is_open if not one.historical][:3], True)
    assert URL(listed.removeprefix("GET ")).query["$select"] == "PartitionKey,RowKey,schema,severity,historical"


async def test_of_too_many_open_alerts_the_newest_are_counted(alert_list: AlertList) -> None:
    for number in range(12):
        severity = Severity.HIGH if number < 7 else Severity.LOW
        await alert_list.project(replace(alert(number, START + timedelta(days=20 * number)), severity=severity), "etag")
    found = await alert_list.open_alerts(9, 1)
    assert (found.by_severity, found.is_complete) == ({"low": 5, "high": 4}, False)
    assert (await alert_list.open_alerts(12, 1)).is_complete


async def test_open_alerts_that_a_version_before_listed_count_too(connection: StorageConnection) -> None:
    table = await connection.table("alertlist")
    for number in range(4):
        one = replace(alert(number, START + timedelta(minutes=number)), historical=number == 0)
        row = list_row(open_partition(one), Projection(one, "etag"))
        if number < 2:
            del row["historical"]
        await table.upsert(row)
    found = await TableAlertList(connection).open_alerts(100, 10)
    assert (found.by_severity, found.historical) == ({"high": 4}, {"high": 1})
    assert [one.id for one in found.newest] == [alert(number).id for number in (3, 2, 1)]


async def test_a_page_costs_at_most_three_reads(open_tenant: OpenTenant, connection_string: str) -> None:
    async with proxied(connection_string) as (proxy, address):
        alert_list = open_tenant(address)
        await alert_list.page(EVERYTHING, 1, None)
        for query in QUERIES:
            after: str | None = None
            while True:
                proxy.requests.clear()
                page = await alert_list.page(query, 5, after)
                assert len(proxy.requests) <= 3, (query, proxy.requests)
                after = page.next
                if after is None:
                    break


async def test_a_search_goes_on_where_three_reads_ended(connect: Connect, connection_string: str) -> None:
    direct = TableAlertList(connect(connection_string))
    alerts = tenant()[:9]
    for one in alerts:
        await direct.project(one, "etag")
    async with proxied(connection_string) as (proxy, address):
        alert_list = TableAlertList(connect(address))
        await alert_list.page(EVERYTHING, 1, None)

        async def find_nothing_at_first(request: web.Request) -> web.Response | None:
            """As the service may: a page without rows, and where to go on. Of ten reads the last finds something."""
            reads = int(base64.b64decode(request.query.get("NextRowKey", "MA==")))
            if reads == 9:
                return None
            headers = {
                "x-ms-continuation-NextPartitionKey": base64.b64encode(b"all").decode(),
                "x-ms-continuation-NextRowKey": base64.b64encode(str(reads + 1).encode()).decode(),
            }
            return web.json_response({"value": []}, headers=headers)

        proxy.fault = find_nothing_at_first
        read = await pages(alert_list, EVERYTHING, top=100)
    assert [len(page.alerts) for page in read] == [0, 0, 0, len(alerts)]


async def test_resolving_takes_an_alert_off_the_open_list_and_reopening_brings_it_back(alert_list: AlertList) -> None:
    new = alert()
    resolved = replace(new, status=AlertStatus.RESOLVED, last_update_date_time=START + timedelta(hours=1))
    reopened = replace(new, last_update_date_time=START + timedelta(hours=2))
    await alert_list.project(new, "1")
    assert await shown(alert_list, OPEN) == [new.id]
    await alert_list.project(resolved, "2")
    assert await shown(alert_list, OPEN) == []
    assert await shown(alert_list, EVERYTHING) == [new.id]
    await alert_list.project(reopened, "3")
    assert await shown(alert_list, OPEN) == [new.id]


async def test_an_alert_that_turns_out_to_be_of_another_app_leaves_the_first(alert_list: AlertList) -> None:
    unresolved = replace(alert(), app=AppReference(service_principal_id="sp-1"))
    resolved = replace(alert(), last_update_date_time=START + timedelta(hours=1))
    await alert_list.project(unresolved, "1")
    assert await shown(alert_list, AlertQuery(app_id="object:sp-1")) == [alert().id]
    await alert_list.project(resolved, "2")
    assert await shown(alert_list, AlertQuery(app_id="object:sp-1")) == []
    assert await shown(alert_list, AlertQuery(app_id="app-1")) == [alert().id]


async def test_projections_in_any_order_leave_the_newest(alert_list: AlertList) -> None:
    versions = [
        replace(alert(), last_update_date_time=START + timedelta(minutes=number), evidence_count=number)
        for number in range(4)
    ]
    for order in ([3, 0, 2, 1, 3], [1, 3, 0, 0]):
        for number in order:
            await alert_list.project(versions[number], str(number))
        for query in (EVERYTHING, OPEN, AlertQuery(app_id="app-1"), AlertQuery(policy_id="credential-added")):
            page = await alert_list.page(query, 10, None)
            assert [(listed.alert.evidence_count, listed.etag) for listed in page.alerts] == [(3, "3")]


@pytest.mark.parametrize("held_request", range(8))
async def test_a_projector_that_falls_behind_never_leaves_an_older_version(
    connect: Connect, connection_string: str, held_request: int
) -> None:
    """One projector is held up at each of its requests in turn, until another has projected a newer version."""
    older = replace(alert(), app=AppReference(service_principal_id="sp-1"))
    newer = replace(alert(), status=AlertStatus.RESOLVED, last_update_date_time=START + timedelta(hours=1))
    direct = TableAlertList(connect(connection_string))
    await direct.page(EVERYTHING, 1, None)
    async with proxied(connection_string) as (proxy, address):
        slow = TableAlertList(connect(address))
        await slow.page(EVERYTHING, 1, None)
        held, released = asyncio.Event(), asyncio.Event()
        proxy.requests.clear()

        async def hold(_: web.Request) -> None:
            if len(proxy.requests) == held_request + 1:
                held.set()
                await released.wait()

        proxy.fault = hold
        projecting = asyncio.create_task(slow.project(older, "older"))
        waits = asyncio.create_task(held.wait())
        await asyncio.wait({projecting, waits}, return_when=asyncio.FIRST_COMPLETED)
        await direct.project(newer, "newer")
        released.set()
        await projecting
        waits.cancel()
    for query in (EVERYTHING, AlertQuery(app_id="app-1"), AlertQuery(policy_id="credential-added")):
        assert [listed.etag for listed in (await direct.page(query, 10, None)).alerts] == ["newer"]
    for query in (OPEN, AlertQuery(app_id="object:sp-1")):
        assert (await direct.page(query, 10, None)).alerts == ()


@pytest.mark.parametrize("requests_before_the_crash", range(7))
async def test_projecting_again_mends_what_a_crash_left(
    connect: Connect, connection_string: str, requests_before_the_crash: int
) -> None:
    older = replace(alert(), app=AppReference(service_principal_id="sp-1"))
    newer = replace(alert(), status=AlertStatus.RESOLVED, last_update_date_time=START + timedelta(hours=1))
    direct = TableAlertList(connect(connection_string))
    await direct.project(older, "older")
    async with proxied(connection_string) as (proxy, address):
        crashing = TableAlertList(connect(address))
        await crashing.page(EVERYTHING, 1, None)
        proxy.requests.clear()

        async def cut_off(_: web.Request) -> web.Response | None:
            return web.Response(status=503) if len(proxy.requests) > requests_before_the_crash else None

        proxy.fault = cut_off
        with pytest.raises(Unavailable):
            await crashing.project(newer, "newer")
    await direct.project(newer, "newer")
    assert await shown(direct, OPEN) == []
    assert await shown(direct, AlertQuery(app_id="object:sp-1")) == []
    for query in (EVERYTHING, AlertQuery(app_id="app-1"), AlertQuery(policy_id="credential-added")):
        assert [listed.etag for listed in (await direct.page(query, 10, None)).alerts] == ["newer"]


@pytest.mark.parametrize(
    "after", ["", "x", "bm90IGpzb24", "eyJwYXJ0aXRpb24iOiJhcHB8eCJ9", "eyJzdGVwIjo3fQ", "eyJzdGVwIjotMX0", "eyJ4IjoxfQ"]
)
async def test_a_made_up_page_token_is_refused(alert_list: AlertList, after: str) -> None:
    await alert_list.project(alert(), "etag")
    with pytest.raises(ValueError, match="not a page token"):
        await alert_list.page(EVERYTHING, 10, after)
