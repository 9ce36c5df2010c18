"""When storage is down, busy or odd: told in the domain's words, and nothing done twice or by half."""

import asyncio
import os
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiohttp import web
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient

from local.azurite import Azurite
from shared.domain.errors import Unavailable
from shared.storage.connection import ConnectionString, StorageConnection
from shared.storage.filters import Filter
from shared.storage.ledger import TableLedger
from shared.storage.rows import make_row
from tests.storage.conftest import Connect
from tests.storage.fault_proxy import proxied
from tests.storage.records import START, chunk


@pytest.fixture
def paused_later() -> Iterator[Azurite]:
    """An Azurite of its own, since the test stops it for a moment."""
    with Azurite.start() as running:
        yield running


def impatient(address: str) -> StorageConnection:
    return StorageConnection(ConnectionString(address), prefix="t", timeout_seconds=0.3, retries=0)


async def test_a_busy_service_is_unavailable_until_the_time_it_named(connect: Connect, connection_string: str) -> None:
    async with proxied(connection_string) as (proxy, address):
        table = await connect(address).table("busy")

        async def busy(_: web.Request) -> web.Response:
            body = {"odata.error": {"code": "ServerBusy", "message": {"lang": "en-US", "value": "busy"}}}
            return web.json_response(body, status=503, headers={"Retry-After": "7"})

        proxy.fault = busy
        with pytest.raises(Unavailable, match=r"^storage answered 503 ServerBusy$") as refused:
            await table.get("p", "r")
        assert refused.value.retry_after == timedelta(seconds=7)


async def test_a_service_that_refuses_us_is_unavailable_until_somebody_mends_it(
    connect: Connect, connection_string: str
) -> None:
    async with proxied(connection_string) as (proxy, address):
        table = await connect(address).table("refused")

        async def refuse(_: web.Request) -> web.Response:
            body = {"odata.error": {"code": "AuthorizationPermissionMismatch", "message": {"lang": "", "value": ""}}}
            return web.json_response(body, status=403)

        proxy.fault = refuse
        with pytest.raises(Unavailable, match=r"^storage refused the service: 403 AuthorizationPermissionMismatch$"):
            await table.get("p", "r")
        proxy.fault = None
        assert await table.get("p", "r") is None


async def test_a_busy_service_is_asked_again_before_anybody_is_told(connection_string: str) -> None:
    async with proxied(connection_string) as (proxy, address):
        patient = StorageConnection(ConnectionString(address), prefix="patient", retries=3)
        table = await patient.table("busy")
        proxy.requests.clear()

        async def busy_once(_: web.Request) -> web.Response | None:
            return web.Response(status=503) if len(proxy.requests) == 1 else None

        proxy.fault = busy_once
        await table.upsert(make_row("p", "r"))
        assert len(proxy.requests) == 2
        await patient.close()


async def test_a_broken_connection_is_unavailable_and_names_no_address(
    connect: Connect, connection_string: str
) -> None:
    async with proxied(connection_string) as (proxy, address):
        table = await connect(address).table("broken")

        async def reset(request: web.Request) -> web.Response:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()

        proxy.fault = reset
        with pytest.raises(Unavailable) as lost:
            await table.get("p", "r")
        assert "127.0.0.1" not in str(lost.value)


async def test_empty_pages_with_a_continuation_do_not_end_a_query(connect: Connect, connection_string: str) -> None:
    async with proxied(connection_string) as (proxy, address):
        table = await connect(address).table("pages")
        for number in range(5):
            await table.upsert(make_row("p", str(number)))

        async def empty_first(request: web.Request) -> web.Response | None:
            if "NextRowKey" in request.query:
                return None
            headers = {"x-ms-continuation-NextPartitionKey": "cA==", "x-ms-continuation-NextRowKey": "MA=="}
            return web.json_response({"value": []}, headers=headers)

        proxy.fault = empty_first
        assert [row["RowKey"] async for row in table.query(Filter.partition("p"))] == list("01234")
        assert [row["RowKey"] async for row in table.first(Filter.partition("p"), 2)] == list("01")


async def test_a_commit_whose_answer_was_lost_succeeds_when_it_is_repeated(
    connect: Connect, connection_string: str
) -> None:
    direct = TableLedger(connect(connection_string))
    async with proxied(connection_string) as (proxy, address):
        ledger = TableLedger(connect(address))
        cursor = await ledger.cursor("graph")

        async def lose_the_answer(request: web.Request) -> web.Response | None:
            if not request.path.endswith("$batch"):
                return None
            await proxy.forward(request)
            return web.Response(status=500)

        proxy.fault = lose_the_answer
        with pytest.raises(Unavailable):
            await ledger.commit(chunk(), {"e1": START}, cursor, "p")
        proxy.fault = None
        await ledger.commit(chunk(), {"e1": START}, cursor, "p")
    assert (await direct.coverage(START, 1))[0].chunks == 1


async def test_a_frozen_service_is_unavailable_and_works_again_when_it_thaws(paused_later: Azurite) -> None:
    connection = impatient(paused_later.connection_string)
    ledger = TableLedger(connection)
    cursor = await ledger.cursor("graph")
    os.kill(paused_later.pid, signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable, match="could not be reached"):
            await ledger.commit(chunk(), {"e1": START}, cursor, "p")
    finally:
        os.kill(paused_later.pid, signal.SIGCONT)
    patient = StorageConnection(ConnectionString(paused_later.connection_string), prefix="t")
    ledger = TableLedger(patient)
    await ledger.commit(chunk(), {"e1": START}, cursor, "p")
    assert [each async for each in ledger.waiting()] == [chunk()]
    await connection.close()
    await patient.close()


async def test_a_table_that_was_taken_away_is_not_an_empty_one(connect: Connect, connection_string: str) -> None:
    table = await connect(connection_string).table("gone")
    assert await table.get("p", "r") is None
    async with TableServiceClient.from_connection_string(connection_string) as service:
        names = [found.name async for found in service.list_tables() if found.name.endswith("gone")]
        await service.delete_table(names[0])
    with pytest.raises(ResourceNotFoundError):
        await table.get("p", "r")


async def test_hosts_that_start_at_once_agree_on_new_tables(connect: Connect, connection_string: str) -> None:
    tables = await asyncio.gather(*(connect(connection_string).table("new") for _ in range(5)))
    await tables[0].upsert(make_row("p", "r"))
    assert await tables[4].get("p", "r") is not None
