"""Chunks of events taken in as a collector takes them in, without the records they came from."""

from collections.abc import Sequence
from datetime import datetime

from shared.domain.events import Event
from shared.domain.ledger import Chunk, ChunkState
from shared.pipeline.services import Services


async def archive(services: Services, stream: str, events: Sequence[Event], collected: datetime) -> None:
    cursor = await services.ledger.cursor(stream)
    sequence = cursor.next_sequence
    chunk = Chunk(
        source=stream,
        sequence=sequence,
        state=ChunkState.EVALUATED,
        rows=len(events),
        events=len(events),
        undated=sum(event.time is None for event in events),
        raw_path=await services.archive.write_raw(stream, sequence, collected, [b"{}"]),
        events_path=await services.archive.write_events(stream, sequence, collected, events),
        collected=collected,
    )
    await services.ledger.commit(chunk, {event.id: event.time for event in events}, cursor, str(sequence))
