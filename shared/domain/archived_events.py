"""Events as the archive holds them, and hours of them."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import Struct

from shared.domain.events import Event


class HourOfStream(Struct, frozen=True, kw_only=True):
    """An hour (its start, UTC) by the time of events, of one stream. ``version`` is that of the note that it changed,
    None where nobody noted it."""

    stream: str
    hour: datetime
    version: str | None = None


class ArchivedEvent(Struct, frozen=True, kw_only=True):
    """``raw_path`` is the blob in the archive that holds its record as it came, under the event's own id."""

    event: Event
    stream: str
    raw_path: str


class LinesOfHour(Struct, frozen=True, kw_only=True):
    """Events of some activities in an hour of one stream, still as lines: whoever reads many decodes them in portions.

    ``looked_at`` counts all events of the hour.
    """

    hour: datetime
    looked_at: int
    lines: list[bytes]


def events_in(lines: Iterable[bytes]) -> list[Event]:
    decode = msgspec.json.Decoder(Event).decode
    return [decode(line) for line in lines]
