"""Leaves out what another stream has told already: one fact, such as a consent, may come by several logs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.domain.events import Event
from shared.domain.streams import TWINS
from shared.pipeline.services import Services
from shared.sources.twins import fact_of

_KEPT: Final = timedelta(days=40)
"""Longer than any stream looks back."""


async def without_told(services: Services, source: str, events: Sequence[Event]) -> list[Event]:
    """Events whose fact no other stream has told. From now on their facts are this stream's.

    To be repeated with the same events after a crash: the answer is the same. Within a stream nothing is left out.
    """
    if services.facts is None or source not in TWINS:
        return list(events)
    facts = [(event, fact_of(event)) for event in events]
    told = await services.facts.claim(source, {fact: event.time for event, fact in facts if fact is not None})
    return [event for event, fact in facts if fact not in told]


async def purge_facts(services: Services, now: datetime) -> int:
    return await services.facts.purge(now - _KEPT) if services.facts is not None else 0
