"""Reading the audit log."""

import pytest

from shared.domain.errors import DeltaExpired, Unavailable
from shared.domain.streams import LogPage
from shared.graph.audits import GraphAudits
from shared.graph.connection import GraphConnection
from tests.graph import replies
from tests.graph.periods import END, START
from tests.graph.scripted_graph import ScriptedGraph


async def test_a_period_is_asked_for_to_the_microsecond_oldest_first(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.page()]
    assert await GraphAudits(connection).page(START, END, None) == LogPage(records=())
    assert graph.asked[0].path == "/v1.0/auditLogs/directoryAudits"
    assert graph.asked[0].query == {
        "$filter": (
            "activityDateTime ge 2026-03-02T08:00:00.000005Z and activityDateTime le 2026-03-02T09:00:00.000000Z"
        ),
        "$orderby": "activityDateTime asc",
        "$top": "1000",
    }


async def test_records_come_byte_for_byte(graph: ScriptedGraph, connection: GraphConnection) -> None:
    records = (b'{"id": "a",  "n": 1.50, "x":"\\u0430"}', b'{"id":"b","id":"twice"}')
    link = f"{graph.address}/v1.0/auditLogs/directoryAudits?$skiptoken=2"
    body = b'{"@odata.nextLink":"%s","value":[ %s ,\n%s]}' % (link.encode(), *records)
    graph.script = [replies.raw(body), replies.page()]
    audits = GraphAudits(connection)
    page = await audits.page(START, END, None)
    assert page == LogPage(records=records, next_link=link)
    await audits.page(START, END, page.next_link)
    assert graph.asked[1].query == {"$skiptoken": "2"}


@pytest.mark.parametrize(
    "body", [b'{"value":[{"id":1}', b'{"value":[{"id":"\xff"}]}', b'{"value":[nul]}', b'{"value":5}', b"[]"]
)
async def test_a_page_that_is_no_json_is_not_handed_on(
    graph: ScriptedGraph, single_try: GraphConnection, body: bytes
) -> None:
    graph.script = [replies.raw(body)]
    with pytest.raises(Unavailable, match="GET /auditLogs/directoryAudits answered"):
        await GraphAudits(single_try).page(START, END, None)


async def test_what_is_no_record_is_handed_on_with_the_others(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.raw(b'{"value":[{"id":"1"},null,5,"{}",[]]}')]
    page = await GraphAudits(connection).page(START, END, None)
    assert page.records == (b'{"id":"1"}', b"null", b"5", b'"{}"', b"[]")


async def test_after_a_page_that_is_too_large_fewer_records_are_asked_for(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    graph.script = [replies.endless("identity"), replies.page({"id": "1"})]
    audits = GraphAudits(single_try)
    assert (await audits.page(START, END, None)).records == (b'{"id": "1"}',)
    await audits.page(START, END, None)
    assert [asked.query["$top"] for asked in graph.asked] == ["1000", "100", "100"]


async def test_a_later_page_that_is_too_large_begins_the_window_anew_with_smaller_ones(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    link = f"{graph.address}/v1.0/auditLogs/directoryAudits?$skiptoken=2"
    graph.script = [replies.endless("identity"), replies.page()]
    audits = GraphAudits(single_try)
    with pytest.raises(DeltaExpired):
        await audits.page(START, END, link)
    await audits.page(START, END, None)
    assert graph.asked[-1].query["$top"] == "100"


async def test_what_is_too_large_whatever_is_asked_for_is_unavailable(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    graph.script = [replies.endless("identity")]
    audits = GraphAudits(single_try)
    for _ in range(2):
        with pytest.raises(Unavailable, match="sent more than"):
            await audits.page(START, END, None)
    assert [asked.query["$top"] for asked in graph.asked] == ["1000", "100", "10"] * 2
