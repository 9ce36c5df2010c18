"""Reading the directory: what is asked for, and what comes of the answers."""

import pytest

from shared.domain.directory import DirectoryKind, DirectoryPage
from shared.domain.errors import DeltaExpired, Unavailable
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from tests.graph import replies
from tests.graph.scripted_graph import ScriptedGraph

LISTED = [DirectoryKind.APPLICATIONS, DirectoryKind.SERVICE_PRINCIPALS, DirectoryKind.GRANTS]


def identifiers(count: int) -> list[str]:
    return [f"aaaaaaaa-0000-4000-8000-{number:012}" for number in range(count)]


@pytest.mark.parametrize(
    ("kind", "size", "expand"),
    [
        (DirectoryKind.APPLICATIONS, "100", "owners($select=id,displayName)"),
        (DirectoryKind.SERVICE_PRINCIPALS, "100", "owners($select=id,displayName)"),
        (DirectoryKind.GRANTS, "999", None),
    ],
)
async def test_a_list_begins_with_what_the_apps_are_built_from(
    graph: ScriptedGraph, connection: GraphConnection, kind: DirectoryKind, size: str, expand: str | None
) -> None:
    graph.script = [replies.page({"id": "one"})]
    await GraphDirectory(connection).list_page(kind, None)
    asked = graph.asked[0]
    assert (asked.method, asked.path, asked.query["$top"]) == ("GET", f"/v1.0/{kind}", size)
    assert asked.query.get("$expand") == expand
    assert "id" in asked.query["$select"].split(",")
    assert asked.headers["x-ms-throttle-priority"] == "low"


async def test_links_are_followed_as_they_are_through_an_empty_page(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    link = f"{graph.address}/v1.0/servicePrincipals?$select=id&$skiptoken=RFNwdAIAAQ%2b%2F'x'"
    graph.script = [replies.page(next_link=link), replies.page({"id": "two"})]
    directory = GraphDirectory(connection)
    first = await directory.list_page(DirectoryKind.SERVICE_PRINCIPALS, None)
    last = await directory.list_page(DirectoryKind.SERVICE_PRINCIPALS, first.next_link)
    assert first == DirectoryPage(objects=(), next_link=link)
    assert last == DirectoryPage(objects=({"id": "two"},))
    assert graph.asked[1].query == {"$select": "id", "$skiptoken": "RFNwdAIAAQ+/'x'"}


async def test_a_link_back_to_the_same_page_is_a_loop(graph: ScriptedGraph, single_try: GraphConnection) -> None:
    link = f"{graph.address}/v1.0/applications?$skiptoken=again"
    graph.script = [replies.page({"id": "one"}, next_link=link)]
    directory = GraphDirectory(single_try)
    page = await directory.list_page(DirectoryKind.APPLICATIONS, None)
    with pytest.raises(Unavailable, match="loops"):
        await directory.list_page(DirectoryKind.APPLICATIONS, page.next_link)


async def test_a_longer_loop_ends_a_collection_that_is_read_whole(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    first, second = (f"{graph.address}/v1.0/servicePrincipals?$skiptoken={name}" for name in ("a", "b"))
    graph.script = [
        replies.page(next_link=first),
        replies.page(next_link=second),
        replies.page(next_link=first),
        replies.page(next_link=second),
    ]
    with pytest.raises(Unavailable, match="loops"):
        await GraphDirectory(connection).apis(identifiers(1))
    assert len(graph.asked) == 3


@pytest.mark.parametrize("kind", LISTED)
async def test_changes_begin_now(graph: ScriptedGraph, connection: GraphConnection, kind: DirectoryKind) -> None:
    link = f"{graph.address}/v1.0/{kind}/delta?$deltatoken=now"
    graph.script = [replies.page(delta_link=link)]
    assert await GraphDirectory(connection).latest(kind) == link
    assert graph.asked[0].path == f"/v1.0/{kind}/delta"
    assert graph.asked[0].query["$deltatoken"] == "latest"


async def test_changes_tell_of_removed_objects_and_where_to_go_on(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    link, after = (f"{graph.address}/v1.0/oauth2PermissionGrants/delta?$deltatoken={name}" for name in ("1", "2"))
    removed = {"id": "one", "@removed": {"reason": "deleted"}}
    graph.script = [replies.page(removed, delta_link=after)]
    page = await GraphDirectory(connection).changes(link)
    assert page == DirectoryPage(objects=(removed,), delta_link=after)


async def test_changes_that_lead_nowhere_are_no_last_page(graph: ScriptedGraph, single_try: GraphConnection) -> None:
    graph.script = [replies.page({"id": "one"})]
    directory = GraphDirectory(single_try)
    with pytest.raises(Unavailable, match="leads nowhere"):
        await directory.changes(f"{graph.address}/v1.0/applications/delta?$deltatoken=1")
    with pytest.raises(Unavailable, match="no link to later changes"):
        await directory.latest(DirectoryKind.APPLICATIONS)


async def test_a_link_to_changes_of_nothing_known_begins_anew(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.page()]
    with pytest.raises(DeltaExpired):
        await GraphDirectory(connection).changes(f"{graph.address}/v1.0/users/delta?$deltatoken=1")
    assert graph.asked == []


async def test_apis_are_asked_for_fifteen_at_a_time_and_once_each(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.page({"id": "one"}), replies.page({"id": "two"})]
    found = await GraphDirectory(connection).apis([*identifiers(16), *identifiers(16), "o'clock"])
    assert [item["id"] for item in found] == ["one", "two"]
    filters = [asked.query["$filter"] for asked in graph.asked]
    assert [text.count(",") + 1 for text in filters] == [15, 2]
    assert filters[1].endswith(",'o''clock')")
    assert "appRoles" in graph.asked[0].query["$select"].split(",")


async def test_assignments_of_an_api_come_in_pages(graph: ScriptedGraph, connection: GraphConnection) -> None:
    api = identifiers(1)[0]
    link = f"{graph.address}/v1.0/servicePrincipals/{api}/appRoleAssignedTo?$skiptoken=2"
    graph.script = [replies.page({"id": "one"}, next_link=link), replies.page({"id": "two"})]
    directory = GraphDirectory(connection)
    page = await directory.assigned_to(api, None)
    assert (graph.asked[0].path, graph.asked[0].query) == (
        f"/v1.0/servicePrincipals/{api}/appRoleAssignedTo",
        {"$select": "id,appRoleId,createdDateTime,principalId,principalType,resourceId", "$top": "999"},
    )
    assert await directory.assigned_to(api, page.next_link) == DirectoryPage(objects=({"id": "two"},))


async def test_objects_are_looked_up_a_thousand_at_a_time_and_only_by_what_can_be_an_id(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.page({"id": "one"}), replies.page()]
    found = await GraphDirectory(connection).find([*identifiers(1001), "", "not-an-id", "../users"])
    assert found == ({"id": "one"},)
    assert [len(asked.body["ids"]) for asked in graph.asked] == [1000, 1]
    assert graph.asked[0].body["types"] == ["servicePrincipal", "application"]
    assert {(asked.method, asked.path) for asked in graph.asked} == {("POST", "/v1.0/directoryObjects/getByIds")}


async def test_nothing_is_asked_for_nothing(graph: ScriptedGraph, connection: GraphConnection) -> None:
    directory = GraphDirectory(connection)
    assert await directory.apis([]) == await directory.find(["x"]) == ()
    assert await directory.parts([]) == {}
    assert graph.asked == []
