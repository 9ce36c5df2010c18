"""Records of an attack, as the directory would have written them, for tests of what becomes of records."""

from collections.abc import Sequence
from itertools import batched
from pathlib import Path

RECORDING = Path(__file__).with_suffix(".jsonl")
SOURCE = "recording"
_RECORDS_PER_CHUNK = 8


def recorded() -> list[Sequence[bytes]]:
    """The recording in chunks of a few records, in the order in which a tenant would have told of them."""
    return list(batched(RECORDING.read_bytes().splitlines(), _RECORDS_PER_CHUNK, strict=False))
