"""Reads the logs that are throttled together, without gaps, pass by pass (see ``shared/domain/passes.py``).

Page by page it is the turn of whatever is most urgent, so that neither a backlog nor a failure of one stream keeps the
others waiting.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.domain.ledger import SourceHealth
from shared.domain.passes import URGENCY
from shared.domain.streams import STREAMS, Family
from shared.pipeline.claims import claimed
from shared.pipeline.collection.stream_reading import StreamReading
from shared.pipeline.inventory import collect_app_info
from shared.pipeline.services import Services

_SLICE = timedelta(minutes=3, seconds=50)
"""Ends before the minute is full: the timer's next tick is not missed, and a backlog is read nearly all the time."""
_CLAIM = timedelta(minutes=5)
"""A slice and its last page."""
_PATIENCE = timedelta(minutes=1)
"""After so long at a stream what is left of it counts as less urgent by one kind: a stream that brings more than can be
read must not keep the others from what came late, nor from their first read."""


async def collect_logs(
    services: Services, family: Family, now: datetime, clock: Callable[[], float] = time.monotonic
) -> bool:
    """One run, which the next one continues: less than four minutes of ``clock``, which counts seconds.

    False while the service asked to be left alone: that is meant for whatever else shares the limit, too. Raises
    Unavailable only when storage is.
    """
    if not services.logs:
        return True
    async with claimed(services.claims, f"logs {family}", now, _CLAIM) as free:
        if not free:
            return True
        await _note_switched_off(services)
        readings = [
            StreamReading(services, stream, services.logs[stream])
            for stream, facts in STREAMS.items()
            if facts.family is family and stream in services.logs
        ]
        if not readings:
            return True
        if not await _plan(services, readings, now):
            return False
        end = await _turn_pages(readings, now, clock)
        for reading in readings:
            await reading.record(end)
        return not any(reading.holds(end) for reading in readings)


async def _note_switched_off(services: Services) -> None:
    """Of what is no longer read nobody must think that it has gone silent.

    Of any family: where a whole one is off, its timer does not run.
    """
    off: set[str] = {*(STREAMS.keys() - services.logs.keys())}
    if services.app_info is None:
        off.add(collect_app_info.SOURCE)
    for state in await services.ledger.source_states():
        if state.source in off and not state.off:
            off_now = replace(state, off=True, health=SourceHealth.OK, reason=None, running=())
            await services.ledger.record_state(off_now)


async def _plan(services: Services, readings: Sequence[StreamReading], now: datetime) -> bool:
    """False while the service asked to be left alone: it speaks for all streams that share its limit."""
    await services.watch.begin(now)
    for reading in readings:
        await reading.look()
    if any(reading.holds(now) for reading in readings):
        return False
    for reading in readings:
        await reading.plan(now)
    return True


async def _turn_pages(readings: Sequence[StreamReading], now: datetime, clock: Callable[[], float]) -> datetime:
    """Page after page until there is nothing more to do for now, or the time is over. Returns when that was."""
    began, passed = clock(), timedelta(0)
    waiting = list(readings)
    while passed < _SLICE:
        waiting = [reading for reading in waiting if reading.most_urgent is not None]
        if not waiting:
            break
        # Of equals the first one, which is the one that was turned longest ago.
        turned = min(waiting, key=_rank)
        await turned.turn_page(now + passed)
        waiting.remove(turned)
        waiting.append(turned)
        before, passed = passed, timedelta(seconds=clock() - began)
        turned.spent += passed - before
        if turned.holds(now + passed):
            break
    return now + passed


def _rank(reading: StreamReading) -> int:
    """The lowest is the most urgent."""
    running = reading.most_urgent
    kind = URGENCY.index(running.kind) if running else len(URGENCY)
    return kind + reading.spent // _PATIENCE
