"""Hours that wait to be rolled up: none is forgotten that changed meanwhile."""

from datetime import UTC, datetime, timedelta

from shared.domain.archived_events import HourOfStream
from shared.storage.changed_hours import TableChangedHours
from shared.storage.connection import StorageConnection

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def hour(after: int, stream: str = "exchangeAudits") -> HourOfStream:
    return HourOfStream(stream=stream, hour=NOON + timedelta(hours=after))


def plain(hours: list[HourOfStream]) -> list[tuple[datetime, str]]:
    return [(each.hour, each.stream) for each in hours]


async def test_the_oldest_come_first_each_once(connection: StorageConnection) -> None:
    hours = TableChangedHours(connection)
    assert await hours.first(5) == []
    await hours.note([])
    await hours.note([hour(2), hour(0, "signIns"), hour(0), hour(2)])
    await hours.note([hour(0)])
    assert plain(await hours.first(5)) == plain([hour(0), hour(0, "signIns"), hour(2)])
    assert plain(await hours.first(1)) == plain([hour(0)])


async def test_what_was_noted_again_since_it_was_read_is_not_done(connection: StorageConnection) -> None:
    hours = TableChangedHours(connection)
    await hours.note([hour(0), hour(1)])
    first, second = await hours.first(5)
    await hours.note([hour(0)])
    await hours.done(first)
    await hours.done(second)
    await hours.done(second)
    await hours.done(hour(0))
    assert plain(await hours.first(5)) == plain([hour(0)])
