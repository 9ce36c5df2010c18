"""Baselines in their table: the newest is found, and none is ever changed."""

from datetime import date, timedelta

from shared.domain.app_baselines import AppBaseline, UsualNumber, UsualValues
from shared.storage.app_baselines import TableBaselines
from shared.storage.connection import StorageConnection

DAY = date(2026, 3, 2)
ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def baseline(after: int, app_id: str = ONE, median: float = 1.5) -> AppBaseline:
    return AppBaseline(
        app_id=app_id,
        day=DAY + timedelta(days=after),
        since=DAY - timedelta(days=9),
        days=9 + after,
        numbers={"app.mailboxesPerHour": UsualNumber(median=median, deviation=1, by_weekday={0: (2.0, 0.5)})},
        values={"app.countries": UsualValues(values={"SE": DAY}, is_complete=False)},
    )


async def test_the_newest_up_to_a_day_is_found_for_each_app(connection: StorageConnection) -> None:
    baselines = TableBaselines(connection)
    for one in (baseline(0), baseline(2), baseline(1, TWO)):
        await baselines.save(one)
    assert await baselines.latest([ONE, TWO, "unheard of"], DAY + timedelta(days=1)) == {
        ONE: baseline(0),
        TWO: baseline(1, TWO),
    }
    assert await baselines.latest([ONE], DAY + timedelta(days=9)) == {ONE: baseline(2)}
    assert await baselines.latest([ONE], DAY - timedelta(days=1)) == {}


async def test_one_that_is_there_stays_as_it_is(connection: StorageConnection) -> None:
    baselines = TableBaselines(connection)
    await baselines.save(baseline(0))
    await baselines.save(baseline(0, median=99))
    assert await baselines.latest([ONE], DAY) == {ONE: baseline(0)}


async def test_old_ones_are_purged(connection: StorageConnection) -> None:
    baselines = TableBaselines(connection)
    for one in (baseline(0), baseline(1), baseline(0, TWO)):
        await baselines.save(one)
    assert await baselines.purge(DAY + timedelta(days=1)) == 2
    assert await baselines.latest([ONE, TWO], DAY + timedelta(days=1)) == {ONE: baseline(1)}
