"""Reads the directory into the inventory: whole once a day, and what changed each minute.

All that a run knows is one row, moved by its version once what it speaks of is stored; so of two hosts one goes on,
and what dies anywhere is taken up at the last step that was stored. Every step may be repeated.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from shared.domain.errors import (
    Conflict,
    DeltaExpired,
    NotFound,
    NotLicensed,
    PermissionMissing,
    Refused,
    Unavailable,
)
from shared.domain.ledger import SourceState
from shared.pipeline.backoff import delay_after
from shared.pipeline.claims import claimed
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.run import InventoryRun
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.inventory.skipped_stages import health_of
from shared.pipeline.unforeseen import told

SOURCE = "directory"
_SLICE = timedelta(minutes=4)
_CLAIM = timedelta(minutes=8)
"""A slice, its last step, and the list of apps."""
_UNTIL_GRANTED = timedelta(minutes=15)
"""Between attempts while a permission or licence is missing: only a person can help."""
_FORESEEN = (Unavailable, PermissionMissing, NotLicensed, NotFound, Refused)
"""Their messages may be shown."""

_log = logging.getLogger(__name__)


async def collect_inventory(
    services: InventoryServices, now: datetime, clock: Callable[[], float] = time.monotonic
) -> None:
    """One run, which the next one continues: about four minutes of ``clock``, which counts seconds.

    What the directory answers is stored with the source, and so is what nobody foresaw. Raises Unavailable only when
    storage is.
    """
    if services.directory is None:
        return
    began = clock()
    async with claimed(services.claims, SOURCE, now, _CLAIM) as free:
        if free:
            await services.watch.begin(now)
            try:
                await _run(services, services.directory, now, lambda: clock() - began >= _SLICE.total_seconds())
            except Conflict:
                _log.info("another run went on with the source", extra={"source": SOURCE})


async def _run(
    services: InventoryServices, directory: DirectoryReader, now: datetime, is_over: Callable[[], bool]
) -> None:
    run = InventoryRun(services, directory, now, await services.inventory_reads.state())
    if run.state.not_before is not None and run.state.not_before > now:
        return
    try:
        failure = await _read(run, is_over)
        await run.show_changes()
    except Conflict:
        raise
    except Exception as error:
        failure = error
    if failure is None:
        await run.note_success()
    else:
        await _note_failure(run, failure, now)
    await services.ledger.record_state(
        SourceState(
            source=SOURCE,
            health=run.state.health,
            reason=run.state.reason,
            last_complete_read=run.state.last_complete_read,
            read_until=run.state.last_complete_read,
        )
    )


async def _read(run: InventoryRun, is_over: Callable[[], bool]) -> Exception | None:
    """Returns what ended the run early. What changed until then is shown all the same."""
    try:
        await run.read_whole(is_over)
        await run.follow(is_over)
    except DeltaExpired:
        await run.move(full_read_wanted=True)
    except Conflict:
        raise
    except Exception as error:
        return error
    return None


async def _note_failure(run: InventoryRun, error: Exception, now: datetime) -> None:
    """What nobody foresaw waits as what was: it must neither be tried every minute nor pass unseen."""
    is_foreseen = isinstance(error, _FORESEEN)
    reason = str(error) if is_foreseen else told(error)
    level = logging.WARNING if is_foreseen else logging.ERROR
    _log.log(level, "the directory could not be read", extra={"source": SOURCE, "reason": reason})
    only_a_person_helps = isinstance(error, PermissionMissing | NotLicensed)
    delay = _UNTIL_GRANTED if only_a_person_helps else delay_after(run.state.attempts + 1, error)
    await run.note_failure(health_of(error), reason, now + delay)
