"""The lines of archived events: those of one hour, and one event of a line.

A line of a compacted hour is that of its chunk with one more member, ``rawPath``. Readers of events pass over it.
"""

import gzip
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from shared.domain.archived_events import ArchivedEvent
from shared.domain.events import Event
from shared.domain.ledger import Chunk
from shared.storage.ledger_ids import hour_text

_ACTIVITY = b'"activity":"'


class _Time(Struct):
    time: datetime | None = None


class _Place(Struct, rename="camel"):
    raw_path: str


def lines_of_hour(packed: bytes, chunk: Chunk, hour: str) -> list[bytes]:
    """What has no time belongs to the hour in which it was collected."""
    decode = msgspec.json.Decoder(_Time).decode
    return [
        line for line in gzip.decompress(packed).splitlines() if hour_text(decode(line).time or chunk.collected) == hour
    ]


def archived(lines: Iterable[bytes], stream: str, raw_path: str) -> list[ArchivedEvent]:
    decode = msgspec.json.Decoder(Event).decode
    return [ArchivedEvent(event=decode(line), stream=stream, raw_path=raw_path) for line in lines]


def with_path(lines: Iterable[bytes], raw_path: str) -> list[bytes]:
    member = b',"rawPath":' + msgspec.json.encode(raw_path) + b"}"
    return [line[:-1] + member for line in lines]


def archived_with_path(lines: Iterable[bytes], stream: str) -> list[ArchivedEvent]:
    event, place = msgspec.json.Decoder(Event).decode, msgspec.json.Decoder(_Place).decode
    return [ArchivedEvent(event=event(line), stream=stream, raw_path=place(line).raw_path) for line in lines]


def activity_of(line: bytes) -> bytes:
    """Found without decoding: that takes a tenth of the time.

    The archive writes its lines without blanks, and within a text quotes are escaped: so no text of a record, which may
    be an attacker's, looks like the member that is searched for.
    """
    start = line.find(_ACTIVITY) + len(_ACTIVITY)
    return line[start : line.find(b'"', start)]


class ActivityFilter:
    """The lines of some activities."""

    def __init__(self, activities: Iterable[str]) -> None:
        self._names = frozenset(activities)
        self._activities = frozenset(activity.encode() for activity in self._names)

    def among(self, lines: Iterable[bytes]) -> list[bytes]:
        return [line for line in lines if activity_of(line) in self._activities]

    def passes_all(self, activities: Iterable[str]) -> bool:
        return self._names.issuperset(activities)

    def passes_any(self, activities: Iterable[str]) -> bool:
        return not self._names.isdisjoint(activities)


class Unpacker:
    """Lines of concatenated gzip members, from pieces cut anywhere. What it holds between two is part of a line."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._rest = b""

    def feed(self, piece: bytes) -> Sequence[bytes]:
        unpacked = [self._rest]
        while piece:
            unpacked.append(self._member.decompress(piece))
            piece = self._member.unused_data
            if self._member.eof:
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        *lines, self._rest = b"".join(unpacked).split(b"\n")
        return lines
