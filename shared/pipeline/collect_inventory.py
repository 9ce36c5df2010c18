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
from shared.domain.ledger import SourceHealth, SourceState
from shared.pipeline.backoff import delay_after
from shared.pipeline.claims import claimed
from shared.pipeline.directory_ports import DirectoryReader
from shared.pipeline.inventory_run import InventoryRun
from shared.pipeline.inventory_services import InventoryServices

SOURCE = "directory"
_SLICE = timedelta(minutes=4)
_CLAIM = timedelta(minutes=8)
"""A slice, its last step, and the list of apps."""
_UNTIL_GRANTED = timedelta(minutes=15)
"""Between attempts while a permission or licence is missing: only a person can help."""

_log = logging.getLogger(__name__)


async def collect_inventory(
    services: InventoryServices, now: datetime, clock: Callable[[], float] = time.monotonic
) -> None:
    """One run, which the next one continues: about four minutes of ``clock``, which counts seconds.

    What the directory answers is stored with the source. Raises Unavailable only when storage is.
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
        await run.read_whole(is_over)
        await run.follow(is_over)
    except DeltaExpired:
        await run.move(full_read_wanted=True)
    except (Unavailable, PermissionMissing, NotLicensed, NotFound, Refused) as error:
        await _note_failure(run, error, now)
    else:
        await run.note_success()
    await run.show_changes()
    await services.ledger.record_state(
        SourceState(
            source=SOURCE,
            health=run.state.health,
            reason=run.state.reason,
            last_complete_read=run.state.last_complete_read,
            read_until=run.state.last_complete_read,
        )
    )


async def _note_failure(run: InventoryRun, error: Exception, now: datetime) -> None:
    _log.warning("the directory could not be read", extra={"source": SOURCE, "reason": str(error)})
    attempts = run.state.attempts + 1
    only_a_person_helps = isinstance(error, PermissionMissing | NotLicensed)
    delay = _UNTIL_GRANTED if only_a_person_helps else delay_after(attempts, error)
    await run.move(attempts=attempts, not_before=now + delay, health=_health(error), reason=str(error)[:500])


def _health(error: Exception) -> SourceHealth:
    if isinstance(error, PermissionMissing):
        return SourceHealth.PERMISSION_MISSING
    return SourceHealth.NOT_LICENSED if isinstance(error, NotLicensed) else SourceHealth.FAILING
