"""What goes wrong on demand looks to a client as the real thing does."""

import asyncio
import gzip
import json
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import urlsplit

import pytest

from local.tenant.directory.tenant import Tenant
from local.tenant.graph.faults import PAGES, REFUSALS, Fault
from local.tenant.server import TenantServer
from tests.local.tenant.graph.plain_client import Answer, PlainClient

LIST = "/servicePrincipals"


def raw(client: PlainClient, size: int) -> tuple[str | None, bytes]:
    """The content encoding and the first bytes of the list, without decoding anything."""
    connection = HTTPConnection(urlsplit(client.address).netloc, timeout=20)
    try:
        connection.request("GET", f"/v1.0{LIST}", headers={"Authorization": f"Bearer {client.token}"})
        response = connection.getresponse()
        return response.getheader("Content-Encoding"), response.read(size)
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.THROTTLED, 429),
        (Fault.THROTTLED_UNTIL, 429),
        (Fault.THROTTLED_SILENTLY, 429),
        (Fault.SERVER_ERROR, 500),
        (Fault.BAD_GATEWAY, 502),
        (Fault.UNAVAILABLE, 503),
        (Fault.GATEWAY_TIMEOUT, 504),
    ],
)
async def test_a_refused_write_has_not_happened(
    server: TenantServer, administrator: PlainClient, tenant: Tenant, fault: Fault, status: int
) -> None:
    application = tenant.applications.all()[0]
    server.faults.once(fault)
    answer = await administrator.send("PATCH", f"/applications/{application['id']}", {"notes": "new"})
    assert answer.status == status
    assert tenant.applications.get(application["id"]) == application


async def test_the_wait_is_told_in_seconds_by_a_date_or_not(server: TenantServer, reader: PlainClient) -> None:
    server.faults.retry_after = 7
    answers: list[Answer] = []
    for number, fault in enumerate((Fault.THROTTLED, Fault.THROTTLED_UNTIL, Fault.THROTTLED_SILENTLY)):
        server.faults.once(fault)
        answers.append(await reader.get((LIST, "/users", "/applications")[number]))
    seconds, date, silent = (answer.headers.get("retry-after") for answer in answers)
    assert seconds == "7"
    assert silent is None
    assert date is not None
    wait = parsedate_to_datetime(date) - parsedate_to_datetime(answers[1].headers["date"])
    assert wait.total_seconds() in (6, 7)


async def test_who_comes_back_too_early_is_refused_and_counted(server: TenantServer, reader: PlainClient) -> None:
    server.faults.retry_after = 30
    server.faults.once(Fault.THROTTLED)
    assert (await reader.get(LIST)).status == 429
    await asyncio.sleep(0.1)
    assert (await reader.get(LIST)).status == 429
    assert (await reader.get("/users")).status == 200
    assert server.requests.early == 1


async def test_who_waits_is_answered(server: TenantServer, reader: PlainClient) -> None:
    server.faults.once(Fault.THROTTLED)
    assert (await reader.get(LIST)).status == 429
    await asyncio.sleep(1.05)
    assert (await reader.get(LIST)).status == 200
    assert server.requests.early == 0


@pytest.mark.parametrize("fault", [Fault.EMPTY_PAGE, Fault.REPEATED_PAGE])
async def test_who_follows_the_links_gets_everything(
    server: TenantServer, reader: PlainClient, tenant: Tenant, fault: Fault
) -> None:
    server.faults.mix(0.5, {fault})
    found = await reader.everything(LIST, {"$select": "id", "$top": "50"})
    assert {one["id"] for one in found} == {one["id"] for one in tenant.service_principals.all()}
    assert server.requests.requests[f"GET {LIST}"] > len(tenant.service_principals.all()) / 50 + 1


async def test_a_next_link_may_lead_back_or_astray(server: TenantServer, reader: PlainClient) -> None:
    server.faults.once(Fault.NEXT_LINK_LOOP)
    looped = await reader.get(LIST, {"$top": "3"})
    assert (await reader.get(looped.json["@odata.nextLink"])).values == looped.values
    server.faults.once(Fault.FOREIGN_NEXT_LINK)
    assert (await reader.get(LIST)).json["@odata.nextLink"].startswith("https://graph.example.net/")


async def test_a_link_for_changes_can_expire_at_once(server: TenantServer, reader: PlainClient) -> None:
    latest = await reader.get(f"{LIST}/delta?$deltatoken=latest")
    server.faults.once(Fault.DELTA_EXPIRED)
    assert (await reader.get(latest.json["@odata.deltaLink"])).status == 410


async def test_an_answer_can_be_lost_after_its_write_has_happened(
    server: TenantServer, administrator: PlainClient, tenant: Tenant
) -> None:
    server.faults.once(Fault.RESET)
    with pytest.raises((ConnectionError, IncompleteRead)):
        await administrator.send("POST", "/applications", {"displayName": "Twice"})
    assert "Twice" in {one["displayName"] for one in tenant.applications.all()}


async def test_a_body_can_be_half_of_it_or_no_json(server: TenantServer, reader: PlainClient) -> None:
    server.faults.once(Fault.TRUNCATED)
    answer = await reader.get(LIST)
    assert answer.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)
    server.faults.once(Fault.HTML)
    answer = await reader.get(LIST)
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, "text/html")
    server.faults.once(Fault.DEEP)
    with pytest.raises(RecursionError):
        json.loads((await reader.get(LIST)).text)


async def test_a_body_can_be_endless_or_unpack_to_that(server: TenantServer, reader: PlainClient) -> None:
    server.faults.huge_bytes = 8 << 20
    server.faults.once(Fault.HUGE)
    assert len((await reader.get(LIST)).text) > 8 << 20
    server.faults.once(Fault.GZIP_BOMB)
    encoding, packed = await asyncio.to_thread(raw, reader, 1 << 20)
    assert encoding == "gzip"
    assert len(packed) < 100_000
    assert len(gzip.decompress(packed)) > 8 << 20


async def test_a_client_may_leave_while_the_answer_hangs(server: TenantServer, reader: PlainClient) -> None:
    server.faults.hang_seconds = 0.2
    server.faults.once(Fault.HANG)
    with pytest.raises((ConnectionError, IncompleteRead)):
        await reader.get(LIST)
    assert (await reader.get(LIST)).status == 200


async def test_the_seed_decides_what_fails(server: TenantServer, reader: PlainClient) -> None:
    server.faults.mix(0.5, REFUSALS - {Fault.THROTTLED, Fault.THROTTLED_UNTIL}, f"GET {LIST}")
    statuses = [(await reader.get(LIST, {"$top": "1"})).status for _ in range(30)]
    assert 5 < statuses.count(200) < 25
    assert (await reader.get("/users")).status == 200
    server.faults.clear()
    assert [(await reader.get(LIST, {"$top": "1"})).status for _ in range(5)] == [200] * 5


async def test_single_objects_have_no_pages_to_go_wrong(
    server: TenantServer, reader: PlainClient, tenant: Tenant
) -> None:
    server.faults.mix(1, PAGES)
    answer = await reader.get(f"/users/{tenant.users.all()[0]['id']}")
    assert "@odata.nextLink" not in answer.json
