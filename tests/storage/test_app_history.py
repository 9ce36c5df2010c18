"""The list of former days: kept once a day whoever asks, and compared with what there is now."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from shared.domain.app_summaries import AppSummary
from shared.domain.app_traits import Trait
from shared.domain.inventory_days import AppChange
from shared.storage.app_history import BlobAppHistory
from shared.storage.app_list import BlobAppList
from shared.storage.apps import TableApps
from shared.storage.connection import StorageConnection
from tests.storage.conftest import Connect

NOW = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
TODAY = date(2026, 3, 3)
DAY = timedelta(days=1)
ROWS = [AppSummary(app_id=f"{number:02}", risk=10, consented_users=number, judged=NOW) for number in range(6)]


def host(
    connection: StorageConnection, most_changed: int = 2000, waited_for: int = 5000
) -> tuple[BlobAppList, BlobAppHistory]:
    apps = BlobAppList(connection, TableApps(connection), most_changed, waited_for)
    return apps, BlobAppHistory(connection, apps)


async def test_a_day_is_recorded_once_with_its_numbers(connection: StorageConnection) -> None:
    apps, history = host(connection)
    await apps.update([replace(ROWS[0], risk=90, traits=(Trait.NEW,)), *ROWS[1:]], {})
    recorded = await history.record(NOW)
    assert recorded is not None
    assert (recorded.day, recorded.apps, recorded.risky, recorded.consented_users) == (TODAY, 6, 1, 15)
    assert recorded.by_trait == {"new": 1}
    assert await history.record(NOW + timedelta(minutes=10)) is None
    assert await history.days(TODAY) == (recorded,)
    assert await history.days(TODAY + DAY) == ()


async def test_before_there_is_a_list_no_day_is_recorded(connection: StorageConnection) -> None:
    _, history = host(connection)
    assert await history.record(NOW) is None
    assert await history.days(TODAY) == ()
    assert await history.changes_since(TODAY, 10, None) is None
    assert await history.consented_users(TODAY, ["00"]) is None


async def test_a_host_that_was_idle_records_the_list_of_now(connect: Connect, connection_string: str) -> None:
    apps, _ = host(connect(connection_string), most_changed=3)
    idle, history = host(connect(connection_string), waited_for=0)
    await apps.update(ROWS[:4], {})
    assert (await idle.rows(["03"])).keys() == {"03"}
    await apps.update([*ROWS[4:], *(AppSummary(app_id=f"1{number}") for number in range(4))], {})
    recorded = await history.record(NOW)
    assert recorded is not None
    assert recorded.apps == 10


async def test_what_changed_is_told_of_the_list_of_now(connect: Connect, connection_string: str) -> None:
    apps, history = host(connect(connection_string), most_changed=3)
    _, idle = host(connect(connection_string), waited_for=0)
    await apps.update(ROWS[:4], {})
    await history.record(NOW)
    assert await idle.changes_since(TODAY, 10, None) is not None
    await apps.update([AppSummary(app_id=f"1{number}") for number in range(4)], {})
    found = await idle.changes_since(TODAY, 10, None)
    assert found is not None
    assert found.total == 4


async def test_of_hosts_that_record_at_once_one_does(connect: Connect, connection_string: str) -> None:
    hosts = [host(connect(connection_string)) for _ in range(3)]
    await hosts[0][0].update(ROWS, {})
    recorded = await asyncio.gather(*(history.record(NOW) for _, history in hosts))
    assert sum(day is not None for day in recorded) == 1
    assert len(await hosts[1][1].days(TODAY)) == 1


async def test_changes_tell_what_came_went_and_changed_but_nothing_that_passes_by_itself(
    connection: StorageConnection,
) -> None:
    apps, history = host(connection)
    microsofts = AppSummary(app_id="90", is_microsofts=True)
    await apps.update([*ROWS, microsofts], {})
    await history.record(NOW)
    later = [
        replace(ROWS[1], display_name="New name", last_used=NOW),
        replace(ROWS[2], risk=14, last_used=NOW, judged=NOW + DAY),
        replace(ROWS[3], risk=15),
        AppSummary(app_id="07"),
        replace(microsofts, display_name="Exchange"),
    ]
    await apps.update(later, {})
    found = await history.changes_since(TODAY - DAY, 10, None)
    assert found is not None
    assert (found.day, found.total, found.next) == (TODAY, 3, None)
    assert found.changes == (
        AppChange(before=ROWS[1], after=later[0], changed=("display_name",)),
        AppChange(before=ROWS[3], after=later[2], changed=("risk",)),
        AppChange(before=None, after=later[3]),
    )
    assert await history.changes_since(TODAY + DAY, 10, None) is None


async def test_an_app_that_is_no_longer_listed_is_told_as_gone(connection: StorageConnection) -> None:
    apps, history = host(connection)
    await apps.update(ROWS[:1], {})
    await history.record(NOW)
    await apps.rebuild(NOW)
    found = await history.changes_since(TODAY, 10, None)
    assert found is not None
    assert found.changes == (AppChange(before=ROWS[0], after=None),)


async def test_pages_of_changes_hold_each_once(connection: StorageConnection) -> None:
    apps, history = host(connection)
    await apps.update(ROWS, {})
    await history.record(NOW)
    await apps.update([replace(row, display_name="Other") for row in ROWS], {})
    told: list[str] = []
    after: str | None = None
    for _ in ROWS[::2]:
        page = await history.changes_since(TODAY, 2, after)
        assert page is not None
        assert page.total == len(ROWS)
        told.extend(change.after.app_id for change in page.changes if change.after)
        after = page.next
    assert (told, after) == ([row.app_id for row in ROWS], None)


async def test_a_token_of_another_day_is_refused(connection: StorageConnection) -> None:
    apps, history = host(connection)
    await apps.update(ROWS, {})
    await history.record(NOW)
    await apps.update([replace(row, display_name="Other") for row in ROWS], {})
    await history.record(NOW + DAY)
    page = await history.changes_since(TODAY, 2, None)
    assert page is not None
    with pytest.raises(ValueError, match="another day"):
        await history.changes_since(TODAY + DAY, 2, page.next)
    with pytest.raises(ValueError, match="token"):
        await history.changes_since(TODAY, 2, "made up")


async def test_users_who_had_consented_are_those_of_the_last_day_before(connection: StorageConnection) -> None:
    apps, history = host(connection)
    await apps.update([*ROWS, AppSummary(app_id="unread")], {})
    await history.record(NOW)
    await apps.update([replace(ROWS[1], consented_users=400)], {})
    asked = ["00", "01", "unread", "unheard of"]
    assert await history.consented_users(TODAY + 9 * DAY, asked) == {"00": 0, "01": 1}
    assert await history.consented_users(TODAY - DAY, asked) is None


async def test_what_is_too_old_goes_and_the_rest_stays(connection: StorageConnection) -> None:
    apps, history = host(connection)
    await apps.update(ROWS, {})
    for days in (0, 300, 310, 401):
        await history.record(NOW + days * DAY)
    assert await history.purge(NOW + 401 * DAY) == 3
    assert [day.day for day in await history.days(TODAY)] == [TODAY + days * DAY for days in (300, 310, 401)]
    found = await history.changes_since(TODAY, 10, None)
    assert found is not None
    assert found.day == TODAY + 310 * DAY
    assert await history.purge(NOW + 401 * DAY) == 0
