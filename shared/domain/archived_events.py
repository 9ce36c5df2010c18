"""Events as the archive holds them, and hours of them."""

from datetime import datetime

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
