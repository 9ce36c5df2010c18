"""Reading the audit search, scripted and simulated."""

from datetime import timedelta

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.server import TenantServer
from shared.domain.activities import Activity
from shared.domain.errors import DeltaExpired, NotFound, PermissionMissing, Unavailable
from shared.graph.audit_search import GraphAuditSearch
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import AUDIT_SEARCHES
from shared.sources.records import read_bytes
from tests.graph import replies
from tests.graph.periods import END, NOW, START
from tests.graph.scripted_graph import ScriptedGraph

PATH = "/beta/security/auditLog/queries"
SEARCH = "5b7a1f00-0000-4000-8000-000000000001"
LINK = f"query:{SEARCH}"


async def test_a_search_is_begun_and_its_link_returned_before_it_has_run(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.answer({"id": SEARCH, "status": "notStarted"}, 201)]
    page = await GraphAuditSearch(connection).page(START, END, None)
    assert (page.records, page.next_link) == ((), LINK)
    (asked,) = graph.asked
    assert (asked.method, asked.path) == ("POST", PATH)
    assert asked.body == {
        "displayName": "Consentry",
        "filterStartDateTime": "2026-03-02T08:00:00Z",
        "filterEndDateTime": "2026-03-02T09:00:00Z",
        "serviceFilters": ["AzureActiveDirectory", "Exchange", "MicrosoftTeams", "OneDrive", "SharePoint"],
    }


@pytest.mark.parametrize("status", ["notStarted", "running", "unknownFutureValue"])
async def test_a_search_that_runs_is_waited_for_and_not_asked_for_records(
    graph: ScriptedGraph, connection: GraphConnection, status: str
) -> None:
    graph.script = [replies.answer({"id": SEARCH, "status": status})]
    with pytest.raises(Unavailable) as waiting:
        await GraphAuditSearch(connection).page(START, END, LINK)
    assert waiting.value.retry_after == timedelta(minutes=1)
    assert [asked.path for asked in graph.asked] == [f"{PATH}/{SEARCH}"]


@pytest.mark.parametrize("status", ["failed", "cancelled"])
async def test_a_search_that_came_to_nothing_is_begun_anew(
    graph: ScriptedGraph, connection: GraphConnection, status: str
) -> None:
    graph.script = [replies.answer({"id": SEARCH, "status": status})]
    with pytest.raises(DeltaExpired):
        await GraphAuditSearch(connection).page(START, END, LINK)


async def test_the_records_of_a_finished_search_are_read_page_by_page(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    following = f"{graph.address}{PATH}/{SEARCH}/records?$skiptoken=2"
    graph.script = [
        replies.answer({"id": SEARCH, "status": "succeeded"}),
        replies.page({"id": "a"}, next_link=following),
        replies.page({"id": "b"}),
    ]
    reader = GraphAuditSearch(connection)
    first = await reader.page(START, END, LINK)
    last = await reader.page(START, END, first.next_link)
    assert (first.next_link, last.next_link) == (following, None)
    assert (*first.records, *last.records) == (b'{"id": "a"}', b'{"id": "b"}')
    assert graph.asked[1].path == f"{PATH}/{SEARCH}/records"


@pytest.mark.parametrize("link", ["query:", "query:../../users", "query:a?b", "https://example.net/x"])
async def test_a_link_of_no_search_is_not_followed(
    graph: ScriptedGraph, connection: GraphConnection, link: str
) -> None:
    with pytest.raises(DeltaExpired):
        await GraphAuditSearch(connection).page(START, END, link)
    assert graph.asked == []


@pytest.mark.parametrize("body", [{}, {"id": "../x"}, {"id": 1}, []])
async def test_an_answer_without_the_id_of_a_search_is_none(
    graph: ScriptedGraph, connection: GraphConnection, body: object
) -> None:
    graph.script = [replies.answer(body, 201)]
    with pytest.raises(Unavailable, match="without the id"):
        await GraphAuditSearch(connection).page(START, END, None)


async def test_a_search_is_begun_once_however_it_is_answered(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.error(503, "UnknownError")]
    with pytest.raises(Unavailable):
        await GraphAuditSearch(connection).page(START, END, None)
    assert len(graph.asked) == 1


async def test_the_permission_that_is_missing_is_named(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.error(403, "Forbidden")]
    with pytest.raises(PermissionMissing) as missing:
        await GraphAuditSearch(connection).page(START, END, None)
    assert missing.value.permissions == ("AuditLogsQuery.Read.All",)


async def test_a_search_of_the_tenant_has_its_records_after_minutes(
    tenant: TenantServer, reader: GraphConnection
) -> None:
    clock, simulated = tenant.tenant.clock, tenant.tenant
    assert isinstance(clock, ManualClock)
    app = next(one for one in simulated.service_principals.all() if one["servicePrincipalType"] == "Application")
    user = simulated.users.all()[0]
    for _ in range(2):
        simulated.read_mail(app["appId"], user["id"], 80)
    simulated.download_files(app["appId"], user["id"], 160, 5_000)
    clock.advance(timedelta(minutes=10))
    log = GraphAuditSearch(reader)
    begun = await log.page(NOW, clock.now(), None)
    for wait in (timedelta(0), timedelta(minutes=1)):
        clock.advance(wait)
        with pytest.raises(Unavailable, match="still running"):
            await log.page(NOW, clock.now(), begun.next_link)
    clock.advance(timedelta(minutes=3))
    first = await log.page(NOW, clock.now(), begun.next_link)
    last = await log.page(NOW, clock.now(), first.next_link)
    events = [event for record in (*first.records, *last.records) for event in read_bytes(record)]
    assert (len(first.records), len(last.records), last.next_link) == (150, 12, None)
    assert {event.activity for event in events} == {Activity.MAIL_ACCESSED, Activity.FILE_DOWNLOADED}
    assert len({event.id for event in events}) == 162


async def test_version_one_does_not_have_it(tenant: TenantServer, reader: GraphConnection) -> None:
    with pytest.raises(NotFound):
        await reader.send(AUDIT_SEARCHES, "POST", f"{tenant.address}/v1.0/security/auditLog/queries", b"{}")
