"""Reading tables of advanced hunting: scripted answers, and the simulated tenant."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.graph.faults import Fault
from local.tenant.server import TenantServer
from shared.domain.errors import DeltaExpired, NotLicensed, PermissionMissing, Unavailable
from shared.domain.microsoft import HOME_TENANTS
from shared.graph import kql
from shared.graph.connection import GraphConnection
from shared.graph.hunting import GraphAppInfo, GraphHunting
from tests.graph import replies
from tests.graph.periods import END, NOW, START
from tests.graph.scripted_graph import Reply, ScriptedGraph
from tests.graph.whole_logs import all_records

OWN = "11111111-2222-3333-4444-555555555555"
HUNTING = "POST /security/runHuntingQuery"


def found(*rows: Any) -> Reply:
    return replies.answer({"schema": [], "results": list(rows)})


def row(number: int, time: str = "2026-03-02T08:30:00.1234567Z") -> dict[str, Any]:
    return {"Timestamp": time, "RequestId": f"r{number:05}"}


def asked(graph: ScriptedGraph) -> list[str]:
    return [each.body["Query"] for each in graph.asked]


async def test_a_period_is_asked_for_oldest_first_without_our_own_calls(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.raw(b'{"schema":[],"results":[{"RequestId" : "a"}]}')]
    page = await GraphHunting(connection, "GraphApiAuditEvents", [OWN]).page(START, END, None)
    assert (page.records, page.next_link) == ((b'{"RequestId" : "a"}',), None)
    assert asked(graph)[0].split(" | ") == [
        "GraphApiAuditEvents",
        "where Timestamp >= datetime(2026-03-02T08:00:00.000005Z)",
        "where Timestamp <= datetime(2026-03-02T09:00:00.000000Z)",
        f'where ApplicationId !in~ ("{OWN}")',
        "order by Timestamp asc, RequestId asc",
        "take 5000",
    ]
    assert (graph.asked[0].method, graph.asked[0].path) == ("POST", "/v1.0/security/runHuntingQuery")


async def test_a_full_page_is_continued_behind_its_last_row(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [found(*map(row, range(3))), found()]
    hunting = GraphHunting(connection, "GraphApiAuditEvents", most_rows=3)
    page = await hunting.page(START, END, None)
    assert (len(page.records), page.next_link) == (3, '["2026-03-02T08:30:00.1234567Z","r00002"]')
    assert (await hunting.page(START, END, page.next_link)).next_link is None
    moment = "datetime(2026-03-02T08:30:00.1234567Z)"
    assert (
        f'where Timestamp > {moment} or (Timestamp == {moment} and strcmp(RequestId, "r00002") > 0)' in asked(graph)[1]
    )


@pytest.mark.parametrize(
    "link",
    [
        "https://graph.example/next",
        '["2026-03-02T08:30:00Z) | take 1","r"]',
        '["2026-99-02T08:30:00Z","r"]',
        '["2026-03-02T08:30:00Z"',
        '["2026-03-02T08:30:00Z","r","more"]',
        f'["2026-03-02T08:30:00Z","{"r" * 600}"]',
        "[" * 100_000,
    ],
)
async def test_a_link_that_is_not_ours_reaches_no_query(
    graph: ScriptedGraph, connection: GraphConnection, link: str
) -> None:
    graph.script = [found()]
    with pytest.raises(DeltaExpired):
        await GraphHunting(connection, "CloudAppEvents").page(START, END, link)
    assert graph.asked == []


@pytest.mark.parametrize(
    "last", [{}, {"Timestamp": {}}, {"Timestamp": "now", "RequestId": "a"}, row(1) | {"RequestId": ""}, 5]
)
async def test_a_full_page_that_cannot_be_continued_is_unavailable(
    graph: ScriptedGraph, single_try: GraphConnection, last: Any
) -> None:
    graph.script = [found(*map(row, range(2)), last)]
    with pytest.raises(Unavailable, match="GraphApiAuditEvents cannot be continued"):
        await GraphHunting(single_try, "GraphApiAuditEvents", most_rows=3).page(START, END, None)


async def test_after_a_refused_query_less_is_asked_for_and_then_more_again(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    graph.script = [replies.error(400, "BadRequest"), found(), found(), found()]
    hunting = GraphHunting(single_try, "CloudAppEvents")
    page = await hunting.page(START, END, None)
    assert asked(graph)[1].endswith("take 500")
    assert "Timestamp < datetime(2026-03-02T08:06:00.0" in asked(graph)[1]
    assert page.next_link is not None
    await hunting.page(START, END, page.next_link)
    assert "where Timestamp >= datetime(2026-03-02T08:06:00.0" in asked(graph)[2]
    assert "Timestamp < datetime(2026-03-02T08:18:00.0" in asked(graph)[2]
    assert asked(graph)[2].endswith("take 1000")


async def test_a_table_that_is_refused_however_little_is_asked_for_is_not_licensed(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    graph.script = [replies.error(400, "BadRequest")]
    with pytest.raises(NotLicensed, match="CloudAppEvents"):
        await GraphHunting(single_try, "CloudAppEvents").page(START, END, None)
    assert len(graph.asked) == 3


async def test_a_share_of_processor_time_that_is_used_up_says_how_long_to_wait(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    graph.script = [replies.error(429, "TooManyRequests", {"Retry-After": "600"})]
    with pytest.raises(Unavailable) as raised:
        await GraphHunting(single_try, "CloudAppEvents").page(START, END, None)
    assert raised.value.retry_after == timedelta(minutes=10)


async def test_hunting_that_is_not_permitted_names_the_permission(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.error(403, "Forbidden")]
    with pytest.raises(PermissionMissing, match=f"{HUNTING} needs ThreatHunting.Read.All"):
        await GraphHunting(connection, "CloudAppEvents").page(START, END, None)


@given(st.text())
def test_a_literal_holds_no_character_that_could_end_it(value: str) -> None:
    literal = kql.text(value)
    assert literal[0] == literal[-1] == '"'
    assert literal.isascii()
    assert literal.isprintable()
    inner = literal[1:-1]
    assert '"' not in inner
    assert inner.replace("\\u", "").replace("\\U", "").count("\\") == 0


@pytest.fixture
def app(tenant: TenantServer) -> Object:
    return next(
        one
        for one in tenant.tenant.service_principals.all()
        if one["servicePrincipalType"] == "Application" and one["appOwnerOrganizationId"] not in HOME_TENANTS
    )


async def test_each_call_of_a_period_comes_once(tenant: TenantServer, reader: GraphConnection, app: Object) -> None:
    for second in range(70):
        # Two of one moment now and then, so that a page ends between them.
        tenant.tenant.call_graph(app["appId"], "GET", "/users", at=NOW - timedelta(minutes=40, seconds=-second // 2))
    tenant.faults.once(Fault.THROTTLED, HUNTING)
    hunting = GraphHunting(reader, "GraphApiAuditEvents", most_rows=50)
    records = await all_records(hunting, START, END)
    assert len(records) == len({json.loads(record)["RequestId"] for record in records}) == 70


async def test_the_apps_that_app_governance_knows_are_read(
    tenant: TenantServer, reader: GraphConnection, app: Object
) -> None:
    rows = [record async for page in GraphAppInfo(reader).rows() for record in page]
    assert app["appId"] in {json.loads(record)["OAuthAppId"] for record in rows}
    assert isinstance(tenant.tenant.clock, ManualClock)
    assert datetime.fromisoformat(json.loads(rows[0])["Timestamp"]) == NOW.astimezone(UTC)


async def sizes(connection: GraphConnection) -> list[int]:
    return [len(page) async for page in GraphAppInfo(connection).rows()]


async def test_apps_are_asked_for_behind_the_last_one(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [found(*({"OAuthAppId": f"{number:05}"} for number in range(2000))), found({"OAuthAppId": "x"})]
    assert await sizes(connection) == [2000, 1]
    assert 'where strcmp(OAuthAppId, "01999") > 0' in asked(graph)[1]


async def test_apps_that_do_not_go_on_are_unavailable(graph: ScriptedGraph, single_try: GraphConnection) -> None:
    graph.script = [found(*({"OAuthAppId": "same"} for _ in range(2000)))]
    with pytest.raises(Unavailable, match="OAuthAppInfo cannot be continued"):
        await sizes(single_try)
    assert len(graph.asked) == 2


async def test_app_governance_that_is_not_there_is_not_licensed(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    graph.script = [replies.error(400, "BadRequest")]
    with pytest.raises(NotLicensed, match="OAuthAppInfo"):
        await sizes(single_try)
