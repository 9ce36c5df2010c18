"""The rows of the ledger: one partition per source, and ``|sources`` with one row for each.

Rows of a source: ``cursor`` (position and totals), ``c|sequence`` (chunk), ``w|sequence`` (its place on the waiting
list, a copy), ``h|…`` and ``d|…`` (its event ids), ``evaluated`` (the total that evaluation adds to), ``p|number``
(pass, the newest first).
"""

from datetime import datetime

from msgspec import Struct

from shared.domain.ledger import Chunk
from shared.domain.passes import Pass
from shared.storage.keys import number_text
from shared.storage.rows import Row, make_row

SOURCES = "|sources"
"""No escaped source name contains the bar."""
CURSOR = "cursor"
EVALUATED = "evaluated"
WAITING = "w|"
PASSES = "p|"
_MOST_PASSES = 10**12 - 1


class Totals(Struct, frozen=True, omit_defaults=True):
    chunks: int = 0
    rows: int = 0
    events: int = 0
    duplicates: int = 0
    rejected: int = 0
    undated: int = 0
    told_elsewhere: int = 0
    last_collected: datetime | None = None

    def with_chunk(self, chunk: Chunk) -> "Totals":
        return Totals(
            chunks=self.chunks + 1,
            rows=self.rows + chunk.rows,
            events=self.events + chunk.events,
            duplicates=self.duplicates + chunk.duplicates,
            rejected=self.rejected + chunk.rejected,
            undated=self.undated + chunk.undated,
            told_elsewhere=self.told_elsewhere + chunk.told_elsewhere,
            last_collected=max(filter(None, (self.last_collected, chunk.collected)), default=None),
        )


class StoredCursor(Struct, frozen=True, omit_defaults=True):
    next_sequence: int = 1
    position: str = ""
    totals: Totals = Totals()


class Evaluated(Struct, frozen=True, omit_defaults=True):
    not_evaluated: int = 0


def chunk_row(sequence: int) -> str:
    return f"c|{number_text(sequence)}"


def waiting_row(sequence: int) -> str:
    return WAITING + number_text(sequence)


def pass_row(partition: str, one: Pass) -> Row:
    return make_row(partition, PASSES + number_text(_MOST_PASSES - one.number), body=one)
