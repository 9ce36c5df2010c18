"""Reading the Management Activity API, scripted and simulated."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.graph.faults import REFUSALS
from local.tenant.graph.tokens import OFFICE
from local.tenant.identities import READER_CLIENT_ID, REMEDIATOR_CLIENT_ID
from local.tenant.server import TenantServer
from shared.domain.activities import Activity
from shared.domain.errors import DeltaExpired, PermissionMissing, Refused, Unavailable
from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from shared.graph.management_activity import ManagementActivity
from shared.sources.records import read_bytes
from tests.graph import replies
from tests.graph.conftest import TENANT_ID
from tests.graph.periods import END, NOW, START
from tests.graph.scripted_graph import ScriptedGraph
from tests.graph.whole_logs import all_records

FEED = f"/api/v1.0/{TENANT_ID}/activity/feed"
NO_SUBSCRIPTION = replies.error(400, "AF20022")
FIRST, SECOND = {"Id": "1", "Operation": "Send"}, {"Id": "2", "Operation": "Send"}
AS_SENT = [json.dumps(one).encode() for one in (FIRST, SECOND)]


def exchange(connection: GraphConnection) -> ManagementActivity:
    return ManagementActivity(connection, TENANT_ID, "Audit.Exchange")


def blob(graph: ScriptedGraph, name: str, created: str, address: str | None = None) -> dict[str, str]:
    uri = address or f"{graph.address}{FEED}/audit/{name}"
    return {"contentType": "x", "contentId": name, "contentUri": uri, "contentCreated": created}


def early_and_late(graph: ScriptedGraph) -> list[dict[str, str]]:
    """As the API lists: in no order."""
    return [blob(graph, "b", "2026-03-02T08:30:00.000Z"), blob(graph, "a", "2026-03-02T08:10:00.000Z")]


async def test_each_blob_is_a_page_in_the_order_of_arrival(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.answer(one) for one in (early_and_late(graph), [FIRST], [SECOND])]
    assert await all_records(exchange(connection), START, END) == AS_SENT
    assert [asked.path for asked in graph.asked] == [
        f"{FEED}/subscriptions/content",
        f"{FEED}/audit/a",
        f"{FEED}/audit/b",
    ]
    assert graph.asked[0].query == {
        "contentType": "Audit.Exchange",
        "startTime": "2026-03-02T08:00:00",
        "endTime": "2026-03-02T09:00:00",
        "PublisherIdentifier": TENANT_ID,
    }
    assert {asked.query["PublisherIdentifier"] for asked in graph.asked} == {TENANT_ID}


async def test_another_process_goes_on_behind_the_last_blob(graph: ScriptedGraph, connection: GraphConnection) -> None:
    listing = replies.answer(early_and_late(graph))
    graph.script = [listing, replies.answer([FIRST]), listing, replies.answer([SECOND])]
    first = await exchange(connection).page(START, END, None)
    last = await exchange(connection).page(START, END, first.next_link)
    assert (last.records, last.next_link) == (tuple(AS_SENT[1:]), None)
    assert graph.asked[-1].path == f"{FEED}/audit/b"


async def test_a_listing_goes_on_where_its_header_says(graph: ScriptedGraph, connection: GraphConnection) -> None:
    late, early = early_and_late(graph)
    following = {"NextPageUri": f"{graph.address}{FEED}/subscriptions/content?nextPage=2"}
    graph.script = [
        replies.answer([late], headers=following),
        *(replies.answer(one) for one in ([early], [FIRST], [SECOND])),
    ]
    assert len(await all_records(exchange(connection), START, END)) == 2
    assert graph.asked[1].query == {"nextPage": "2", "PublisherIdentifier": TENANT_ID}


async def test_more_than_a_day_is_listed_day_by_day(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.answer([])]
    assert await all_records(exchange(connection), END - timedelta(hours=60), END) == []
    assert [(asked.query["startTime"], asked.query["endTime"]) for asked in graph.asked] == [
        ("2026-02-27T21:00:00", "2026-02-28T21:00:00"),
        ("2026-02-28T21:00:00", "2026-03-01T21:00:00"),
        ("2026-03-01T21:00:00", "2026-03-02T09:00:00"),
    ]


async def test_no_more_than_seven_days_are_asked_for(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.answer([])]
    await exchange(connection).page(END - timedelta(days=30), END, None)
    assert graph.asked[0].query["startTime"] == "2026-02-23T10:00:00"


async def test_a_first_day_that_grew_too_old_meanwhile_is_left_out(
    graph: ScriptedGraph, connection: GraphConnection, caplog: pytest.LogCaptureFixture
) -> None:
    graph.script = [replies.error(400, "AF20030"), replies.answer([])]
    await all_records(exchange(connection), END - timedelta(days=30), END)
    assert "too old" in caplog.text
    assert len(graph.asked) == 7


async def test_days_that_grew_too_old_while_one_was_read_are_left_out_and_the_others_read(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    listed = [blob(graph, "a", "2026-03-02T08:10:00.000Z")]
    too_old = replies.error(400, "AF20030")
    graph.script = [*(replies.answer(one) for one in (listed, [FIRST])), too_old, too_old]
    graph.script += [replies.answer(one) for one in ([], [], [], listed, [SECOND])]
    assert await all_records(exchange(connection), END - timedelta(days=30), END) == AS_SENT


async def test_a_window_that_is_refused_for_another_reason_is_no_empty_one(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.error(400, "AF20020")]
    with pytest.raises(Refused):
        await exchange(connection).page(START, END, None)


@pytest.mark.parametrize("status", [200, 400])
async def test_a_subscription_is_started_where_there_is_none_and_already_started_is_started(
    graph: ScriptedGraph, connection: GraphConnection, status: int
) -> None:
    started = replies.answer({"status": "enabled"}) if status == 200 else replies.error(400, "AF20024")
    graph.script = [NO_SUBSCRIPTION, started, replies.answer([])]
    assert await all_records(exchange(connection), START, END) == []
    assert (graph.asked[1].method, graph.asked[1].path) == ("POST", f"{FEED}/subscriptions/start")
    assert graph.asked[1].query == {"contentType": "Audit.Exchange", "PublisherIdentifier": TENANT_ID}


async def test_a_subscription_that_does_not_begin_is_waited_for(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [NO_SUBSCRIPTION, replies.answer({}), NO_SUBSCRIPTION]
    with pytest.raises(Unavailable) as waiting:
        await exchange(connection).page(START, END, None)
    assert waiting.value.retry_after == timedelta(minutes=15)


@pytest.mark.parametrize("code", ["AF20050", "AF20051"])
async def test_a_blob_that_is_gone_stops_nothing(
    graph: ScriptedGraph, connection: GraphConnection, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    graph.script = [replies.answer(early_and_late(graph)), replies.error(400, code), replies.answer([SECOND])]
    assert await all_records(exchange(connection), START, END) == AS_SENT[1:]
    assert "audit content is gone" in caplog.text


@pytest.mark.parametrize(("status", "code"), [(429, "AF429"), (400, "AF429"), (400, "AF50000")])
async def test_a_busy_api_is_asked_again(
    graph: ScriptedGraph, connection: GraphConnection, status: int, code: str
) -> None:
    graph.script = [replies.error(status, code), replies.answer([])]
    assert await all_records(exchange(connection), START, END) == []


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_missing_permission_is_named(graph: ScriptedGraph, connection: GraphConnection, status: int) -> None:
    graph.script = [replies.error(status, "AF10001")]
    with pytest.raises(PermissionMissing) as missing:
        await exchange(connection).page(START, END, None)
    assert missing.value.permissions == ("ActivityFeed.Read",)


async def test_content_at_another_host_is_not_asked_for(
    graph: ScriptedGraph, single_try: GraphConnection, elsewhere: ScriptedGraph
) -> None:
    graph.script = [replies.answer([blob(graph, "a", "2026-03-02T08:10:00.000Z", f"{elsewhere.address}/x")])]
    with pytest.raises(Unavailable, match="points at another host"):
        await exchange(single_try).page(START, END, None)
    graph.script = [replies.answer([], headers={"NextPageUri": f"{elsewhere.address}/x"})]
    with pytest.raises(Unavailable, match="points at another host"):
        await exchange(single_try).page(START, END, None)
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "link",
    [
        "",
        "[]",
        "x",
        "null",
        '["2026-03-02T07:00:00Z","",""]',
        '["2026-03-02T09:00:00Z","",""]',
        '["2026-03-02T08:30:00"]',
    ],
)
async def test_a_link_of_another_window_begins_it_anew(
    graph: ScriptedGraph, connection: GraphConnection, link: str
) -> None:
    graph.script = [replies.answer([])]
    if not link:
        assert (await exchange(connection).page(START, END, link)).next_link is None
        return
    with pytest.raises(DeltaExpired):
        await exchange(connection).page(START, END, link)
    assert graph.asked == []


@pytest.fixture
async def office(tenant: TenantServer) -> AsyncIterator[GraphConnection]:
    limits = Limits(tries=4, first_pause_seconds=0.01)
    connection = GraphConnection(tenant.address, READER_CLIENT_ID, audience=OFFICE, limits=limits)
    yield connection
    await connection.close()


def an_app(tenant: TenantServer) -> Object:
    every = tenant.tenant.service_principals.all()
    return next(one for one in every if one["servicePrincipalType"] == "Application")


def advance(tenant: TenantServer, by: timedelta) -> datetime:
    clock = tenant.tenant.clock
    assert isinstance(clock, ManualClock)
    clock.advance(by)
    return clock.now().astimezone(UTC)


async def test_all_that_the_tenants_apps_did_arrives_at_least_once_in_spite_of_faults(
    tenant: TenantServer, office: GraphConnection
) -> None:
    app, user = an_app(tenant), tenant.tenant.users.all()[0]
    tenant.tenant.send_mail(app["appId"], user["id"], 45)
    tenant.faults.mix(0.2, REFUSALS)
    tenant.faults.retry_after = 0
    now = advance(tenant, timedelta(minutes=10))
    events = [event for record in await all_records(exchange(office), NOW, now) for event in read_bytes(record)]
    assert {event.activity for event in events} == {Activity.MAIL_SENT}
    assert len({event.id for event in events}) == 45
    assert {event.app.app_id for event in events} == {app["appId"]}


async def test_what_arrives_later_is_found_in_a_later_window(tenant: TenantServer, office: GraphConnection) -> None:
    app, user = an_app(tenant), tenant.tenant.users.all()[0]
    reader = ManagementActivity(office, TENANT_ID, "Audit.SharePoint")
    first = advance(tenant, timedelta(minutes=10))
    assert await all_records(reader, NOW, first) == []
    tenant.tenant.share_file(app["appId"], user["id"], "plan.docx")
    last = advance(tenant, timedelta(minutes=10))
    (record,) = await all_records(reader, first, last)
    assert read_bytes(record)[0].activity is Activity.FILE_SHARED


async def test_an_identity_without_the_role_is_refused(tenant: TenantServer) -> None:
    connection = GraphConnection(tenant.address, REMEDIATOR_CLIENT_ID, audience=OFFICE)
    with pytest.raises(PermissionMissing, match=r"ActivityFeed\.Read"):
        await exchange(connection).page(START, END, None)
    await connection.close()
