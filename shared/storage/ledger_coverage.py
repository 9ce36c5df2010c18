"""What the ledger shows of a source: totals, what waits, and the events of the last hours."""

from datetime import datetime, timedelta

from shared.domain.ledger import Chunk, HourCoverage, SourceCoverage, SourceState
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key
from shared.storage.ledger_ids import UNDATED, RowRange, StoredHour, counts_in, days_range, hour_text, hours_range
from shared.storage.ledger_rows import CURSOR, EVALUATED, WAITING, Evaluated, StoredCursor
from shared.storage.rows import body_columns, read_body
from shared.storage.table import Table


async def coverage_of(
    table: Table, source: str, state: SourceState | None, now: datetime, hours: int
) -> SourceCoverage:
    """A handful of requests, however long the ledger is."""
    partition = key(source)
    cursor = await table.get(partition, CURSOR)
    evaluated = await table.get(partition, EVALUATED)
    in_waiting = Filter.partition(partition, WAITING, end_of(WAITING))
    waiting = [read_body(row, Chunk) async for row in table.query(in_waiting)]
    totals = (read_body(cursor, StoredCursor) if cursor is not None else StoredCursor()).totals
    undated = (HourCoverage(hour=UNDATED, events=totals.undated),) if totals.undated else ()
    return SourceCoverage(
        source=source,
        last_collected=totals.last_collected,
        chunks=totals.chunks,
        waiting=len(waiting),
        oldest_waiting=min((chunk.collected for chunk in waiting if chunk.collected), default=None),
        rows=totals.rows,
        events=totals.events,
        duplicates=totals.duplicates,
        rejected=totals.rejected,
        not_evaluated=read_body(evaluated, Evaluated).not_evaluated if evaluated is not None else 0,
        told_elsewhere=totals.told_elsewhere,
        hours=await hours_of(table, partition, now, hours) + undated,
        waiting_times=tuple(_times_of(chunk, now) for chunk in waiting),
        state=state,
    )


def _times_of(chunk: Chunk, now: datetime) -> tuple[datetime, datetime]:
    return chunk.first_event or now, chunk.last_event or now


async def hours_of(table: Table, partition: str, until: datetime, hours: int) -> tuple[HourCoverage, ...]:
    """Each of so many hours, the last of them that of ``until``."""
    window = [until - timedelta(hours=back) for back in reversed(range(hours))]
    found = {hour_text(time): StoredHour() for time in window}
    rows: tuple[RowRange, ...] = (hours_range(window[0], until), days_range(window[0], until)) if window else ()
    for each in rows:
        async for row in table.query(Filter.partition(partition, *each), body_columns()):
            for hour, counts in counts_in(row).items():
                if hour in found:
                    found[hour] = _together(found[hour], counts)
    return tuple(_covered(hour, counts) for hour, counts in found.items())


def _together(one: StoredHour, other: StoredHour) -> StoredHour:
    return StoredHour(one.events + other.events, one.late + other.late, one.told_elsewhere + other.told_elsewhere)


def _covered(hour: str, counts: StoredHour) -> HourCoverage:
    return HourCoverage(
        hour=hour,
        events=counts.events - counts.told_elsewhere,
        late=counts.late,
        told_elsewhere=counts.told_elsewhere,
    )
