"""Batches: each request is answered as if it had come alone."""

from typing import Any

import pytest

from local.tenant.directory.tenant import Tenant
from local.tenant.graph.faults import Fault
from local.tenant.server import TenantServer
from tests.local.tenant.graph.plain_client import PlainClient


def get(key: str, url: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "method": "GET", "url": url, **more}


async def batch(client: PlainClient, requests: list[Any]) -> list[dict[str, Any]]:
    answer = await client.send("POST", "/$batch", {"requests": requests})
    assert answer.status == 200, answer.text
    return list(answer.json["responses"])


async def test_twenty_requests_are_answered_in_an_order_of_their_own(reader: PlainClient, tenant: Tenant) -> None:
    ids = [one["id"] for one in tenant.service_principals.all()[:20]]
    asked = [get(str(number), f"/servicePrincipals/{one}?$select=id") for number, one in enumerate(ids)]
    responses = await batch(reader, asked)
    assert {int(one["id"]): one["body"]["id"] for one in responses} == dict(enumerate(ids))
    assert [int(one["id"]) for one in responses] != list(range(20))


async def test_each_has_a_status_of_its_own(reader: PlainClient, tenant: Tenant) -> None:
    user = tenant.users.all()[0]["id"]
    asked = [
        get("found", f"/users/{user}"),
        get("none", "/users/none"),
        get("wrong", "/users?$filter=colour eq 1"),
        get("denied", "/applications/any") | {"method": "DELETE"},
    ]
    statuses = {one["id"]: one["status"] for one in await batch(reader, asked)}
    assert statuses == {"found": 200, "none": 404, "wrong": 400, "denied": 403}


async def test_what_depends_on_a_failure_is_not_done(reader: PlainClient, tenant: Tenant) -> None:
    user = tenant.users.all()[0]["id"]
    asked = [
        get("1", "/users/none"),
        get("2", f"/users/{user}", dependsOn=["1"]),
        get("3", f"/users/{user}", dependsOn=["2"]),
        get("4", f"/users/{user}"),
    ]
    statuses = {one["id"]: one["status"] for one in await batch(reader, asked)}
    assert statuses == {"1": 404, "2": 424, "3": 424, "4": 200}


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [get(str(number), "/users") for number in range(21)],
        [get("1", "/users"), get("1", "/users")],
        [get("1", "https://graph.microsoft.com/v1.0/users")],
        [get("1", "/users", dependsOn=["2"])],
        [{"id": "1", "method": "PATCH", "url": "/users/any", "body": {"notes": ""}}],
        [{"method": "GET", "url": "/users"}],
        ["/users"],
    ],
)
async def test_a_malformed_batch_is_refused_as_a_whole(reader: PlainClient, requests: list[Any]) -> None:
    assert (await reader.send("POST", "/$batch", {"requests": requests})).status == 400


async def test_one_request_may_be_throttled_inside_a_batch_that_succeeds(
    server: TenantServer, reader: PlainClient
) -> None:
    server.faults.once(Fault.THROTTLED_INSIDE, "GET /users")
    responses = {one["id"]: one for one in await batch(reader, [get("1", "/users"), get("2", "/applications")])}
    assert (responses["1"]["status"], responses["2"]["status"]) == (429, 200)
    assert responses["1"]["headers"]["Retry-After"] == "1"


async def test_a_batch_saves_no_quota(server: TenantServer, reader: PlainClient) -> None:
    await batch(reader, [get(str(number), "/users") for number in range(5)])
    assert server.requests.requests["GET /users"] == 5
    assert server.requests.units["GET /users"] == 10


async def test_a_request_in_a_batch_may_write(administrator: PlainClient, tenant: Tenant) -> None:
    application = tenant.applications.all()[0]["id"]
    change = {"id": "1", "method": "PATCH", "url": f"/applications/{application}", "body": {"notes": "batched"}}
    (response,) = await batch(administrator, [{**change, "headers": {"Content-Type": "application/json"}}])
    assert response["status"] == 204
    assert (await administrator.get(f"/applications/{application}")).json["notes"] == "batched"
