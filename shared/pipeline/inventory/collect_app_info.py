"""Reads once a day what Microsoft's app governance holds of the apps that the inventory knows.

Each app is saved where that changed, and every step may be repeated. An app that is no longer told of keeps what was
told last. A claim that a failure leaves behind is the wait until the next attempt.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from msgspec.structs import replace

from shared.domain.app_governance import AppGovernanceFacts
from shared.domain.errors import Conflict, NotLicensed, PermissionMissing, Refused, Unavailable
from shared.domain.ledger import SourceHealth, SourceState
from shared.pipeline.inventory.ports import AppInfoReader
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.unforeseen import told
from shared.sources.errors import RecordError
from shared.sources.oauth_app_info import read_app_info

SOURCE = "oauthAppInfo"
_EVERY = timedelta(days=1)
_CLAIM = timedelta(hours=1)
_STALE_AFTER = timedelta(hours=49)
"""Two reads that failed."""
_MOST_TRIES = 8
_HEALTH = {
    PermissionMissing: SourceHealth.PERMISSION_MISSING,
    NotLicensed: SourceHealth.NOT_LICENSED,
    Unavailable: SourceHealth.FAILING,
    Refused: SourceHealth.FAILING,
    Conflict: SourceHealth.FAILING,
}
"""Of errors whose messages may be shown."""

_log = logging.getLogger(__name__)


async def collect_app_info(services: InventoryServices, now: datetime) -> None:
    """Does nothing without a reader, or within a day of a complete read; what was switched off is read at once again.

    Raises Unavailable only when storage is.
    """
    reader = services.app_info
    if reader is None:
        return
    states = {state.source: state for state in await services.ledger.source_states()}
    state = states.get(SOURCE, SourceState(source=SOURCE))
    last = state.last_complete_read
    if not state.off and last is not None and timedelta(0) <= now - last < _EVERY:
        return
    run_id = uuid4().hex
    if not await services.claims.claim(SOURCE, run_id, now + _CLAIM, now):
        return
    try:
        await _read(services, reader, now)
    except Exception as error:
        await services.ledger.record_state(_failed(state, error))
        return
    await services.ledger.record_state(_state(last_complete_read=now))
    await services.claims.release(SOURCE, run_id)


async def _read(services: InventoryServices, reader: AppInfoReader, now: datetime) -> None:
    unread = 0
    async for rows in reader.rows():
        facts: dict[str, AppGovernanceFacts] = {}
        for row in rows:
            try:
                app_id, held = read_app_info(row)
            except RecordError:
                unread += 1
                continue
            facts[app_id] = held
        for partition in sorted(await _saved(services, facts, now)):
            await services.queue.evaluate_apps(partition)
    if unread:
        _log.warning("rows on apps could not be read", extra={"source": SOURCE, "rows": unread})


async def _saved(services: InventoryServices, facts: Mapping[str, AppGovernanceFacts], now: datetime) -> set[str]:
    """The partitions that wait to be judged since. Raises Conflict where others write the same apps again and again."""
    for _ in range(_MOST_TRIES):
        stored = await services.apps.versions(list(facts))
        changed = {
            app_id: replace(app, app_governance=facts[app_id])
            for app_id, (app, _) in stored.items()
            if app.app_governance != facts[app_id]
        }
        if not changed:
            return set()
        since = {app_id: stored[app_id][1] for app_id in changed}
        try:
            return await services.apps.save(list(changed.values()), now, since)
        except Conflict:
            continue
    raise Conflict(f"apps were changed by others {_MOST_TRIES} times meanwhile")


def _failed(state: SourceState, error: Exception) -> SourceState:
    health = next((health for kind, health in _HEALTH.items() if isinstance(error, kind)), None)
    reason = (str(error) if health else told(error))[:500]
    level = logging.WARNING if health else logging.ERROR
    _log.log(level, "app governance could not be read", extra={"source": SOURCE, "reason": reason})
    return _state(health or SourceHealth.FAILING, reason, state.last_complete_read)


def _state(
    health: SourceHealth = SourceHealth.OK, reason: str | None = None, last_complete_read: datetime | None = None
) -> SourceState:
    return SourceState(
        source=SOURCE,
        optional=True,
        health=health,
        reason=reason,
        stale_after=_STALE_AFTER,
        last_complete_read=last_complete_read,
        read_until=last_complete_read,
    )
