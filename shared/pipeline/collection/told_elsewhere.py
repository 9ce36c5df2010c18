"""Leaves out what another stream has told already: one fact, such as a consent, may come by several logs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.domain.events import Event
from shared.domain.streams import SAME_IDS, STREAMS, TWINS
from shared.pipeline.services import Services
from shared.sources.twins import fact_of

_KEPT: Final = max(STREAMS[each].schedule.retention for each in TWINS) + timedelta(days=10)
"""Longer than any of them can look back, after however long an outage."""


async def without_told(services: Services, source: str, events: Sequence[Event]) -> list[Event]:
    """Events whose fact no other stream has told. From now on their facts are this stream's.

    To be repeated with the same events after a crash: the answer is the same. Within a stream nothing is left out.
    """
    if source in SAME_IDS:
        return await _without_seen(services, source, events)
    if services.facts is None or source not in TWINS:
        return list(events)
    facts = [(event, fact_of(event)) for event in events]
    told = await services.facts.claim(source, {fact: event.time for event, fact in facts if fact is not None})
    return [event for event, fact in facts if fact not in told]


async def _without_seen(services: Services, source: str, events: Sequence[Event]) -> list[Event]:
    """Streams whose records have the same ids are never on together: what the one has committed, it has told."""
    times = {event.id: event.time for event in events}
    told: set[str] = set()
    for other in sorted(SAME_IDS - {source}):
        told |= await services.ledger.seen(other, times)
    return [event for event in events if event.id not in told]


async def purge_facts(services: Services, now: datetime) -> int:
    return await services.facts.purge(now - _KEPT) if services.facts is not None else 0
