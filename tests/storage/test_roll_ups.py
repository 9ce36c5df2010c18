"""Roll-ups in their table: what is replaced goes whole, what is read is in order, what is old is purged."""

from datetime import UTC, date, datetime, timedelta

from shared.domain.app_use import AppUse, UseOfDay, day_of
from shared.domain.distinct import Tally
from shared.storage.connection import StorageConnection
from shared.storage.roll_ups import TableRollUps

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = MIDNIGHT.date()
MAIL, SIGN_INS = "exchangeAudits", "signIns"
ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def use(events: int) -> AppUse:
    return AppUse(events=events, first=MIDNIGHT, countries=Tally(counts={"SE": events}))


async def counts(roll_ups: TableRollUps, app_id: str) -> list[tuple[int, str, int]]:
    found = await roll_ups.hours(app_id, MIDNIGHT, MIDNIGHT + timedelta(days=2))
    return [(each.hour.hour, each.stream, each.use.events) for each in found]


async def test_an_hour_that_is_counted_again_replaces_what_stood_there(connection: StorageConnection) -> None:
    roll_ups = TableRollUps(connection)
    await roll_ups.replace_hour(MAIL, MIDNIGHT, {ONE: use(1), TWO: use(2)})
    await roll_ups.replace_hour(SIGN_INS, MIDNIGHT, {ONE: use(9)})
    await roll_ups.replace_hour(MAIL, MIDNIGHT, {ONE: use(3)})
    await roll_ups.replace_hour(MAIL, MIDNIGHT, {ONE: use(3)})
    assert await counts(roll_ups, ONE) == [(0, MAIL, 3), (0, SIGN_INS, 9)]
    assert await counts(roll_ups, TWO) == []
    assert await roll_ups.active_apps(DAY) == [ONE]


async def test_hours_are_read_from_the_start_up_to_but_without_the_end(connection: StorageConnection) -> None:
    roll_ups = TableRollUps(connection)
    for number in (23, 24, 1):
        await roll_ups.replace_hour(MAIL, MIDNIGHT + number * HOUR, {ONE: use(number)})
    found = await roll_ups.hours(ONE, MIDNIGHT + HOUR, MIDNIGHT + 24 * HOUR)
    assert [each.use for each in found] == [use(1), use(23)]
    assert await roll_ups.active_apps(DAY + timedelta(days=1)) == [ONE]
    assert await roll_ups.active_apps(DAY - timedelta(days=1)) == []


async def test_days_are_replaced_and_read_oldest_first(connection: StorageConnection) -> None:
    roll_ups = TableRollUps(connection)
    days = [day_of(DAY + timedelta(days=number), []) for number in (0, 1, 2)]
    for day in (days[2], days[0], days[1], UseOfDay(day=DAY, use=use(5))):
        await roll_ups.replace_day(ONE, day)
    found = await roll_ups.days(ONE, DAY, DAY + timedelta(days=2))
    assert found == [UseOfDay(day=DAY, use=use(5)), days[1]]


async def test_a_day_too_large_for_its_row_comes_back_whole(connection: StorageConnection) -> None:
    roll_ups = TableRollUps(connection)
    agents = Tally(counts={f"{number:03}{'ä' * 2_000}": 1 for number in range(200)})
    day = UseOfDay(day=DAY, use=AppUse(user_agents=agents))
    await roll_ups.replace_day(ONE, day)
    assert await roll_ups.days(ONE, DAY, DAY + timedelta(days=1)) == [day]


async def test_old_hours_and_days_are_purged_and_the_others_stay(connection: StorageConnection) -> None:
    roll_ups = TableRollUps(connection)
    await roll_ups.replace_hour(MAIL, MIDNIGHT, {ONE: use(1), TWO: use(1)})
    await roll_ups.replace_hour(MAIL, MIDNIGHT + HOUR, {ONE: use(2)})
    for day in (DAY, DAY + timedelta(days=1)):
        await roll_ups.replace_day(ONE, UseOfDay(day=day, use=use(1)))
    assert await roll_ups.purge(MIDNIGHT + HOUR, DAY + timedelta(days=1)) == 3
    assert await counts(roll_ups, ONE) == [(1, MAIL, 2)]
    assert await counts(roll_ups, TWO) == []
    left = await roll_ups.days(ONE, date.min, date.max)
    assert [each.day for each in left] == [DAY + timedelta(days=1)]
    assert await roll_ups.purge(MIDNIGHT + HOUR, DAY + timedelta(days=1)) == 0


async def test_a_purge_takes_no_more_than_it_may_at_once(connection: StorageConnection) -> None:
    roll_ups = TableRollUps(connection, most_purged=2)
    await roll_ups.replace_hour(MAIL, MIDNIGHT, {ONE: use(1), TWO: use(1), "three": use(1)})
    assert [await roll_ups.purge(MIDNIGHT + HOUR, DAY) for _ in range(3)] == [2, 1, 0]
