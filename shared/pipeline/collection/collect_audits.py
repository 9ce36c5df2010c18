"""Reads the directory's audits without gaps, pass by pass (see ``shared/domain/passes.py``).

All that a run knows lies in the cursor of the source. Each page moves it in the same batch as the page's chunk; so of
two hosts one wins each page, and what dies anywhere is taken up at the last page that was committed.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from shared.domain.errors import (
    Conflict,
    DeltaExpired,
    NotFound,
    NotLicensed,
    PermissionMissing,
    Refused,
    Unavailable,
)
from shared.domain.events import Source
from shared.domain.ledger import Cursor, SourceHealth, SourceState
from shared.domain.passes import Pass, Progress, begun_anew, collected, failed, planned, turned
from shared.pipeline.backoff import delay_after
from shared.pipeline.claims import claimed
from shared.pipeline.collection.ingest import Parsed, Prepared, parse, prepare, tell
from shared.pipeline.collection.ports import AuditReader
from shared.pipeline.services import Services
from shared.pipeline.source_health import health_after
from shared.pipeline.unforeseen import told

SOURCE: str = Source.DIRECTORY_AUDITS
_SLICE = timedelta(minutes=4)
_CLAIM = timedelta(minutes=5)
"""A slice and its last page."""
_UNTIL_GRANTED = timedelta(minutes=15)
"""Between attempts while a permission or licence is missing: only a person can help."""
_LOST_LINKS = (NotFound, Refused, DeltaExpired)
_FORESEEN = (Unavailable, PermissionMissing, NotLicensed, *_LOST_LINKS)
"""Of the directory; their messages may be shown."""

_log = logging.getLogger(__name__)


async def collect_audits(
    services: Services,
    now: datetime,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """One run, which the next one continues: at most about four minutes of ``clock``, which counts seconds.

    What the directory answers is stored with the source, and so is what nobody foresaw; raises Unavailable only when
    storage is.
    """
    if services.audits is None:
        return
    began = clock()

    def passed() -> timedelta:
        return timedelta(seconds=clock() - began)

    async with claimed(services.claims, SOURCE, now, _CLAIM) as free:
        if not free:
            return
        try:
            if await _plan(services, now):
                await _turn_pages(services, services.audits, lambda: now + passed(), now + _SLICE)
        except Conflict:
            _log.info("another run went on with the source", extra={"source": SOURCE})
        except Unavailable:
            raise
        except Exception as error:
            await _note_unforeseen(services, error, now + passed())


async def _plan(services: Services, now: datetime) -> bool:
    """Open the passes that are due; False while the directory asked not to be called."""
    await services.watch.begin(now)
    cursor = await services.ledger.cursor(SOURCE)
    progress = _progress_of(cursor)
    if progress.waits(now):
        return False
    after = planned(progress, now, services.first_read)
    await services.ledger.move(SOURCE, cursor, _position_of(after), after.open)
    return True


async def _turn_pages(services: Services, reader: AuditReader, clock: Callable[[], datetime], end: datetime) -> None:
    """Page after page until there is nothing more to do for now, or the time is over."""
    while await _turn_page(services, reader, clock()):
        if clock() >= end:
            # A read of many slices would else not be heard of until its end.
            progress = _progress_of(await services.ledger.cursor(SOURCE))
            await services.ledger.record_state(_state_of(progress))
            return


async def _turn_page(services: Services, reader: AuditReader, now: datetime) -> bool:
    """Read and take in one page of the most urgent pass; False when there is nothing more to do for now."""
    cursor = await services.ledger.cursor(SOURCE)
    progress = _progress_of(cursor)
    running = progress.most_urgent
    if running is None:
        await services.ledger.record_state(_state_of(progress))
        return False
    try:
        page = await reader.page(running.start, running.end, running.next_link)
    except _FORESEEN as error:
        await _note_failure(services, cursor, progress, running, error, now)
        return False
    parsed = parse(page.records)
    prepared = await prepare(services, SOURCE, cursor.next_sequence, parsed, len(page.records), now)
    if prepared.is_part:
        # The page is read again for the rest of it.
        await services.ledger.commit(prepared.chunk, prepared.ids, cursor, cursor.position)
        await tell(services, prepared)
        return True
    after = _counted(running, parsed, prepared, page.next_link)
    moved = turned(progress, after, now)
    row = after if page.next_link else collected(after, now)
    if prepared.ids:
        await services.ledger.commit(prepared.chunk, prepared.ids, cursor, _position_of(moved), (row,))
        await tell(services, prepared)
    else:
        await services.ledger.move(SOURCE, cursor, _position_of(moved), (row,))
    if progress.failed is not None or moved.last_complete_read != progress.last_complete_read:
        # Not only at the end of the run: wider passes may go on for hours.
        await services.ledger.record_state(_state_of(moved))
    return True


def _counted(running: Pass, parsed: Parsed, prepared: Prepared, next_link: str | None) -> Pass:
    """The pass with what this page brought."""
    new = len(prepared.ids) - len(prepared.rejections)
    times = [time for time in parsed.times.values() if time is not None]
    return replace(
        running,
        next_link=next_link,
        pages=running.pages + 1,
        rows=running.rows + prepared.chunk.rows,
        new=running.new + new,
        duplicates=running.duplicates + prepared.chunk.duplicates,
        late=running.late + sum(time is not None and running.is_late(time) for time in prepared.ids.values()),
        latest_event=max([*times, *filter(None, [running.latest_event])], default=None),
        attempts=0,
        not_before=None,
        last_error=None,
    )


async def _note_failure(
    services: Services, cursor: Cursor, progress: Progress, running: Pass, error: Exception, now: datetime
) -> None:
    is_foreseen = isinstance(error, _FORESEEN)
    reason = str(error)[:500] if is_foreseen else told(error)
    level = logging.WARNING if is_foreseen else logging.ERROR
    _log.log(level, "audits could not be read", extra={"source": SOURCE, "reason": reason})
    health = health_after(error)
    lost = running.next_link is not None and isinstance(error, _LOST_LINKS)
    waits = delay_after(running.attempts + 1, error) if health is SourceHealth.FAILING else _UNTIL_GRANTED
    tried = begun_anew(running) if lost else running
    after = failed(progress, tried, reason, now + waits, now)
    await services.ledger.move(SOURCE, cursor, _position_of(after), after.open)
    await services.ledger.record_state(_state_of(after, health, reason))


async def _note_unforeseen(services: Services, error: Exception, now: datetime) -> None:
    """It waits as what was foreseen: it must neither be tried every minute nor pass unseen."""
    cursor = await services.ledger.cursor(SOURCE)
    progress = _progress_of(cursor)
    if progress.most_urgent is not None:
        await _note_failure(services, cursor, progress, progress.most_urgent, error, now)


def _state_of(progress: Progress, health: SourceHealth = SourceHealth.OK, reason: str | None = None) -> SourceState:
    return SourceState(
        source=SOURCE,
        health=health,
        reason=reason,
        last_complete_read=progress.last_complete_read,
        read_until=progress.read_until,
        running=progress.open,
        gaps=progress.gaps,
        late=progress.late,
    )


def _progress_of(cursor: Cursor) -> Progress:
    return msgspec.json.decode(cursor.position, type=Progress) if cursor.position else Progress()


def _position_of(progress: Progress) -> str:
    return msgspec.json.encode(progress).decode()
