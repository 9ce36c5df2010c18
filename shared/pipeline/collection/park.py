"""Events whose app is not known yet wait for it, at most an hour; then they are judged with what they say themselves.

An event is parked before its chunk counts as judged, and leaves only after it was judged: whatever dies in between, it
is judged again, which changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import batched, groupby

from shared.domain.ledger import Chunk
from shared.domain.parked import ParkedEvent
from shared.domain.watch import Watch
from shared.pipeline.collection.identify import Identified, look_up
from shared.pipeline.collection.own_actions import without_own_actions
from shared.pipeline.detection.judge import judge_resolved
from shared.pipeline.detection.services import with_these_rules
from shared.pipeline.services import Services
from shared.policies.judgements import NotEvaluated

_MOST_AT_A_TIME = 2000
"""Events that one sweep looks at. More than so many wait only while a tenant is read for the first time."""
_MOST_TOGETHER = 90
"""Events that are removed and counted in one batch."""


async def park_unknown(
    services: Services, chunk: Chunk, found: Sequence[Identified], now: datetime
) -> list[Identified]:
    """Park what cannot be judged yet, and return the rest. Without a directory to ask, nothing ever arrives."""
    if services.parked is None or services.refresh is None:
        return list(found)
    activities = services.rules().activities
    unknown = [one for one in found if not one.is_known and one.event.activity in activities]
    if unknown:
        await services.parked.park([_parked(chunk, one, now) for one in unknown])
    return [one for one in found if one.is_known or one.event.activity not in activities]


def _parked(chunk: Chunk, one: Identified, now: datetime) -> ParkedEvent:
    return ParkedEvent(
        source=chunk.source,
        sequence=chunk.sequence,
        collected=chunk.collected or now,
        since=now,
        event=one.archived,
    )


async def judge_parked(services: Services, now: datetime) -> int:
    """Judge those whose app has arrived, and those that have waited long enough; returns how many that were."""
    store = services.parked
    if store is None:
        return 0
    waiting = await store.first(_MOST_AT_A_TIME)
    found = await look_up(services, [parked.event for parked in waiting])
    ready = [
        (parked, one)
        for parked, one in zip(waiting, found, strict=True)
        if one.is_known or parked.is_overdue(now) or services.refresh is None
    ]
    if ready:
        await services.refresh_rules()
        services = with_these_rules(services)
    watch = await services.watch.state() if ready else None
    for _, of_source in groupby(ready, key=lambda pair: pair[0].source):
        for some in batched(of_source, _MOST_TOGETHER, strict=False):
            # Who acted may have become known meanwhile, too.
            others = await without_own_actions(services, [one for _, one in some], now, watch)
            not_evaluated = await judge_identified(services, others, now, watch)
            unresolved = sum(not one.is_known for _, one in some)
            await store.settle([parked for parked, _ in some], unresolved, len(not_evaluated))
    return len(ready)


async def judge_identified(
    services: Services, found: Sequence[Identified], now: datetime, watch: Watch | None
) -> list[NotEvaluated]:
    """Judge as far as rules look at it."""
    looked_at = [one for one in found if one.event.activity in services.rules().activities]
    apps = {one.app.app_id: one.app for one in looked_at if one.app is not None}
    return await judge_resolved(services, [one.event for one in looked_at], apps, now, watch)
