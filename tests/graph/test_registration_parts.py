"""Registrations with what hangs on them, read in batches."""

import pytest

from shared.domain.directory import RegistrationParts
from shared.domain.errors import PermissionMissing, Unavailable
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from tests.graph import replies
from tests.graph.replies import Inner
from tests.graph.scripted_graph import ScriptedGraph

IDS = [f"aaaaaaaa-0000-4000-8000-{number:012}" for number in range(11)]
ONE = IDS[0]
NOT_FOUND: Inner = (404, {"error": {"code": "Request_ResourceNotFound", "message": "made up"}})
THROTTLED: Inner = (429, {"error": {"code": "TooManyRequests", "message": "made up"}})


def told(path: str) -> Inner:
    return 200, {"value": [{"id": path}]}


def parts_of(object_id: str) -> RegistrationParts:
    path = f"/applications/{object_id}"
    return RegistrationParts(
        owners=({"id": f"{path}/owners"},), federated_credentials=({"id": f"{path}/federatedIdentityCredentials"},)
    )


def asked_within(graph: ScriptedGraph) -> list[list[str]]:
    return [[request["url"].partition("?")[0] for request in asked.body["requests"]] for asked in graph.asked]


async def test_ten_registrations_are_a_batch_and_answers_go_to_what_was_asked(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.batch(told)]
    found = await GraphDirectory(connection).registration_parts([*IDS, ONE])
    assert found == {object_id: parts_of(object_id) for object_id in IDS}
    assert [len(paths) for paths in asked_within(graph)] == [20, 2]
    assert {asked.path for asked in graph.asked} == {"/v1.0/$batch"}


async def test_a_registration_is_unknown_while_a_replica_does_not_know_it(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    gone = (f"{IDS[1]}/owners", f"{IDS[1]}/federatedIdentityCredentials")
    new = (f"{IDS[2]}/owners", f"{IDS[3]}/federatedIdentityCredentials")
    graph.script = [replies.batch(lambda path: NOT_FOUND if path.endswith((*gone, *new)) else told(path))]
    found = await GraphDirectory(connection).registration_parts([*IDS[:4], "../users"])
    assert found == {ONE: parts_of(ONE), **dict.fromkeys([*IDS[1:4], "../users"])}


async def test_only_what_was_throttled_is_asked_again(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [
        replies.batch(lambda path: told(path) if path.endswith("/owners") else THROTTLED),
        replies.batch(told),
    ]
    assert await GraphDirectory(connection).registration_parts([ONE]) == {ONE: parts_of(ONE)}
    assert asked_within(graph)[1] == [f"/applications/{ONE}/federatedIdentityCredentials"]


async def test_further_pages_are_read_outside_the_batch(graph: ScriptedGraph, connection: GraphConnection) -> None:
    link = f"{graph.address}/v1.0/applications/{ONE}/owners?$skiptoken=2"
    first: Inner = (200, {"value": [{"id": "first"}], "@odata.nextLink": link})
    graph.script = [
        replies.batch(lambda path: first if path.endswith("/owners") else told(path)),
        replies.page({"id": "second"}),
    ]
    parts = (await GraphDirectory(connection).registration_parts([ONE]))[ONE]
    assert parts is not None
    assert parts.owners == ({"id": "first"}, {"id": "second"})


async def test_an_answer_of_another_shape_is_not_believed(graph: ScriptedGraph, single_try: GraphConnection) -> None:
    graph.script = [replies.batch(lambda path: told(path) if path.endswith("/owners") else (200, {"value": {}}))]
    with pytest.raises(Unavailable, match=r"GET /applications/\{id\}/federatedIdentityCredentials answered"):
        await GraphDirectory(single_try).registration_parts([ONE])


async def test_the_permission_is_named(graph: ScriptedGraph, connection: GraphConnection) -> None:
    denied: Inner = (403, {"error": {"code": "Authorization_RequestDenied", "message": "made up"}})
    graph.script = [replies.batch(lambda path: told(path) if path.endswith("/owners") else denied)]
    with pytest.raises(PermissionMissing) as missing:
        await GraphDirectory(connection).registration_parts([ONE])
    assert missing.value.permissions == ("Application.Read.All",)
