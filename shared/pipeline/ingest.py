"""From records to a chunk in the ledger: parse, drop what was seen, archive, commit, and hint that there is work.

The order is the promise. Blobs come first (an orphan is harmless), aliases next (evaluation must find them), then one
ledger batch makes the chunk real together with the ids that stop its records from counting twice. A crash before the
batch leaves nothing; a crash after it leaves a chunk that the sweeper finds.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.domain.errors import Conflict
from shared.domain.events import Event
from shared.domain.ledger import Chunk, ChunkState, Rejection
from shared.pipeline.services import Services
from shared.sources.aliases import aliases_of
from shared.sources.errors import RecordError
from shared.sources.records import read_bytes

_MOST_TRIES = 8
_log = logging.getLogger(__name__)


class Parsed(Struct, frozen=True):
    """What one batch of lines says: events in the order of their lines, and the lines that could not be read."""

    events: list[Event]
    rejections: list[Rejection]


def parse(lines: Sequence[bytes]) -> Parsed:
    """Read every line; a malformed one is named by its number (from 1) and skipped, a repeated record read once."""
    parsed = Parsed([], [])
    ids: set[str] = set()
    for number, line in enumerate(lines, start=1):
        try:
            events = read_bytes(line)
        except RecordError as error:
            parsed.rejections.append(Rejection(place=f"line {number}", reason=str(error)))
            continue
        if events[0].id not in ids:
            ids.add(events[0].id)
            parsed.events.extend(events)
    return parsed


async def ingest(
    services: Services, source: str, lines: Sequence[bytes], now: datetime, position: str = ""
) -> tuple[Chunk, list[Rejection]]:
    """Take in one batch and return its chunk and what could not be read.

    A batch is at most a few thousand lines whose events span at most 92 days: a ledger batch holds no more. Raises
    Unavailable when storage is; then nothing counts as taken in and the caller tries the batch again.
    """
    parsed = parse(lines)
    for rejection in parsed.rejections:
        _log.warning("record rejected", extra={"source": source, "place": rejection.place, "reason": rejection.reason})
    for _ in range(_MOST_TRIES):
        try:
            chunk = await _commit(services, source, lines, parsed, now, position)
        except Conflict:
            continue
        if chunk.state is ChunkState.COLLECTED:
            await services.queue.evaluate(source, chunk.sequence)
        return chunk, parsed.rejections
    raise Conflict(f"{_MOST_TRIES} others took the next sequence of {source} first")


async def _commit(
    services: Services, source: str, lines: Sequence[bytes], parsed: Parsed, now: datetime, position: str
) -> Chunk:
    cursor = await services.ledger.cursor(source)
    times = {event.id: event.time for event in parsed.events}
    seen = await services.ledger.seen(source, times)
    events = [event for event in parsed.events if event.id not in seen]
    fresh = {event_id: time for event_id, time in times.items() if event_id not in seen}
    raw_path = await services.archive.write_raw(source, cursor.next_sequence, now, lines)
    events_path = await services.archive.write_events(source, cursor.next_sequence, now, events) if events else ""
    await services.aliases.learn(aliases_of(events))
    dated = [time for time in fresh.values() if time is not None]
    chunk = Chunk(
        source=source,
        sequence=cursor.next_sequence,
        state=ChunkState.COLLECTED if events else ChunkState.EVALUATED,
        rows=len(lines),
        events=len(events),
        duplicates=len(lines) - len(parsed.rejections) - len(fresh),
        rejected=len(parsed.rejections),
        first_event=min(dated, default=None),
        last_event=max(dated, default=None),
        raw_path=raw_path,
        events_path=events_path,
        collected=now,
        evaluated=None if events else now,
    )
    await services.ledger.commit(chunk, fresh, cursor, position)
    return chunk
