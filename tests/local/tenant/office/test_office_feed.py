"""The Management Activity API of the simulated tenant, as any client meets it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import ClientSession

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.tokens import OFFICE
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve

EXCHANGE = {"contentType": "Audit.Exchange"}


@pytest.fixture
async def office(tenant: Tenant) -> AsyncIterator[TenantServer]:
    async with serve(tenant, own_identities(tenant), seed=1) as server:
        yield server


@pytest.fixture
async def client(office: TenantServer) -> AsyncIterator[ClientSession]:
    token, _ = office.tokens.issue(READER_CLIENT_ID, OFFICE)
    base = f"{office.address}/api/v1.0/{office.tenant.tenant_id}/activity/feed/"
    async with ClientSession(base, headers={"Authorization": f"Bearer {token}"}) as session:
        yield session


def send(tenant: Tenant, items: int) -> None:
    app = next(one for one in tenant.service_principals.all() if one["servicePrincipalType"] == "Application")
    tenant.send_mail(app["appId"], tenant.users.all()[0]["userPrincipalName"], items)


async def listed(client: ClientSession, **period: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    url: str | None = "subscriptions/content"
    query = EXCHANGE | period
    for _ in range(20):
        async with client.get(url or "", params=query) as answer:
            assert answer.status == 200
            found += await answer.json()
            url, query = answer.headers.get("NextPageUri"), {}
        if url is None:
            return found
    raise AssertionError("the listing has no end")


async def code(client: ClientSession, method: str, path: str, **query: str) -> str:
    async with client.request(method, path, params=query) as answer:
        assert answer.status == 400
        return str((await answer.json())["error"]["code"])


async def start(client: ClientSession) -> None:
    async with client.post("subscriptions/start", params=EXCHANGE) as answer:
        assert await answer.json() == {**EXCHANGE, "status": "enabled", "webhook": None}


async def test_there_is_no_content_without_a_subscription(client: ClientSession) -> None:
    assert await code(client, "GET", "subscriptions/content", **EXCHANGE) == "AF20022"
    await start(client)
    assert await code(client, "POST", "subscriptions/start", **EXCHANGE) == "AF20024"
    assert await listed(client) == []
    async with client.post("subscriptions/stop", params=EXCHANGE) as answer:
        assert answer.status == 200
    async with client.get("subscriptions/list") as answer:
        assert await answer.json() == []


async def test_blobs_hold_few_records_some_twice_and_never_change(
    client: ClientSession, tenant: Tenant, clock: ManualClock
) -> None:
    await start(client)
    send(tenant, 300)
    clock.advance(timedelta(minutes=10))
    blobs = await listed(client)
    sizes, ids = [], []
    for blob in blobs:
        async with client.get(blob["contentUri"]) as answer:
            records = await answer.json()
        sizes.append(len(records))
        ids += [record["Id"] for record in records]
    assert max(sizes) <= 21
    assert len(set(ids)) == 300 < len(ids)
    assert [blob["contentCreated"] for blob in blobs] != sorted(blob["contentCreated"] for blob in blobs)
    clock.advance(timedelta(minutes=30))
    assert {blob["contentId"] for blob in await listed(client)} == {blob["contentId"] for blob in blobs}


async def test_a_listing_is_of_what_was_created_within_its_period(
    client: ClientSession, tenant: Tenant, clock: ManualClock
) -> None:
    await start(client)
    send(tenant, 30)
    clock.advance(timedelta(minutes=10))
    parts = [f"2026-03-02T09:{minute:02}:00" for minute in range(2, 8)]
    found = [await listed(client, startTime=one, endTime=other) for one, other in pairwise(parts)]
    together = sorted(blob["contentId"] for part in found for blob in part)
    assert together == sorted(blob["contentId"] for blob in await listed(client))
    assert sum(map(bool, found)) > 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"contentType": "Audit.Sky"}, "AF20020"),
        ({**EXCHANGE, "startTime": "2026-03-02T08:00:00"}, "AF20030"),
        ({**EXCHANGE, "startTime": "2026-02-28T08:00:00", "endTime": "2026-03-02T09:00:00"}, "AF20030"),
        ({**EXCHANGE, "startTime": "2026-02-20T08:00:00", "endTime": "2026-02-20T09:00:00"}, "AF20030"),
        ({**EXCHANGE, "startTime": "yesterday", "endTime": "2026-02-20T09:00:00"}, "AF20002"),
        ({**EXCHANGE, "nextPage": "x"}, "AF20031"),
    ],
)
async def test_a_senseless_listing_is_refused_by_its_own_code(
    client: ClientSession, query: dict[str, str], expected: str
) -> None:
    await start(client)
    assert await code(client, "GET", "subscriptions/content", **query) == expected


@pytest.mark.parametrize("name", ["x", "20260302090000000000$0$Audit_Exchange", "1$0$Audit_Sky"])
async def test_content_that_is_not_there_is_told_so(client: ClientSession, name: str) -> None:
    assert await code(client, "GET", f"audit/{name}") == "AF20050"


async def test_another_tenants_feed_is_closed(client: ClientSession, office: TenantServer) -> None:
    assert await code(client, "GET", f"{office.address}/api/v1.0/other/activity/feed/subscriptions/list") == "AF20010"


async def test_a_token_for_graph_opens_nothing(office: TenantServer) -> None:
    token, _ = office.tokens.issue(READER_CLIENT_ID)
    url = f"{office.address}/api/v1.0/{office.tenant.tenant_id}/activity/feed/subscriptions/list"
    async with ClientSession(headers={"Authorization": f"Bearer {token}"}) as session, session.get(url) as answer:
        assert answer.status == 401
