"""How many table reads and how much time a page of the alert list takes, in process and over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from time import perf_counter, process_time
from urllib.parse import urlsplit

from msgspec import Struct

from local.azurite import Azurite
from local.bench.listed_alerts import NEWEST, RARE_NAME, TABLE, app_id, fill, policy_id
from local.bench.results import Better, Judged, Result, percentile
from local.bench.table_reads import CountedTables
from local.host.process import HostProcess
from shared.domain.alert_queries import AlertPage, AlertQuery
from shared.storage.alert_list import TableAlertList
from shared.storage.connection import StorageConnection

MOST_READS = 3
"""Of a table for one page, whatever is asked."""
_TOP = 50
_PAGES = 20
"""Of each kind."""
_ANSWERS = 50
_DEEP = 10_000
_DEEP_TOP = 1000
_PATH = f"/api/alerts?top={_TOP}"

type ReadPage = Callable[[AlertQuery, int, str | None], Awaitable[AlertPage]]


class Timed(Struct, frozen=True):
    """One page: its reads of a table, its seconds, those that this process itself worked, and its alerts."""

    reads: int
    seconds: float
    cpu_seconds: float
    alerts: int


def measure_alert_list(alerts: int) -> list[Result]:
    """Two minutes for 100,000 alerts on two free processors, most of them to write the rows."""
    with Azurite.start() as azurite:
        _fill(azurite.connection_string, alerts)
        in_process = asyncio.run(_read(azurite.connection_string))
        storage = {"DataStorage": azurite.connection_string, "AzureWebJobsStorage": azurite.connection_string}
        with HostProcess.start(environment=storage) as host:
            answers = list(_answers(host.address))
    print(f"alerts over HTTP: {len(answers)} answers of {_TOP}; {_middle_and_tail(answers)}.")
    return [
        *in_process,
        Result(
            name="alert list over HTTP, 50th percentile",
            figure=1000 * percentile(answers, 0.5),
            unit="ms",
            aim=250,
            better=Better.LOWER,
        ),
        Result(
            name="alert list over HTTP, 95th percentile",
            figure=1000 * percentile(answers, 0.95),
            unit="ms",
            aim=1000,
            better=Better.LOWER,
            judged=Judged.NOT,
        ),
    ]


def queries() -> dict[str, AlertQuery]:
    """What people ask of the list."""
    year_ago = NEWEST - timedelta(days=365)
    return {
        "no filter": AlertQuery(),
        "status new": AlertQuery(status=frozenset({"new"})),
        "severity high": AlertQuery(severity=frozenset({"high"})),
        "one app": AlertQuery(app_id=app_id(0)),
        "one policy": AlertQuery(policy_id=policy_id(0)),
        "a week a year ago": AlertQuery(created_from=year_ago, created_to=year_ago + timedelta(days=7)),
        "text that is rare": AlertQuery(text=RARE_NAME),
    }


async def timed_pages(
    read: ReadPage, account: CountedTables, query: AlertQuery, pages: int, after: str | None = None
) -> list[Timed]:
    """So many pages, one after the other from ``after`` on; behind the last it begins anew."""
    timed = []
    for _ in range(pages):
        reads, cpu, started = account.requests, process_time(), perf_counter()
        page = await read(query, _TOP, after)
        seconds, cpu_seconds = perf_counter() - started, process_time() - cpu
        timed.append(Timed(account.requests - reads, seconds, cpu_seconds, len(page.alerts)))
        after = page.next
    return timed


def results_of(timed: list[Timed]) -> list[Result]:
    """The figures of all pages together."""
    seconds = [page.seconds for page in timed]
    return [
        Result(
            name="alert list, most table reads of a page",
            figure=max(page.reads for page in timed),
            unit="requests",
            aim=MOST_READS,
            better=Better.LOWER,
            judged=Judged.BY_AIM,
        ),
        Result(
            name="alert list, own time of a page, 50th percentile",
            figure=1000 * percentile([page.cpu_seconds for page in timed], 0.5),
            unit="ms",
            aim=20,
            better=Better.LOWER,
        ),
        Result(
            name="alert list, 50th percentile",
            figure=1000 * percentile(seconds, 0.5),
            unit="ms",
            aim=100,
            better=Better.LOWER,
        ),
        Result(
            name="alert list, 95th percentile",
            figure=1000 * percentile(seconds, 0.95),
            unit="ms",
            aim=1000,
            better=Better.LOWER,
            judged=Judged.NOT,
        ),
    ]


def _fill(connection_string: str, alerts: int) -> None:
    started = perf_counter()
    rows = fill(connection_string, alerts)
    print(f"alert list: {alerts:,} alerts are {rows:,} rows, written in {perf_counter() - started:.0f} s.")


async def _read(connection_string: str) -> list[Result]:
    account = CountedTables(connection_string)
    connection = StorageConnection(account)
    try:
        # Opens the connection, which is no part of a page.
        await connection.table(TABLE)
        return results_of(await _read_all(TableAlertList(connection).page, account))
    finally:
        await connection.close()


async def _read_all(read: ReadPage, account: CountedTables) -> list[Timed]:
    every: list[Timed] = []
    for name, query in queries().items():
        every += _told(name, await timed_pages(read, account, query, _PAGES))
    deep = await _cursor_behind(read, _DEEP)
    every += _told(f"from alert {_DEEP:,} on", await timed_pages(read, account, AlertQuery(), _PAGES, deep))
    return every


async def _cursor_behind(read: ReadPage, alerts: int) -> str | None:
    """Where the list goes on behind so many alerts; in a shorter list, behind the last page but one."""
    after: str | None = None
    for _ in range(alerts // _DEEP_TOP):
        page = await read(AlertQuery(), _DEEP_TOP, after)
        if page.next is None:
            break
        after = page.next
    return after


def _answers(address: str) -> Iterator[float]:
    """Seconds of each answer with the first page; the first ones, which open connections, do not count."""
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=60)) as http:
        for number in range(_ANSWERS + 2):
            started = perf_counter()
            http.request("GET", _PATH)
            response = http.getresponse()
            body = response.read()
            if response.status != 200:
                raise RuntimeError(f"GET {_PATH} answered {response.status}: {body[:300]!r}")
            if number >= 2:
                yield perf_counter() - started


def _told(name: str, timed: list[Timed]) -> list[Timed]:
    reads, alerts = max(page.reads for page in timed), sum(page.alerts for page in timed)
    print(
        f"alerts, {name}: {len(timed)} pages, {alerts} alerts, {reads} reads at most; "
        f"{_middle_and_tail([page.seconds for page in timed])}, of which this process worked "
        f"{1000 * percentile([page.cpu_seconds for page in timed], 0.5):.0f} ms."
    )
    return timed


def _middle_and_tail(seconds: list[float]) -> str:
    return f"{1000 * percentile(seconds, 0.5):.0f} ms (95th percentile {1000 * percentile(seconds, 0.95):.0f} ms)"
