"""What one full read of a tenant costs: requests and resource units, counted where Graph counts them, and time."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter

from msgspec import Struct

from local.azurite import Azurite
from local.bench.results import Better, Judged, Result
from local.host.identity.personas import API_CLIENT_ID, TENANT_ID
from local.tenant.directory.clock import SystemClock
from local.tenant.directory.generate import generate
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.bootstrap import build
from shared.pipeline.inventory.collect_inventory import collect_inventory
from shared.pipeline.inventory.insights import insights
from shared.settings import read_settings

_SIZES = ((1_000, 895), (10_000, 9_204))
"""Service principals of the tenant, and how many of them to ask for: those of Microsoft come on top."""
_AIMS = {1_000: (45, 54), 10_000: (245, 343)}
"""Requests and resource units of a full read by list endpoints, a tenth above what they come to at best."""
_MOST_RUNS = 50


class Read(Struct, frozen=True):
    """One full read."""

    principals: int
    requests: int
    units: int
    seconds: float


def measure_inventory(largest: int) -> list[Result]:
    """Two minutes for 10,000 service principals. Raises RuntimeError where not every one of them is read."""
    results: list[Result] = []
    for size, apps in _SIZES:
        if size > largest:
            continue
        with Azurite.start() as azurite:
            read = asyncio.run(_read(azurite.connection_string, apps))
        print(
            f"inventory: {read.principals:,} service principals in {read.seconds:.0f} s with {read.requests} requests "
            f"of {read.units} resource units."
        )
        requests, units = _AIMS[size]
        results += [
            _result(f"full read of {size:,} service principals, requests", read.requests, "", requests, Judged.BY_AIM),
            _result(f"full read of {size:,} service principals, cost", read.units, "units", units, Judged.BY_AIM),
            _result(f"full read of {size:,} service principals", read.seconds, "s", size / 50, Judged.BY_RECORD),
        ]
    return results


def _result(name: str, figure: float, unit: str, aim: float, judged: Judged) -> Result:
    return Result(name=name, figure=figure, unit=unit, aim=aim, better=Better.LOWER, judged=judged)


async def _read(connection_string: str, apps: int) -> Read:
    tenant = generate(seed=1, apps=apps, tenant_id=TENANT_ID, clock=SystemClock())
    async with serve(tenant, own_identities(tenant)) as server:
        with _environment(server):
            started = perf_counter()
            known = await _read_whole(connection_string, server)
            seconds = perf_counter() - started
    principals = len(tenant.service_principals.all())
    if known < principals:
        raise RuntimeError(f"{known} of {principals} service principals were read")
    counts = server.requests
    return Read(principals, counts.requests.total(), counts.units.total(), seconds)


async def _read_whole(connection_string: str, server: TenantServer) -> int:
    names = {
        "DataStorage": connection_string,
        "TENANT_ID": TENANT_ID,
        "API_CLIENT_ID": API_CLIENT_ID,
        "READER_CLIENT_ID": READER_CLIENT_ID,
        "GRAPH_ENDPOINT": server.address,
    }
    application = build(read_settings(names))
    try:
        for _ in range(_MOST_RUNS):
            await collect_inventory(application.services, datetime.now(UTC))
            if (await application.services.inventory_reads.state()).state.reads:
                counts = (await insights(application.services, datetime.now(UTC))).apps
                return counts.total + counts.microsoft
        raise RuntimeError(f"the read was not complete after {_MOST_RUNS} runs")
    finally:
        await application.close()


@contextmanager
def _environment(server: TenantServer) -> Iterator[None]:
    """Where the identity is found is the platform's to say, in the environment."""
    before = dict(os.environ)
    os.environ.update(server.environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
