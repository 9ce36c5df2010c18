"""Reads the directory into the inventory: whole once a day, and what changed each minute.

All that a run knows is one row, moved by its version once what it speaks of is stored; so of two hosts one goes on,
and what dies anywhere is taken up at the last step that was stored. Every step may be repeated.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.errors import Conflict, NotLicensed, PermissionMissing, Unavailable
from shared.domain.ledger import SourceState
from shared.pipeline.backoff import delay_after
from shared.pipeline.claims import claimed
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.run import InventoryRun, failure_of
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.inventory.skipped_stages import FORESEEN, reason_of
from shared.pipeline.source_health import health_after

SOURCE = "directory"
_SLICE = timedelta(minutes=4)
_CLAIM = timedelta(minutes=8)
"""A slice, its last step, and the list of apps."""
_UNTIL_GRANTED = timedelta(minutes=15)
"""Between attempts while a permission or licence is missing: only a person can help."""

_log = logging.getLogger(__name__)


class _Failures(Struct, frozen=True):
    """What ended each part of a run early. What changed until then is shown all the same."""

    read: Exception | None = None
    others: Exception | None = None


_NONE = _Failures()


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
    failures = await _read(run, is_over)
    if shown := await failure_of(run.show_changes()):
        failures = replace(failures, others=shown)
    if failures == _NONE:
        await run.note_success()
    else:
        await _note_failures(run, failures, now)
    await services.ledger.record_state(
        SourceState(
            source=SOURCE,
            health=run.state.health,
            reason=run.state.reason,
            last_complete_read=run.state.last_complete_read,
            read_until=run.state.last_complete_read,
        )
    )


async def _read(run: InventoryRun, is_over: Callable[[], bool]) -> _Failures:
    """A full read takes hours in a large tenant, and may be stuck: what changes meanwhile is followed all the same."""
    followed = await failure_of(run.follow(is_over)) if run.state.running is not None else None
    read = await failure_of(run.read_whole(is_over))
    if followed is None and run.state.running is None:
        followed = await failure_of(run.follow(is_over))
    return _Failures(read=read, others=followed)


async def _note_failures(run: InventoryRun, failures: _Failures, now: datetime) -> None:
    """What nobody foresaw waits as what was: it must neither be tried every minute nor pass unseen."""
    waits: dict[str, datetime] = {}
    for name, error in (("read_not_before", failures.read), ("not_before", failures.others)):
        if error is None:
            continue
        level = logging.WARNING if isinstance(error, FORESEEN) else logging.ERROR
        _log.log(level, "the directory could not be read", extra={"source": SOURCE, "reason": reason_of(error)})
        only_a_person_helps = isinstance(error, PermissionMissing | NotLicensed)
        delay = _UNTIL_GRANTED if only_a_person_helps else delay_after(run.state.attempts + 1, error)
        waits[name] = now + delay
        if isinstance(error, Unavailable) and error.retry_after:
            waits["not_before"] = max(waits.get("not_before", now), now + delay)  # It speaks for all requests.
    if told := failures.read or failures.others:
        await run.note_failure(health_after(told), reason_of(told), **waits)
