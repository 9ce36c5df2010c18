"""The only writes, and the snapshot that is taken before them."""

import pytest

from shared.domain.errors import NotFound, PermissionMissing, Refused, Unavailable
from shared.graph.app_switch import GraphAppSwitch
from shared.graph.connection import GraphConnection
from tests.graph import replies
from tests.graph.scripted_graph import TOKEN, ScriptedGraph

# The SDK warns of its own classes when its builders are imported.

ONE = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.mark.parametrize("enabled", [True, False])
async def test_nothing_but_the_switch_is_written(
    graph: ScriptedGraph, connection: GraphConnection, enabled: bool
) -> None:
    graph.script = [replies.raw(b"", 204, None)]
    await GraphAppSwitch(connection).set_enabled(ONE, enabled)
    asked = graph.asked[0]
    assert (asked.method, asked.path) == ("PATCH", f"/v1.0/servicePrincipals/{ONE}")
    assert asked.body == {"@odata.type": "#microsoft.graph.servicePrincipal", "accountEnabled": enabled}
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "Request_BadRequest", Refused),
        (403, "Authorization_RequestDenied", PermissionMissing),
        (404, "Request_ResourceNotFound", NotFound),
        (429, "TooManyRequests", Unavailable),
        (500, "UnknownError", Unavailable),
        (503, "ServiceUnavailable", Unavailable),
    ],
)
async def test_a_write_is_tried_once_and_its_failure_told(
    graph: ScriptedGraph, connection: GraphConnection, status: int, code: str, expected: type[Exception]
) -> None:
    graph.script = [replies.error(status, code)]
    with pytest.raises(expected):
        await GraphAppSwitch(connection).set_enabled(ONE, enabled=False)
    assert len(graph.asked) == 1


async def test_the_permission_to_write_is_named(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.error(403, "Authorization_RequestDenied")]
    with pytest.raises(PermissionMissing, match=r"PATCH /servicePrincipals/\{id\} needs Application.ReadWrite.All"):
        await GraphAppSwitch(connection).set_enabled(ONE, enabled=False)


async def test_an_id_stays_within_its_place_in_the_path(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.raw(b"", 204, None)]
    await GraphAppSwitch(connection).set_enabled("x/../../users/y?z", enabled=False)
    assert graph.asked[0].path == "/v1.0/servicePrincipals/x/../../users/y?z"
    assert graph.asked[0].query == {}


async def test_the_snapshot_is_whole_and_has_what_hangs_on_it(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    def told(path: str) -> replies.Inner:
        if path.endswith(ONE):
            return 200, {"id": ONE, "accountEnabled": True, "notes": "not in the list"}
        return 200, {"value": [{"id": path.rpartition("/")[2]}]}

    graph.script = [replies.batch(told)]
    assert await GraphAppSwitch(connection).read(ONE) == {
        "id": ONE,
        "accountEnabled": True,
        "notes": "not in the list",
        "owners": [{"id": "owners"}],
        "appRoleAssignments": [{"id": "appRoleAssignments"}],
        "oauth2PermissionGrants": [{"id": "oauth2PermissionGrants"}],
    }
    assert f"/servicePrincipals/{ONE}" in [request["url"] for request in graph.asked[0].body["requests"]]


async def test_an_app_that_is_not_there_has_no_snapshot(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.batch(lambda _: (404, {"error": {"code": "Request_ResourceNotFound"}}))]
    assert await GraphAppSwitch(connection).read(ONE) is None
