"""Feeds the recording to the ledger, as a collector would: the very use case, on the very storage."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path

from shared.domain.ledger import Chunk
from shared.pipeline.ingest import ingest
from shared.pipeline.services import Services

RECORDING = Path(__file__).parent / "recording.jsonl"
SOURCE = "recording"
_RECORDS_PER_CHUNK = 8


def recorded() -> list[Sequence[bytes]]:
    """The recording in chunks of a few records, in the order in which a tenant would have told of them."""
    return list(batched(RECORDING.read_bytes().splitlines(), _RECORDS_PER_CHUNK, strict=False))


async def feed(services: Services) -> AsyncIterator[Chunk]:
    for lines in recorded():
        chunk, _ = await ingest(services, SOURCE, lines, datetime.now(UTC))
        yield chunk
