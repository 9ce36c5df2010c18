"""Service principals with all that hangs on them, read in batches."""

from typing import Any
from urllib.parse import unquote

import pytest

from shared.domain.directory import ServicePrincipalParts
from shared.domain.errors import DeltaExpired, PermissionMissing, Unavailable
from shared.graph.app_switch import GraphAppSwitch
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from tests.graph import replies
from tests.graph.replies import Inner
from tests.graph.scripted_graph import ScriptedGraph

ONE = "aaaaaaaa-0000-4000-8000-000000000001"
ROLES = "/roleManagement/directory/roleAssignments"
NOT_FOUND: Inner = (404, {"error": {"code": "Request_ResourceNotFound", "message": "made up"}})
THROTTLED: Inner = (429, {"error": {"code": "TooManyRequests", "message": "made up"}})


def told(path: str) -> Inner:
    """A service principal with one of everything, each named after the path."""
    if path.startswith("/servicePrincipals/") and path.count("/") == 2:
        return 200, {"id": path.rpartition("/")[2]}
    return 200, {"value": [{"id": path}]}


def parts_of(object_id: str) -> ServicePrincipalParts:
    path = f"/servicePrincipals/{object_id}"
    return ServicePrincipalParts(
        principal={"id": object_id},
        owners=({"id": f"{path}/owners"},),
        app_role_assignments=({"id": f"{path}/appRoleAssignments"},),
        grants=({"id": f"{path}/oauth2PermissionGrants"},),
        role_assignments=({"id": ROLES},),
    )


def asked_within(graph: ScriptedGraph) -> list[list[str]]:
    return [[request["url"].partition("?")[0] for request in asked.body["requests"]] for asked in graph.asked]


async def test_answers_in_any_order_go_to_what_was_asked(graph: ScriptedGraph, connection: GraphConnection) -> None:
    ids = [f"aaaaaaaa-0000-4000-8000-{number:012}" for number in range(7)]
    graph.script = [replies.batch(told)]
    found = await GraphDirectory(connection).parts([*ids, ids[0]])
    assert found == {object_id: parts_of(object_id) for object_id in ids}
    assert [len(paths) for paths in asked_within(graph)] == [20, 15]


async def test_the_roles_of_a_service_principal_are_asked_for_by_its_id(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.batch(told)]
    await GraphDirectory(connection).parts([ONE])
    urls = [unquote(request["url"]) for request in graph.asked[0].body["requests"]]
    assert f"{ROLES}?$filter=principalId eq '{ONE}'" in urls


async def test_what_is_gone_and_what_can_be_no_id_is_none(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.batch(lambda _: NOT_FOUND)]
    assert await GraphDirectory(connection).parts([ONE, "", "../users"]) == {ONE: None, "": None, "../users": None}
    asked = {path for paths in asked_within(graph) for path in paths}
    assert all(path.startswith(f"/servicePrincipals/{ONE}") for path in asked - {ROLES})


async def test_a_part_that_one_replica_does_not_know_is_not_taken_for_none(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    graph.script = [replies.batch(lambda path: NOT_FOUND if path.endswith("/owners") else told(path))]
    with pytest.raises(Unavailable, match=r"GET /servicePrincipals/\{id\}/owners does not know"):
        await GraphDirectory(single_try).parts([ONE])


async def test_only_what_was_throttled_is_asked_again(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [
        replies.batch(lambda path: THROTTLED if path.endswith("/owners") else told(path)),
        replies.batch(told),
    ]
    assert await GraphDirectory(connection).parts([ONE]) == {ONE: parts_of(ONE)}
    assert asked_within(graph)[1] == [f"/servicePrincipals/{ONE}/owners"]


async def test_the_longest_wait_within_a_batch_is_handed_on(graph: ScriptedGraph, connection: GraphConnection) -> None:
    waits = {"/owners": "30", "/appRoleAssignments": "90"}

    def throttled(path: str) -> Inner:
        asked = next((wait for end, wait in waits.items() if path.endswith(end)), None)
        return (*THROTTLED[:2], {"Retry-After": asked}) if asked else told(path)

    graph.script = [replies.batch(throttled)]
    with pytest.raises(Unavailable) as busy:
        await GraphDirectory(connection).parts([ONE])
    assert busy.value.retry_after is not None
    assert busy.value.retry_after.total_seconds() == 90
    assert len(graph.asked) == 1


async def test_a_batch_with_an_answer_left_out_is_not_believed(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    graph.script = [replies.batch(lambda path: None if path.endswith("/owners") else told(path))]
    with pytest.raises(Unavailable, match="left 1 requests unanswered"):
        await GraphDirectory(single_try).parts([ONE])


@pytest.mark.parametrize("body", [None, "eyJ2YWx1ZSI6W119", {"value": {}}, {"value": [5]}, {}], ids=str)
async def test_an_answer_of_another_shape_is_not_believed(
    graph: ScriptedGraph, single_try: GraphConnection, body: Any
) -> None:
    graph.script = [replies.batch(lambda path: (200, body) if path.endswith("/owners") else told(path))]
    with pytest.raises(Unavailable, match=r"GET /servicePrincipals/\{id\}/owners answered"):
        await GraphDirectory(single_try).parts([ONE])


DENIED: Inner = (403, {"error": {"code": "Authorization_RequestDenied", "message": "made up"}})


async def test_a_permission_that_all_need_is_named(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.batch(lambda path: DENIED if path.endswith("/owners") else told(path))]
    with pytest.raises(PermissionMissing) as missing:
        await GraphDirectory(connection).parts([ONE])
    assert missing.value.permissions == ("Application.Read.All",)


async def test_parts_that_may_not_be_read_are_not_taken_for_none(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.batch(lambda path: told(path) if "Grants" not in path and "role" not in path else DENIED)]
    parts = (await GraphDirectory(connection).parts([ONE]))[ONE]
    assert parts is not None
    assert (parts.grants, parts.role_assignments) == (None, None)
    assert parts.owners is not None


async def test_what_a_switch_gives_back_has_to_be_read_whole(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.batch(lambda path: DENIED if "Grants" in path else told(path))]
    with pytest.raises(PermissionMissing) as missing:
        await GraphAppSwitch(connection).read(ONE)
    assert missing.value.permissions == ("Directory.Read.All",)


async def test_further_pages_are_read_outside_the_batch(graph: ScriptedGraph, connection: GraphConnection) -> None:
    link = f"{graph.address}/v1.0/servicePrincipals/{ONE}/owners?$skiptoken=2"
    first: Inner = (200, {"value": [{"id": "first"}], "@odata.nextLink": link})
    graph.script = [
        replies.batch(lambda path: first if path.endswith("/owners") else told(path)),
        replies.page({"id": "second"}),
    ]
    parts = (await GraphDirectory(connection).parts([ONE]))[ONE]
    assert parts is not None
    assert parts.owners == ({"id": "first"}, {"id": "second"})


async def test_a_batch_that_fails_as_a_whole_fails_as_any_request(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.error(503, "ServiceUnavailable"), replies.error(410, "resyncRequired")]
    with pytest.raises(DeltaExpired):
        await GraphDirectory(connection).parts([ONE])
    assert len(graph.asked) == 2
