"""How long the list of a large tenant's apps takes to make, to show, to count and to export, and the memory for it."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from time import perf_counter

from msgspec import Struct

from local.azurite import Azurite
from local.bench import listed_alerts
from local.bench.listed_apps import GRAPH, NOW, RARE_NAME, SOME_PERMISSION, fill
from local.bench.peak_memory import peak_megabytes
from local.bench.results import Better, Judged, Result, percentile
from local.host.identity.personas import API_CLIENT_ID, TENANT_ID
from shared.bootstrap import build
from shared.domain.app_summaries import AppQuery, AppSort
from shared.domain.app_traits import Trait
from shared.domain.apps import Origin
from shared.domain.privileges import Privilege
from shared.pipeline.inventory.insights import insights
from shared.settings import read_settings
from shared.storage.app_list import BlobAppList
from shared.storage.apps import TableApps
from shared.storage.connection import ConnectionString, StorageConnection

_TOP = 50
_PAGES = 20
"""Of each kind."""
_COUNTS = 20
_OVERVIEWS = 20
_ALERTS = 15_000
"""Of which one in five is open."""


class Made(Struct, frozen=True):
    """The list made anew of the stored apps."""

    seconds: float
    megabytes: float


class Shown(Struct, frozen=True):
    """What a host took to fetch the list and to read it; pages and counts one by one, once it was warm."""

    fetched_seconds: float
    page_seconds: tuple[float, ...]
    count_seconds: tuple[float, ...]
    walked_seconds: float
    walked: int
    megabytes: float


def measure_app_list(apps: int) -> list[Result]:
    """Five minutes for 100,000 apps on two free processors, half of them to store the apps."""
    with Azurite.start() as azurite:
        started = perf_counter()
        fill(azurite.connection_string, apps)
        print(f"app list: {apps:,} apps stored in {perf_counter() - started:.0f} s.")
        made = _alone(_made_anew, azurite.connection_string)
        shown = _alone(_shown, azurite.connection_string)
        listed_alerts.fill(azurite.connection_string, _ALERTS)
        overviews = _alone(_overviews, azurite.connection_string)
    print(
        f"app list: {shown.walked:,} apps exported in {shown.walked_seconds:.1f} s; "
        f"a host that has none yet shows the list after {shown.fetched_seconds:.1f} s."
    )
    print(f"apps, overview with {_ALERTS // 5:,} open alerts: {_middle_and_tail(overviews)}.")
    return results_of(made, shown, overviews)


def queries() -> dict[str, AppQuery]:
    """What people ask of the list: each kind of filter, text that is rare and text that is not, and several sorts."""
    return {
        "no filter": AppQuery(),
        "by risk": AppQuery(sort=AppSort.RISK, descending=True),
        "by last use": AppQuery(sort=AppSort.LAST_USED, include_microsoft=True, include_deleted=True),
        "text that is rare": AppQuery(text=RARE_NAME),
        "text that is everywhere": AppQuery(text="a", sort=AppSort.PUBLISHER_NAME, descending=True),
        "a permission": AppQuery(permission=SOME_PERMISSION, sort=AppSort.PERMISSION_COUNT),
        "an API": AppQuery(api=frozenset({GRAPH}), sort=AppSort.CREATED, descending=True),
        "unused": AppQuery(traits=frozenset({Trait.UNUSED}), used_before=NOW - timedelta(days=90)),
        "external, high, unverified": AppQuery(
            origin=frozenset({Origin.EXTERNAL}), privilege=frozenset({Privilege.HIGH}), verified=False
        ),
        "many at once": AppQuery(
            enabled=True, has_owner=True, users_from=3, risk_from=20, created_before=NOW, sort=AppSort.CONSENTED_USERS
        ),
    }


def results_of(made: Made, shown: Shown, overviews: list[float]) -> list[Result]:
    return [
        _result("app list, made anew of all apps", made.seconds, "s", 180, Judged.BY_RECORD),
        _result("app list, memory of making it", made.megabytes, "MB", 350),
        _result("app list, first page, 95th percentile", 1000 * percentile(shown.page_seconds, 0.95), "ms", 300),
        _result("app list, counts, 95th percentile", 1000 * percentile(shown.count_seconds, 0.95), "ms", 200),
        _result("app list, overview, 95th percentile", 1000 * percentile(overviews, 0.95), "ms", 200, Judged.NOT),
        _result("app list, export of all", shown.walked_seconds, "s", 30, Judged.BY_RECORD),
        _result("app list, memory of reading it", shown.megabytes, "MB", 350),
    ]


def _result(name: str, figure: float, unit: str, aim: float, judged: Judged = Judged.BY_AIM) -> Result:
    return Result(name=name, figure=figure, unit=unit, aim=aim, better=Better.LOWER, judged=judged)


def _alone[T](work: Callable[[str], T], connection_string: str) -> T:
    """In a process of its own, whose memory is that of the work."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(work, connection_string).result()


def _made_anew(connection_string: str) -> Made:
    async def make(apps: BlobAppList) -> Made:
        seconds = await _timed(apps.rebuild(NOW))
        return Made(seconds, peak_megabytes())

    return asyncio.run(_on_host(connection_string, make))


def _shown(connection_string: str) -> Shown:
    return asyncio.run(_on_host(connection_string, _read))


def _overviews(connection_string: str) -> list[float]:
    return asyncio.run(_read_overviews(connection_string))


async def _read_overviews(connection_string: str) -> list[float]:
    """What the overview asks of the inventory, and of the alerts that are open."""
    names = {"DataStorage": connection_string, "TENANT_ID": TENANT_ID, "API_CLIENT_ID": API_CLIENT_ID}
    application = build(read_settings(names))
    try:
        await insights(application.services, NOW)
        return [await _timed(insights(application.services, NOW)) for _ in range(_OVERVIEWS)]
    finally:
        await application.close()


async def _on_host[T](connection_string: str, work: Callable[[BlobAppList], Awaitable[T]]) -> T:
    connection = StorageConnection(ConnectionString(connection_string), timeout_seconds=120)
    try:
        return await work(BlobAppList(connection, TableApps(connection)))
    finally:
        await connection.close()


async def _read(apps: BlobAppList) -> Shown:
    fetched = await _timed(apps.current())
    pages: list[float] = []
    for name, query in queries().items():
        seconds = [await _timed(apps.page(query, _TOP, None, NOW)) for _ in range(_PAGES)]
        print(f"apps, {name}: {_middle_and_tail(seconds)}.")
        pages += seconds
    counted = [await _timed(apps.counts(AppQuery(), NOW)) for _ in range(_COUNTS)]
    print(f"apps, counts: {_middle_and_tail(counted)}.")
    started = perf_counter()
    walked = sum([len(batch) async for batch in apps.batches(AppQuery(), NOW)])
    return Shown(fetched, tuple(pages), tuple(counted), perf_counter() - started, walked, peak_megabytes())


async def _timed(work: Awaitable[object]) -> float:
    started = perf_counter()
    await work
    return perf_counter() - started


def _middle_and_tail(seconds: list[float]) -> str:
    return f"{1000 * percentile(seconds, 0.5):.0f} ms (95th percentile {1000 * percentile(seconds, 0.95):.0f} ms)"
