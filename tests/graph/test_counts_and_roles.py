"""Counts, the names of roles and the members of groups."""

import pytest

from shared.domain.directory import DirectoryKind, DirectoryPage
from shared.domain.errors import NotFound, PermissionMissing, Unavailable
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from tests.graph import replies
from tests.graph.scripted_graph import Reply, ScriptedGraph

GROUP = "aaaaaaaa-0000-4000-8000-000000000001"
USER = {"@odata.type": "#microsoft.graph.user", "id": "a"}
PRINCIPAL = {"@odata.type": "#microsoft.graph.servicePrincipal", "id": "b"}


def plain(body: bytes) -> Reply:
    return replies.raw(body, content_type="text/plain")


@pytest.mark.parametrize(
    "kind",
    [
        DirectoryKind.SERVICE_PRINCIPALS,
        DirectoryKind.APPLICATIONS,
        DirectoryKind.GRANTS,
        DirectoryKind.USERS,
    ],
)
async def test_a_collection_is_counted_as_text(
    graph: ScriptedGraph, connection: GraphConnection, kind: DirectoryKind
) -> None:
    graph.script = [plain(b"\xef\xbb\xbf100123")]
    assert await GraphDirectory(connection).count(kind) == 100_123
    asked = graph.asked[0]
    assert (asked.method, asked.path, asked.query) == ("GET", f"/v1.0/{kind}/$count", {})
    assert (asked.headers["accept"], asked.headers["consistencylevel"]) == ("text/plain", "eventual")
    assert asked.headers["x-ms-throttle-priority"] == "low"


@pytest.mark.parametrize(
    "body", [b"", b"-1", b"1.5", "\u0661".encode(), b'{"value":[]}', b"<html>1</html>", b"9" * 5000]
)
async def test_what_is_no_number_is_no_count(graph: ScriptedGraph, single_try: GraphConnection, body: bytes) -> None:
    graph.script = [plain(body)]
    with pytest.raises(Unavailable, match=r"GET /users/\$count answered with no number"):
        await GraphDirectory(single_try).count(DirectoryKind.USERS)


async def test_a_count_is_repeated_as_any_read_and_names_its_permission(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.error(503, "ServiceUnavailable"), replies.error(403, "Authorization_RequestDenied")]
    with pytest.raises(PermissionMissing, match=r"GET /users/\$count needs Directory.Read.All"):
        await GraphDirectory(connection).count(DirectoryKind.USERS)
    assert len(graph.asked) == 2


async def test_the_names_of_all_roles_are_read_through_all_pages(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    path = "/v1.0/roleManagement/directory/roleDefinitions"
    graph.script = [
        replies.page({"id": "1", "displayName": "Reader"}, next_link=f"{graph.address}{path}?$skiptoken=2"),
        replies.page({"id": "2", "displayName": "Writer"}, {"id": "3", "displayName": None}, {"displayName": "none"}),
    ]
    assert await GraphDirectory(connection).role_names() == {"1": "Reader", "2": "Writer"}
    assert (graph.asked[0].path, graph.asked[0].query) == (path, {"$select": "id,displayName"})


async def test_names_of_roles_of_which_a_page_is_missing_are_not_told(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    link = f"{graph.address}/v1.0/roleManagement/directory/roleDefinitions?$skiptoken=2"
    graph.script = [
        replies.page({"id": "1", "displayName": "Reader"}, next_link=link),
        replies.error(500, "UnknownError"),
    ]
    with pytest.raises(Unavailable):
        await GraphDirectory(single_try).role_names()


async def test_members_are_users_and_service_principals_page_by_page(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    path = f"/v1.0/groups/{GROUP}/transitiveMembers"
    link = f"{graph.address}{path}?$skiptoken=2"
    group, device = ({"@odata.type": f"#microsoft.graph.{name}", "id": name} for name in ("group", "device"))
    graph.script = [replies.page(USER, group, {"id": "of no type"}, next_link=link), replies.page(device, PRINCIPAL)]
    directory = GraphDirectory(connection)
    first = await directory.members(GROUP, None)
    assert first == DirectoryPage(objects=(USER,), next_link=link)
    assert await directory.members(GROUP, first.next_link) == DirectoryPage(objects=(PRINCIPAL,))
    assert (graph.asked[0].path, graph.asked[0].query) == (path, {"$select": "id", "$top": "999"})


async def test_the_id_of_a_group_stays_within_its_place_in_the_path(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.error(404, "Request_ResourceNotFound")]
    with pytest.raises(NotFound, match=r"GET /groups/\{id\}/transitiveMembers"):
        await GraphDirectory(connection).members("x/../../users?y", None)
    assert graph.asked[0].path == "/v1.0/groups/x/../../users?y/transitiveMembers"
