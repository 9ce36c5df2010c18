"""From records to a chunk in the ledger: parse, drop what was seen, archive, commit, and hint that there is work.

The order is the promise. Facts are claimed before anything else (a repeated claim answers the same). Blobs come next
(an orphan is harmless), then aliases (evaluation must find them), then one ledger batch makes the chunk real together
with the ids that stop its records from counting twice. A crash before the batch leaves nothing; a crash after it leaves
a chunk that the sweeper finds.
"""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from shared.domain.errors import Conflict
from shared.domain.events import Event
from shared.domain.hour_states import hour_name
from shared.domain.ledger import Chunk, ChunkState, HourCounts, Rejection
from shared.pipeline.collection.told_elsewhere import without_told
from shared.pipeline.services import Services
from shared.sources.aliases import aliases_of
from shared.sources.errors import RecordError
from shared.sources.records import read_bytes

_MOST_TRIES = 8
_MOST_DAYS = 90
"""Whose events one chunk holds. The ledger takes 92, one of them for what has no time."""
_log = logging.getLogger(__name__)


class Parsed(Struct, frozen=True):
    """What one batch of lines says: events in the order of their lines, and the lines that could not be read.

    ``lines`` holds each record once, by its id; ``times`` those of the records. A line that could not be read goes by
    a digest of its content, and ``rejections`` has it by that.
    """

    events: list[Event]
    lines: dict[str, bytes]
    times: dict[str, datetime | None]
    rejections: dict[str, Rejection]


class Prepared(Struct, frozen=True):
    """A chunk that is archived and ready to be committed, with the ids that it holds.

    ``rejections`` are the lines that nobody had met before and that could not be read. A chunk that ``is_part`` leaves
    records of the batch out: once it is committed, the batch has to be prepared again for the rest.
    """

    chunk: Chunk
    ids: dict[str, datetime | None]
    rejections: list[Rejection]
    is_part: bool = False


def parse(lines: Sequence[bytes]) -> Parsed:
    """Read every line; a malformed one is named by its number (from 1) and skipped, a repeated record read once."""
    parsed = Parsed([], {}, {}, {})
    for number, line in enumerate(lines, start=1):
        try:
            events = read_bytes(line)
        except RecordError as error:
            line_id = f"rejected:{hashlib.sha256(line).hexdigest()}"
            parsed.rejections[line_id] = Rejection(place=f"line {number}", reason=str(error))
            parsed.lines[line_id], parsed.times[line_id] = line, None
            continue
        if events[0].id not in parsed.lines:
            parsed.lines[events[0].id], parsed.times[events[0].id] = line, events[0].time
            parsed.events.extend(events)
    return parsed


async def ingest(
    services: Services, source: str, lines: Sequence[bytes], now: datetime, position: str = ""
) -> tuple[Chunk, list[Rejection]]:
    """Take in one batch and return its chunk and what could not be read.

    A batch is at most a few thousand lines. Where its events are of very many days, it becomes several chunks, and the
    last is returned. Raises Unavailable when storage is; the caller tries the batch again, and what was taken in of it
    by then is dropped.
    """
    parsed = parse(lines)
    tries = 0
    while tries < _MOST_TRIES:
        cursor = await services.ledger.cursor(source)
        prepared = await prepare(services, source, cursor.next_sequence, parsed, len(lines), now)
        reached = cursor.position if prepared.is_part else position
        try:
            await services.ledger.commit(prepared.chunk, prepared.ids, cursor, reached)
        except Conflict:
            tries += 1
            continue
        await tell(services, prepared)
        if not prepared.is_part:
            return prepared.chunk, list(parsed.rejections.values())
    raise Conflict(f"{_MOST_TRIES} others took the next sequence of {source} first")


def _never(_: datetime) -> bool:
    return False


async def prepare(
    services: Services,
    source: str,
    sequence: int,
    parsed: Parsed,
    rows: int,
    now: datetime,
    is_late: Callable[[datetime], bool] = _never,
) -> Prepared:
    """Drop what was seen before, and archive the rest of so many ``rows``, or as many of it as one chunk can hold.

    Events whose fact another stream has told are left out, but not the records: they are in the raw archive.
    """
    seen = await services.ledger.seen(source, parsed.times)
    unseen = {record_id: time for record_id, time in parsed.times.items() if record_id not in seen}
    ids = _of_few_days(unseen)
    rows = len(ids) if len(ids) < len(unseen) else rows
    found = [event for event in parsed.events if event.id in ids]
    events = await without_told(services, source, found)
    told = {event.id for event in found} - {event.id for event in events}
    lines = [parsed.lines[record_id] for record_id in ids]
    rejections = [rejection for line_id, rejection in parsed.rejections.items() if line_id in ids]
    raw_path = await services.archive.write_raw(source, sequence, now, lines) if lines else ""
    events_path = await services.archive.write_events(source, sequence, now, events) if events else ""
    await services.aliases.learn(aliases_of(found))
    dated = [time for time in ids.values() if time is not None]
    chunk = Chunk(
        source=source,
        sequence=sequence,
        state=ChunkState.COLLECTED if events else ChunkState.EVALUATED,
        rows=rows,
        events=len(events),
        duplicates=rows - len(ids),
        rejected=len(rejections),
        undated=len(ids) - len(dated) - len(rejections),
        told_elsewhere=len(told),
        first_event=min(dated, default=None),
        last_event=max(dated, default=None),
        raw_path=raw_path,
        events_path=events_path,
        collected=now,
        evaluated=None if events else now,
        by_hour=_by_hour(ids, told, is_late),
    )
    return Prepared(chunk, ids, rejections, is_part=len(ids) < len(unseen))


def _by_hour(
    ids: Mapping[str, datetime | None], told: Collection[str], is_late: Callable[[datetime], bool]
) -> dict[str, HourCounts]:
    late_by_hour, told_by_hour = defaultdict[str, int](int), defaultdict[str, int](int)
    for record_id, time in ids.items():
        if time is not None and is_late(time):
            late_by_hour[hour_name(time)] += 1
        if time is not None and record_id in told:
            told_by_hour[hour_name(time)] += 1
    hours = sorted({*late_by_hour, *told_by_hour})
    return {hour: HourCounts(late=late_by_hour[hour], told_elsewhere=told_by_hour[hour]) for hour in hours}


def _of_few_days(ids: dict[str, datetime | None]) -> dict[str, datetime | None]:
    """Those of the first days, and those without a time: a ledger batch has a row a day, where it has none an hour."""
    days = sorted({time.astimezone(UTC).date() for time in ids.values() if time is not None})
    if len(days) <= _MOST_DAYS:
        return ids
    last = days[_MOST_DAYS - 1]
    return {each: time for each, time in ids.items() if time is None or time.astimezone(UTC).date() <= last}


async def tell(services: Services, prepared: Prepared) -> None:
    """After the commit: say what could not be read, and hint that there is something to judge."""
    chunk = prepared.chunk
    for rejection in prepared.rejections:
        details = {"source": chunk.source, "place": rejection.place, "reason": rejection.reason}
        _log.warning("record rejected", extra=details)
    if chunk.state is ChunkState.COLLECTED:
        await services.queue.evaluate(chunk.source, chunk.sequence)
