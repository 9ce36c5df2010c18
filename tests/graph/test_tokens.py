"""The token goes to Graph's address and nowhere else, and nothing of it is written down."""

import logging

import pytest

from shared.domain.directory import DirectoryKind
from shared.domain.errors import DeltaExpired, Unavailable
from shared.graph.app_switch import GraphAppSwitch
from shared.graph.audits import GraphAudits
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.graph.endpoints import GRANTS
from tests.conftest import RecordFigure
from tests.graph import replies
from tests.graph.conftest import AUDIENCE
from tests.graph.periods import END, START
from tests.graph.scripted_graph import TOKEN, ScriptedGraph

# The SDK warns of its own classes when its builders are imported.

KIND = DirectoryKind.GRANTS
PRINCIPAL = "aaaaaaaa-0000-4000-8000-000000000001"


def links_elsewhere(graph: ScriptedGraph, elsewhere: ScriptedGraph) -> list[str]:
    return [
        f"{elsewhere.address}/v1.0/next",
        f"http://localhost:{graph.port}/v1.0/next",
        f"https://127.0.0.1:{graph.port}/v1.0/next",
        f"http://127.0.0.1:{graph.port}@127.0.0.1:{elsewhere.port}/v1.0/next",
        f"{graph.address}.example.org/v1.0/next",
        f"//127.0.0.1:{elsewhere.port}/v1.0/next",
        f"{graph.address}/v1.0/next\r\nHost: example.org",
        f"{graph.address}/v1.0/next?$skiptoken={'x' * 30_000}",
        "/v1.0/next",
        "",
    ]


async def test_the_token_is_asked_for_graph_and_sent_to_it(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.page()]
    directory = GraphDirectory(connection)
    await directory.list_page(KIND, None)
    await directory.list_page(KIND, None)
    assert [asked.headers["authorization"] for asked in graph.asked] == [f"Bearer {TOKEN}"] * 2
    assert [(asked["resource"], asked["client_id"]) for asked in graph.token_requests] == [
        (AUDIENCE, "11111111-2222-3333-4444-555555555555")
    ]


@pytest.mark.parametrize("which", range(10))
@pytest.mark.parametrize("name", ["@odata.nextLink", "@odata.deltaLink"])
async def test_a_link_that_leads_elsewhere_is_refused(
    graph: ScriptedGraph,
    elsewhere: ScriptedGraph,
    single_try: GraphConnection,
    which: int,
    name: str,
    record_figure: RecordFigure,
) -> None:
    elsewhere.script = [replies.page()]
    graph.script = [replies.answer({"value": [{"id": "one"}], name: links_elsewhere(graph, elsewhere)[which]})]
    with pytest.raises(Unavailable, match="points at another host"):
        await GraphDirectory(single_try).list_page(KIND, None)
    with pytest.raises(Unavailable, match="points at another host"):
        await GraphAudits(single_try).page(START, END, None)
    assert elsewhere.asked == []
    record_figure("S16", "links and redirects to another host", 2)
    record_figure("S16", "requests that reached another host", len(elsewhere.asked))


@pytest.mark.parametrize("which", range(9))
async def test_a_stored_link_that_leads_elsewhere_begins_anew_and_is_not_followed(
    graph: ScriptedGraph, elsewhere: ScriptedGraph, connection: GraphConnection, which: int
) -> None:
    """The service was pointed at another endpoint since, or somebody wrote into its tables."""
    graph.script = elsewhere.script = [replies.page()]
    link = links_elsewhere(graph, elsewhere)[which]
    for read in (
        GraphDirectory(connection).list_page(KIND, link),
        GraphDirectory(connection).changes(link),
        GraphDirectory(connection).assigned_to(PRINCIPAL, link),
        GraphAudits(connection).page(START, END, link),
    ):
        with pytest.raises(DeltaExpired):
            await read
    assert graph.asked == elsewhere.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed_by_reads_or_writes(
    graph: ScriptedGraph,
    elsewhere: ScriptedGraph,
    single_try: GraphConnection,
    status: int,
    record_figure: RecordFigure,
) -> None:
    elsewhere.script = [replies.page()]
    graph.script = [replies.raw(b"", status, None, {"Location": f"{elsewhere.address}/v1.0/stolen"})]
    with pytest.raises(Unavailable, match="redirects are not followed"):
        await GraphDirectory(single_try).list_page(KIND, None)
    with pytest.raises(Unavailable, match="redirects are not followed"):
        await GraphAppSwitch(single_try).set_enabled(PRINCIPAL, enabled=False)
    assert elsewhere.asked == []
    record_figure("S16", "links and redirects to another host", 2)
    record_figure("S16", "requests that reached another host", len(elsewhere.asked))


async def test_a_link_within_a_batch_that_leads_elsewhere_is_refused(
    graph: ScriptedGraph, elsewhere: ScriptedGraph, single_try: GraphConnection
) -> None:
    elsewhere.script = [replies.page()]
    body = {"value": [], "@odata.nextLink": f"{elsewhere.address}/v1.0/next"}
    graph.script = [replies.batch(lambda path: (200, {"id": PRINCIPAL} if path.endswith(PRINCIPAL) else body))]
    with pytest.raises(Unavailable, match="points at another host"):
        await GraphAppSwitch(single_try).read(PRINCIPAL)
    assert elsewhere.asked == []


async def test_an_address_of_another_host_is_never_sent_to(
    elsewhere: ScriptedGraph, single_try: GraphConnection
) -> None:
    with pytest.raises(ValueError, match="not of the endpoint"):
        await single_try.send(GRANTS, "GET", f"{elsewhere.address}/v1.0/oauth2PermissionGrants")
    assert elsewhere.asked == []


async def test_no_token_is_told_as_such(graph: ScriptedGraph, single_try: GraphConnection) -> None:
    graph.token_status, graph.script = 400, [replies.page()]
    with pytest.raises(Unavailable, match="no token for GET /oauth2PermissionGrants"):
        await GraphDirectory(single_try).list_page(KIND, None)
    assert graph.asked == []


async def test_neither_query_nor_token_nor_body_is_logged(
    graph: ScriptedGraph, connection: GraphConnection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    graph.script = [replies.page({"id": "secret-body"}), replies.error(500, "UnknownError"), replies.page()]
    await GraphDirectory(connection).list_page(KIND, f"{graph.address}/v1.0/x?$skiptoken=secret-link")
    await GraphDirectory(connection).list_page(KIND, f"{graph.address}/v1.0/x?$skiptoken=secret-link")
    assert [secret for secret in ("secret-link", "secret-body", TOKEN) if secret in caplog.text] == []
