"""The list of apps as a blob: read once, written by one host at a time, paged without a gap."""

import asyncio
from datetime import UTC, datetime

import pytest

from shared.domain.app_summaries import AppQuery, AppSort, AppSummary
from shared.domain.apps import App
from shared.domain.errors import Conflict
from shared.storage.app_list import BlobAppList
from shared.storage.apps import TableApps
from shared.storage.connection import StorageConnection
from tests.storage.conftest import Connect

NOW = datetime(2026, 3, 3, tzinfo=UTC)
ROWS = [AppSummary(app_id=f"{number:02}", display_name=f"App {number % 3}", created=NOW) for number in range(7)]


def app_list(connection: StorageConnection) -> BlobAppList:
    return BlobAppList(connection, TableApps(connection))


async def test_before_anything_was_written_the_list_is_empty(connection: StorageConnection) -> None:
    apps = app_list(connection)
    assert await apps.rows() == ()
    assert (await apps.page(AppQuery(), 10, None, NOW)).total == 0


async def test_what_one_host_writes_another_reads(connect: Connect, connection_string: str) -> None:
    host, other = (app_list(connect(connection_string)) for _ in range(2))
    await host.update(ROWS)
    assert list(await other.rows()) == ROWS
    await host.update([AppSummary(app_id="00", display_name="New name")])
    found = {row.app_id: row.display_name for row in await other.rows()}
    assert (len(found), found["00"]) == (7, "New name")


async def test_of_two_hosts_that_write_at_once_one_has_to_read_again(connect: Connect, connection_string: str) -> None:
    hosts = [app_list(connect(connection_string)) for _ in range(4)]
    outcomes = await asyncio.gather(
        *(host.update([row]) for host, row in zip(hosts, ROWS, strict=False)), return_exceptions=True
    )
    written = [row for row, outcome in zip(ROWS, outcomes, strict=False) if outcome is None]
    assert {type(outcome) for outcome in outcomes} <= {type(None), Conflict}
    assert [row for row in await hosts[0].rows() if row in ROWS] == list(await hosts[1].rows())
    assert set(written) == set(await hosts[2].rows())


async def test_the_list_is_made_anew_from_the_stored_apps(connection: StorageConnection) -> None:
    stored = TableApps(connection)
    await stored.save([App(app_id="a1", display_name="One"), App(app_id="b2", first_seen=NOW)], NOW)
    apps = BlobAppList(connection, stored)
    await apps.update([AppSummary(app_id="gone")])
    await apps.rebuild()
    assert {row.app_id: row.display_name for row in await apps.rows()} == {"a1": "One", "b2": None}


@pytest.mark.parametrize("descending", [False, True])
async def test_pages_hold_each_app_once(connection: StorageConnection, descending: bool) -> None:
    apps = app_list(connection)
    await apps.update(ROWS)
    query = AppQuery(descending=descending)
    whole = (await apps.page(query, 100, None, NOW)).apps
    paged: list[AppSummary] = []
    after: str | None = None
    while len(paged) < len(ROWS):
        page = await apps.page(query, 2, after, NOW)
        assert page.total == len(ROWS)
        paged.extend(page.apps)
        after = page.next
    assert (tuple(paged), after) == (whole, None)


async def test_a_token_of_another_order_is_refused(connection: StorageConnection) -> None:
    apps = app_list(connection)
    await apps.update(ROWS)
    token = (await apps.page(AppQuery(sort=AppSort.ENABLED), 2, None, NOW)).next
    for query in (AppQuery(), AppQuery(sort=AppSort.ENABLED, descending=True)):
        with pytest.raises(ValueError, match="order"):
            await apps.page(query, 2, token, NOW)
    with pytest.raises(ValueError, match="token"):
        await apps.page(AppQuery(), 2, "made up", NOW)
