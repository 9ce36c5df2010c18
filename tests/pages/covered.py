"""What the ledger knows of a source, as its collector leaves it there."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from shared.domain.hour_states import HOUR, hour_name
from shared.domain.ledger import Chunk, ChunkState, HourCounts, SourceState
from shared.domain.passes import Pass, PassKind, PassState
from shared.pipeline.services import Services


async def keep_source(
    services: Services,
    state: SourceState,
    now: datetime,
    events: Mapping[int, int] | None = None,
    by_hour: Mapping[int, HourCounts] | None = None,
    passes: Sequence[Pass] = (),
    waits: bool = False,
) -> None:
    """``events`` and ``by_hour`` are by how many hours ago."""
    times = {
        f"{back}-{number}": now - back * HOUR + timedelta(seconds=number % 50)
        for back, count in (events or {}).items()
        for number in range(count)
    }
    cursor = await services.ledger.cursor(state.source)
    chunk = Chunk(
        source=state.source,
        sequence=cursor.next_sequence,
        state=ChunkState.COLLECTED if waits else ChunkState.EVALUATED,
        rows=len(times) + 2,
        events=len(times),
        duplicates=2,
        told_elsewhere=sum(counts.told_elsewhere for counts in (by_hour or {}).values()),
        first_event=min(times.values(), default=None),
        last_event=max(times.values(), default=None),
        collected=now,
        by_hour={hour_name(now - back * HOUR): counts for back, counts in (by_hour or {}).items()},
    )
    await services.ledger.commit(chunk, dict(times), cursor, "somewhere", passes)
    await services.ledger.record_state(state)


def well(source: str, now: datetime, hours: int = 30) -> SourceState:
    """Reads well, for so many hours."""
    return SourceState(
        source=source,
        stale_after=timedelta(hours=3),
        last_complete_read=now - timedelta(minutes=1),
        read_until=now - timedelta(minutes=1),
        since=now - hours * HOUR,
        latest_event=now - timedelta(minutes=2),
        noted=now,
    )


def ended(number: int, now: datetime, retries: int = 0) -> Pass:
    start = now - HOUR - number * timedelta(minutes=1)
    return Pass(
        number=number,
        kind=PassKind.RECENT,
        state=PassState.COLLECTED,
        start=start,
        end=now,
        started=now - timedelta(minutes=1),
        ended=now,
        pages=1,
        rows=7,
        new=5,
        duplicates=2,
        late=1,
        overdue=1,
        retries=retries,
    )
