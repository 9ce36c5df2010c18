"""Judge one chunk of the ledger, and say in the ledger that it was judged.

A chunk is marked evaluated only when all its findings are in the alerts table and all events that wait for their app
are parked; until then the sweeper finds it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.errors import Conflict, Unavailable
from shared.domain.events import Event
from shared.domain.ledger import Chunk, ChunkState
from shared.domain.timeline import changes_app, event_entry
from shared.pipeline.activity.changed_hours import note_changed_hours
from shared.pipeline.backoff import delay_after
from shared.pipeline.collection.identify import Identified, identify, want_changed_apps
from shared.pipeline.collection.own_actions import without_own_actions
from shared.pipeline.collection.park import judge_identified, park_unknown
from shared.pipeline.detection.foreign_alerts import take_in_foreign_alerts
from shared.pipeline.detection.services import with_these_rules
from shared.pipeline.services import Services

TRIES_OF_THE_HOST = 5
"""``maxDequeueCount`` of host.json: what still fails then goes to the poison queue."""

_log = logging.getLogger(__name__)


class UnknownChunk(Exception):
    """The message names a chunk that the ledger does not hold: it can never succeed."""


async def evaluate(services: Services, source: str, sequence: int, now: datetime) -> None:
    """Judge one chunk, if it is due. A transient failure is stored with the chunk and tried again later, with back-off.

    Raises UnknownChunk for a reference that can never succeed, Unavailable if not even the failure could be stored,
    and whatever nobody foresaw.
    """
    chunk = await services.ledger.chunk(source, sequence)
    if chunk is None:
        raise UnknownChunk(f"{source} has no chunk {sequence}")
    # A hint that comes before the next attempt is due leaves none behind: an outage must not pile them up.
    if chunk.state is ChunkState.EVALUATED or (chunk.not_before is not None and chunk.not_before > now):
        return
    try:
        await _evaluate(services, chunk, now)
    except (Unavailable, Conflict) as error:
        await _try_later(services, chunk, error, now)
    except Exception as error:
        await _note_failure(services, chunk, error, now)
        raise


async def _evaluate(services: Services, chunk: Chunk, now: datetime) -> None:
    await services.refresh_rules()
    services = with_these_rules(services)
    events = await services.archive.read_events(chunk.events_path)
    await want_changed_apps(services, events)
    found = await identify(services, [event for event in events if _concerns(services, event)], now)
    await _record(services, found, chunk.collected or now)
    watch = await services.watch.state()
    await take_in_foreign_alerts(services, [one.event for one in found], now, watch)
    others = await without_own_actions(services, found, now, watch)
    ready = await park_unknown(services, chunk, others, now)
    not_evaluated = await judge_identified(services, ready, now, watch)
    for policy_id, reason in sorted({(entry.policy_id, entry.reason) for entry in not_evaluated}):
        _log.info("not evaluated", extra={"policy": policy_id, "reason": reason, "source": chunk.source})
    judged = replace(
        chunk,
        state=ChunkState.EVALUATED,
        evaluated=now,
        rules_hash=services.rules().hash,
        not_evaluated=len(not_evaluated),
        parked=len(others) - len(ready),
        not_before=None,
        last_error=None,
    )
    await note_changed_hours(services, chunk.source, events, now, chunk.collected)
    await services.ledger.mark_evaluated(judged)


def _concerns(services: Services, event: Event) -> bool:
    """Whether some rule looks at the event, it may be a change of our own, it belongs in the timeline of its app, or
    another product's alert is taken in with it."""
    may_be_own = bool(services.own_app_ids and event.actor.app)
    is_looked_at = event.activity in services.rules().activities or event.activity is Activity.DEFENDER_ALERT
    return is_looked_at or may_be_own or changes_app(event)


async def _record(services: Services, found: Sequence[Identified], collected: datetime) -> None:
    """Before anything is judged, so that a chunk whose judging fails is in the timelines all the same."""
    entries = (event_entry(one.event, collected) for one in found if changes_app(one.event))
    await services.timelines.add(entries)


async def _try_later(services: Services, chunk: Chunk, error: Exception, now: datetime) -> None:
    attempts = chunk.attempts + 1
    delay = delay_after(attempts, error)
    _log.warning("evaluation failed", extra={"source": chunk.source, "sequence": chunk.sequence, "reason": str(error)})
    await services.ledger.record_attempt(
        replace(chunk, attempts=attempts, not_before=now + delay, last_error=str(error)[:500])
    )
    await services.queue.evaluate(chunk.source, chunk.sequence, delay)


async def _note_failure(services: Services, chunk: Chunk, error: Exception, now: datetime) -> None:
    """What nobody foresaw goes to the poison queue once, by the tries of the host. From then on the chunk waits like
    any other that fails, or the sweeper's hints would go there too, every minute.

    The text of such an error may hold anything, so only its kind is stored.
    """
    attempts = chunk.attempts + 1
    not_before = now + delay_after(attempts, error) if attempts >= TRIES_OF_THE_HOST else None
    await services.ledger.record_attempt(
        replace(chunk, attempts=attempts, not_before=not_before, last_error=type(error).__name__)
    )
