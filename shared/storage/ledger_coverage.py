"""What the ledger shows of a source: totals, what waits, and the events of the last hours."""

from datetime import datetime, timedelta

from shared.domain.ledger import Chunk, HourCoverage, SourceCoverage, SourceState
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key
from shared.storage.ledger_ids import UNDATED, RowRange, counts_in, days_range, hour_text, hours_range
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
        hours=await _hours(table, partition, now, hours, totals.undated),
        state=state,
    )


async def _hours(table: Table, partition: str, now: datetime, hours: int, undated: int) -> tuple[HourCoverage, ...]:
    window = [now - timedelta(hours=back) for back in reversed(range(hours))]
    counts = {hour_text(time): 0 for time in window}
    rows: tuple[RowRange, ...] = (hours_range(window[0], now), days_range(window[0], now)) if window else ()
    for each in rows:
        async for row in table.query(Filter.partition(partition, *each), body_columns()):
            for hour, events in counts_in(row).items():
                if hour in counts:
                    counts[hour] += events
    if undated:
        counts[UNDATED] = undated
    return tuple(HourCoverage(hour=hour, events=events) for hour, events in counts.items())
