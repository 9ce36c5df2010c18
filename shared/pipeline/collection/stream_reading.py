"""One stream in one run: what is due of it, and its pages one by one.

All that is known lies in the cursor of the stream. Each page moves it in the same batch as the page's chunk; so of two
hosts one wins each page, and what dies anywhere is taken up at the last page that was committed.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from shared.domain.errors import Conflict, DeltaExpired, NotFound, NotLicensed, PermissionMissing, Refused, Unavailable
from shared.domain.ledger import Cursor, SourceHealth, SourceState
from shared.domain.passes import Pass, PassKind, begun_anew, collected
from shared.domain.progress import Progress, failed, planned, turned
from shared.domain.streams import STREAMS, LogPage, Stream
from shared.pipeline.backoff import delay_after
from shared.pipeline.collection.ingest import Parsed, Prepared, parse, prepare, tell
from shared.pipeline.collection.ports import LogReader
from shared.pipeline.services import Services
from shared.pipeline.source_health import health_after
from shared.pipeline.unforeseen import told

_UNTIL_GRANTED = timedelta(minutes=15)
"""Between attempts while a permission or licence is missing: only a person can help."""
_MOST_TRIES = 100
"""Of one link, most of a day: one that leads to nothing but failures, or to a search without an end, is not followed
for ever."""
_LOST_LINKS = (NotFound, Refused, DeltaExpired)
_FORESEEN = (Unavailable, PermissionMissing, NotLicensed, *_LOST_LINKS)
"""Of the service; their messages may be shown."""

_log = logging.getLogger(__name__)


class StreamReading:
    """``spent`` is how long this run has worked at the stream. ``most_urgent`` is None when that is over."""

    def __init__(self, services: Services, stream: Stream, reader: LogReader) -> None:
        self._services = services
        self._stream = stream
        self._reader = reader
        self._facts = STREAMS[stream]
        self._progress = Progress()
        self._is_over = False
        self._followed: set[tuple[int, str | None]] = set()
        self.spent = timedelta(0)

    @property
    def most_urgent(self) -> Pass | None:
        return None if self._is_over else self._progress.most_urgent

    async def look(self) -> None:
        """Find out how far it was read."""
        self._progress = _progress_of(await self._services.ledger.cursor(self._stream))

    def holds(self, now: datetime) -> bool:
        """Whether the service asked to be left alone, by all that shares a limit with this stream."""
        return self._progress.holds(now)

    async def plan(self, now: datetime) -> None:
        """Open the passes that are due; none while the service asked not to be called."""
        cursor = await self._services.ledger.cursor(self._stream)
        self._progress = _progress_of(cursor)
        if self._progress.waits(now):
            self._is_over = True
            return
        try:
            await self._move(cursor, planned(self._progress, now, self._services.first_read, self._facts.schedule))
        except Conflict:
            self._leave_to_another()

    async def turn_page(self, now: datetime) -> None:
        """Read and take in one page of the most urgent pass.

        What the service answers is stored with the source, and so is what nobody foresaw; raises Unavailable only when
        storage is.
        """
        try:
            await self._turn_page(now)
        except Conflict:
            self._leave_to_another()
        except Unavailable:
            raise
        except Exception as error:
            with suppress(Conflict):
                await self._note_failure(await self._services.ledger.cursor(self._stream), error, now)

    async def record(self, now: datetime) -> None:
        """Say how the source fares, unless it failed, which was said at once."""
        if not self._is_over:
            await self._services.ledger.record_state(self._state(now))

    async def _turn_page(self, now: datetime) -> None:
        cursor = await self._services.ledger.cursor(self._stream)
        self._progress = _progress_of(cursor)
        running = self._progress.most_urgent
        page = await self._page(cursor, running, now) if running is not None else None
        if running is not None and page is not None:
            await self._take_in(cursor, running, page, now)

    async def _page(self, cursor: Cursor, running: Pass, now: datetime) -> LogPage | None:
        """None where the service did not give one."""
        self._followed.add((running.number, running.next_link))
        try:
            page = await self._reader.page(running.start, running.end, running.next_link)
            if page.next_link is not None and (running.number, page.next_link) in self._followed:
                raise DeltaExpired("the pages lead in a circle")
            return page
        except _FORESEEN as error:
            await self._note_failure(cursor, error, now)
            return None

    async def _take_in(self, cursor: Cursor, running: Pass, page: LogPage, now: datetime) -> None:
        lateness = self._facts.schedule.cadences[PassKind.RECENT].lateness
        parsed = parse(page.records)
        prepared = await prepare(
            self._services,
            self._stream,
            cursor.next_sequence,
            parsed,
            len(page.records),
            now,
            lambda time: running.is_late(time, lateness),
        )
        if prepared.is_part:
            # The page is read again for the rest of it.
            await self._services.ledger.commit(prepared.chunk, prepared.ids, cursor, cursor.position)
            await tell(self._services, prepared)
            return
        after = _counted(running, parsed, prepared, page.next_link, now)
        row = after if page.next_link else collected(after, now)
        before, moved = self._progress, turned(self._progress, after, now, self._facts.schedule)
        if prepared.ids:
            await self._services.ledger.commit(prepared.chunk, prepared.ids, cursor, _position_of(moved), (row,))
            self._progress = moved
            await tell(self._services, prepared)
        else:
            await self._move(cursor, moved, row)
        if before.failed is not None or moved.last_complete_read != before.last_complete_read:
            # Not only at the end of the run: wider passes may go on for hours.
            await self.record(now)

    async def _move(self, cursor: Cursor, after: Progress, row: Pass | None = None) -> None:
        rows = after.open if row is None else (row,)
        await self._services.ledger.move(self._stream, cursor, _position_of(after), rows)
        self._progress = after

    async def _note_failure(self, cursor: Cursor, error: Exception, now: datetime) -> None:
        """What nobody foresaw waits as what was: it must neither be tried at every run nor pass unseen."""
        self._is_over = True
        progress = _progress_of(cursor)
        running = progress.most_urgent
        if running is None:
            return
        reason = self._told(error)
        asked = error.retry_after if isinstance(error, Unavailable) else None
        health = health_after(error)
        gives_up = isinstance(error, _LOST_LINKS) or running.attempts + 1 >= _MOST_TRIES
        lost = running.next_link is not None and gives_up
        waits = delay_after(running.attempts + 1, error) if health is SourceHealth.FAILING else _UNTIL_GRANTED
        tried = begun_anew(running) if lost else running
        after = failed(progress, tried, reason, now + (asked or waits), now, holds_others=bool(asked))
        await self._move(cursor, after)
        if asked and self._is_current(now):
            health = SourceHealth.OK
        await self._services.ledger.record_state(self._state(now, health, reason))

    def _is_current(self, now: datetime) -> bool:
        """To wait when asked to is no failure while what was read is fresh."""
        read = self._progress.last_complete_read
        return read is not None and now - read <= self._facts.stale_after

    def _told(self, error: Exception) -> str:
        """What may be shown of it, which is logged as well."""
        is_foreseen = isinstance(error, _FORESEEN)
        reason = str(error)[:500] if is_foreseen else told(error)
        level = logging.WARNING if is_foreseen else logging.ERROR
        _log.log(level, "a log could not be read", extra={"source": self._stream.value, "reason": reason})
        return reason

    def _leave_to_another(self) -> None:
        self._is_over = True
        _log.info("another run went on with the source", extra={"source": self._stream.value})

    def _state(self, now: datetime, health: SourceHealth = SourceHealth.OK, reason: str | None = None) -> SourceState:
        progress = self._progress
        return SourceState(
            source=self._stream,
            optional=self._facts.optional,
            health=health,
            reason=reason,
            stale_after=self._facts.stale_after,
            last_complete_read=progress.last_complete_read,
            read_until=progress.read_until,
            since=progress.since,
            latest_event=progress.latest_event,
            noted=now,
            running=progress.open,
            gaps=progress.gaps,
            late=progress.late,
            overdue=progress.overdue,
        )


def _counted(running: Pass, parsed: Parsed, prepared: Prepared, next_link: str | None, now: datetime) -> Pass:
    """The pass with what this page brought."""
    new = len(prepared.ids) - len(prepared.rejections)
    times = [time for time in parsed.times.values() if time is not None]
    new_times = [time for time in prepared.ids.values() if time is not None]
    return replace(
        running,
        next_link=next_link,
        pages=running.pages + 1,
        rows=running.rows + prepared.chunk.rows,
        new=running.new + new,
        duplicates=running.duplicates + prepared.chunk.duplicates,
        late=running.late + sum(counts.late for counts in prepared.chunk.by_hour.values()),
        overdue=running.overdue + sum(running.is_overdue(time, now) for time in new_times),
        told_elsewhere=running.told_elsewhere + prepared.chunk.told_elsewhere,
        latest_event=max([*times, *filter(None, [running.latest_event])], default=None),
        attempts=0,
        not_before=None,
        last_error=None,
    )


def _progress_of(cursor: Cursor) -> Progress:
    return msgspec.json.decode(cursor.position, type=Progress) if cursor.position else Progress()


def _position_of(progress: Progress) -> str:
    return msgspec.json.encode(progress).decode()
