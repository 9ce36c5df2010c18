"""The parts of the bench that need storage, with a handful of records each."""

import argparse
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from local.bench.alert_list import queries, results_of, timed_pages
from local.bench.command import add_arguments, run
from local.bench.listed_alerts import write_alerts
from local.bench.pipeline import measure_pipeline
from local.bench.replay_speed import measure_replay
from local.bench.results import failures, recorded
from local.bench.table_reads import CountedTables
from shared.domain.alert_queries import AlertPage, AlertQuery
from shared.storage.alert_list import TableAlertList
from shared.storage.connection import StorageConnection

ALERTS = 100


class FilledList:
    """A small alert list, and the account that counts what reading it takes."""

    def __init__(self, account: CountedTables, connection: StorageConnection) -> None:
        self.account = account
        self._list = TableAlertList(connection)

    async def page(self, query: AlertQuery, top: int, after: str | None) -> AlertPage:
        return await self._list.page(query, top, after)

    async def page_read_four_times(self, query: AlertQuery, top: int, after: str | None) -> AlertPage:
        """What a list would do that breaks its promise."""
        for _ in range(3):
            await self._list.page(query, top, after)
        return await self._list.page(query, top, after)


@pytest.fixture
async def filled(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[FilledList]:
    account = CountedTables(connection_string)
    connection = StorageConnection(account, prefix=unique("b"))
    await write_alerts(connection, range(ALERTS), ALERTS)
    yield FilledList(account, connection)
    await connection.close()


async def test_the_list_that_is_measured_holds_what_is_asked_of_it(filled: FilledList) -> None:
    for name, query in queries().items():
        [first] = await timed_pages(filled.page, filled.account, query, 1)
        assert first.alerts > 0, name
        assert first.reads >= 1, name


async def test_a_page_of_four_reads_fails_the_bench(filled: FilledList) -> None:
    promised = results_of(await timed_pages(filled.page, filled.account, AlertQuery(), 1))
    broken = results_of(await timed_pages(filled.page_read_four_times, filled.account, AlertQuery(), 1))
    assert failures(promised, {}) == []
    assert failures(broken, {}) == ["alert list, most table reads of a page: 4 requests; the limit is 3."]


def test_one_part_is_measured_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "results.json"
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    # How fast a busy machine is, is not judged here: the exit code may be 1.
    run(parser.parse_args(["--only", "list", "--alerts", str(ALERTS), "--output", str(output)]))
    names = [result["name"] for result in json.loads(output.read_bytes())]
    assert "alert list over HTTP, 50th percentile" in names
    assert set(names) <= recorded().figures.keys()
    assert "100 alerts are 340 rows" in capsys.readouterr().out


def test_the_records_of_the_pipeline_raise_the_alerts_they_deserve() -> None:
    names = {result.name for result in measure_pipeline(250)}
    assert names <= recorded().figures.keys()


def test_the_records_of_a_replay_raise_the_alerts_they_deserve() -> None:
    names = {result.name for result in measure_replay(250)}
    assert names <= recorded().figures.keys()
