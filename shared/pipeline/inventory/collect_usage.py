"""Reads the reports of use every six hours: when each app, and each credential, signed in last.

All that a run knows is one row, moved by its version once what it speaks of is stored; so of two hosts one goes on,
and what dies anywhere is taken up at the last page that was stored. Every step may be repeated.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from shared.domain.errors import Conflict, DeltaExpired, NotFound, NotLicensed, PermissionMissing, Refused, Unavailable
from shared.domain.inventory_reads import PartState
from shared.domain.ledger import SourceHealth, SourceState
from shared.domain.usage_reads import UsageReport, UsageState
from shared.pipeline.backoff import delay_after
from shared.pipeline.claims import claimed
from shared.pipeline.inventory.ports import UsageReader
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.inventory.usage_run import UsageRun
from shared.pipeline.unforeseen import told

SOURCE = "usage"
_SLICE = timedelta(seconds=45)
"""Audits are read by the same timer, and should not wait longer for it."""
_CLAIM = timedelta(minutes=5)
"""A slice, its last step, and the list of apps."""
_UNTIL_GRANTED = timedelta(minutes=15)
"""Between attempts while a permission is missing: only a person can help."""
_UNTIL_OFFERED = timedelta(hours=6)
"""Between attempts while there is no licence for a report, or the cloud does not offer it."""
_MOST_TRIES = 5
"""Of one report, before the other has its turn."""
_UNTIL_NEXT_TURN = timedelta(hours=6)
_STALE_AFTER = timedelta(hours=13)
"""Two reads that failed."""
_FORESEEN = (Unavailable, PermissionMissing, NotLicensed, NotFound, Refused, DeltaExpired)
"""Their messages may be shown."""

_log = logging.getLogger(__name__)


async def collect_usage(
    services: InventoryServices, now: datetime, clock: Callable[[], float] = time.monotonic
) -> None:
    """One run, which the next one continues: less than a minute of ``clock``, which counts seconds.

    What the reports answer is stored with the source, and so is what nobody foresaw. Raises Unavailable only when
    storage is.
    """
    if services.usage is None:
        return
    began = clock()
    async with claimed(services.claims, SOURCE, now, _CLAIM) as free:
        if free:
            try:
                await _run(services, services.usage, now, lambda: clock() - began >= _SLICE.total_seconds())
            except Conflict:
                _log.info("another run went on with the source", extra={"source": SOURCE})


async def _run(services: InventoryServices, reader: UsageReader, now: datetime, is_over: Callable[[], bool]) -> None:
    run = UsageRun(services, reader, now, await services.usage_reads.state())
    if run.state.not_before is not None and run.state.not_before > now:
        return
    if await _is_inventory_read(services):
        try:
            await _read(run, now, is_over)
            await run.show_changes()
        except Conflict:
            raise
        except Exception as error:
            await _note_failure(run, error, now)
    await services.ledger.record_state(_state_of(run.state))


async def _is_inventory_read(services: InventoryServices) -> bool:
    """What a report says of apps that the inventory does not know yet would be lost, so its first read comes first."""
    return (await services.inventory_reads.state()).state.last_full_read is not None


async def _read(run: UsageRun, now: datetime, is_over: Callable[[], bool]) -> None:
    """As far as the time allows. What changed until a failure is shown all the same."""
    for _ in UsageReport:
        try:
            return await run.read(is_over)
        except PermissionMissing as error:
            await run.give_up(SourceHealth.PERMISSION_MISSING, str(error), now + _UNTIL_GRANTED)
        except NotLicensed as error:
            await run.give_up(SourceHealth.NOT_LICENSED, str(error), now + _UNTIL_OFFERED)
        except NotFound as error:
            await run.give_up(SourceHealth.FAILING, f"not offered here: {error}", now + _UNTIL_OFFERED)
        except Conflict:
            raise
        except Exception as error:
            if not run.has_failed(_MOST_TRIES - 1):
                return await _note_failure(run, error, now)
            await run.give_up(SourceHealth.FAILING, _told(error), now + _UNTIL_NEXT_TURN)
    return None


async def _note_failure(run: UsageRun, error: Exception, now: datetime) -> None:
    """What nobody foresaw waits as what was: it must neither be tried every minute nor pass unseen."""
    reason = _told(error)
    not_before = now + delay_after(run.state.attempts + 1, error)
    if isinstance(error, DeltaExpired):
        await run.begin_anew(reason, not_before)
    else:
        await run.move(attempts=run.state.attempts + 1, not_before=not_before, reason=reason)


def _told(error: Exception) -> str:
    """What may be shown of it, which is logged as well."""
    is_foreseen = isinstance(error, _FORESEEN)
    reason = (str(error) if is_foreseen else told(error))[:500]
    level = logging.WARNING if is_foreseen else logging.ERROR
    _log.log(level, "a report could not be read", extra={"source": SOURCE, "reason": reason})
    return reason


def _state_of(state: UsageState) -> SourceState:
    """As well as the report that fares worst. A report of which nothing is known yet is no failure."""
    parts = [state.parts.get(report, PartState()) for report in UsageReport]
    faulty = next((part for part in parts if part.health is not SourceHealth.OK), None)
    reads = [part.last_read for part in parts if part.last_read is not None]
    read = min(reads) if len(reads) == len(parts) else None
    health = faulty.health if faulty else SourceHealth.FAILING if state.reason else SourceHealth.OK
    return SourceState(
        source=SOURCE,
        optional=True,
        health=health,
        reason=(faulty.reason if faulty else None) or state.reason,
        stale_after=_STALE_AFTER,
        last_complete_read=read,
        read_until=read,
    )
