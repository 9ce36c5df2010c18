"""A Graph that fails half of the time, and the inventory that is read from it all the same."""

import asyncio
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from local.tenant.server import TenantServer
from shared.domain.apps import App
from shared.graph.directory import GraphDirectory
from tests.conftest import RecordFigure
from tests.pipeline.inventory.conftest import Inventory, StartInventory
from tests.promises.conftest import Connect, ServeTenant

_FAILING = 0.5
_READINGS = 3
_MOST_RUNS = 60
_LONGEST_ASKED_SECONDS = 1


@pytest.mark.soak
async def test_half_of_all_requests_may_fail(
    serve_tenant: ServeTenant,
    connect: Connect,
    start: StartInventory,
    unique: Callable[[str], str],
    record_figure: RecordFigure,
) -> None:
    """Too few requests to tell chance from waste, so how many there were says nothing."""
    await half_of_all_requests_fail(await serve_tenant(60), connect, start, unique, record_figure)


@pytest.mark.soak
async def test_half_of_all_requests_may_fail_for_a_thousand_apps(
    serve_tenant: ServeTenant,
    connect: Connect,
    start: StartInventory,
    unique: Callable[[str], str],
    record_figure: RecordFigure,
) -> None:
    server = await serve_tenant(1000)
    ratios = [await half_of_all_requests_fail(server, connect, start, unique, record_figure) for _ in range(_READINGS)]
    record_figure("R5", "requests for each that was unavoidable", sum(ratios) / _READINGS)


async def half_of_all_requests_fail(
    server: TenantServer,
    connect: Connect,
    start: StartInventory,
    unique: Callable[[str], str],
    record_figure: RecordFigure,
) -> float:
    """How many requests there were for each that was unavoidable."""
    directory = GraphDirectory(connect(server))
    server.faults.clear()
    expected, needed = await read_whole(server, start(directory, unique("undisturbed")))
    server.faults.mix(_FAILING)
    found, asked = await read_whole(server, start(directory, unique("disturbed")))
    wrong = [app_id for app_id in expected.keys() | found.keys() if expected.get(app_id) != found.get(app_id)]
    assert wrong == []
    record_figure("R5", "apps read", len(found))
    record_figure("R5", "apps missing or wrong", len(wrong))
    record_figure("R5", "calls before the time to wait was over", server.requests.early)
    return asked * (1 - _FAILING) / needed


async def read_whole(server: TenantServer, inventory: Inventory) -> tuple[dict[str, App], int]:
    """All apps of one whole reading, but for when they were seen first, and how many requests it took."""
    before = server.requests.requests.total()
    for _ in range(_MOST_RUNS):
        await inventory.tick()
        state = (await inventory.services.inventory_reads.state()).state
        if state.reads and not state.attempts:
            found = {app_id: replace(app, first_seen=None) for app_id, app in (await inventory.apps()).items()}
            return found, server.requests.requests.total() - before
        # The clock of the inventory moves on by itself; what Graph asked for is waited for in earnest.
        inventory.now = max(inventory.now, state.not_before or inventory.now)
        await asyncio.sleep(_LONGEST_ASKED_SECONDS)
    raise AssertionError(f"not read after {_MOST_RUNS} runs: {state.reason}")
