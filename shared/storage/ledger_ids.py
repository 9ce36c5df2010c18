"""Which event ids a chunk holds, as rows of the ledger: digests by the hour of the event, and how many per hour.

A chunk has one row per hour of its events (``h|hour|sequence``), so that a collector that reads the last minutes again
looks at few rows. A chunk that spans more hours than fit into a batch, as a backfill does, has one row per day
(``d|day|sequence``). Events without a time share the hour ``undated``.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from azure.data.tables import TableEntity
from msgspec import Struct

from shared.domain.hour_states import hour_name
from shared.domain.ledger import HourCounts
from shared.storage.errors import RowTooLarge
from shared.storage.keys import end_of, key, number_text
from shared.storage.rows import MOST_PROPERTY_BYTES, Row, make_row, read_body

UNDATED = "undated"
_DIGEST_BYTES = 16
_MOST_PROPERTIES = 12
_MOST_ROWS = 92
"""The batch of 100 also takes the cursor, the chunk and its place on the waiting list."""
_BRIDGED_SPANS = 6
"""Reading a few spans too many costs less than another request."""
_DAY_CHARACTERS = len("2026-11-24")

DIGEST_COLUMNS = tuple(f"digests_{number:02}" for number in range(_MOST_PROPERTIES))


class RowRange(NamedTuple):
    """Row keys from ``first`` up to but without ``end``."""

    first: str
    end: str


class StoredHour(Struct, frozen=True, omit_defaults=True):
    """Of one chunk and hour. ``events`` are all of its new records."""

    events: int = 0
    late: int = 0
    told_elsewhere: int = 0


def hour_text(time: datetime | None) -> str:
    """``2026-11-24T13`` in UTC, or ``undated``."""
    return hour_name(time) if time else UNDATED


def digest_of(event_id: str) -> bytes:
    return hashlib.blake2b(event_id.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()


def id_rows(
    partition: str, sequence: int, ids: Mapping[str, datetime | None], by_hour: Mapping[str, HourCounts]
) -> list[Row]:
    """Raises RowTooLarge where 92 days or 49,152 ids of a span do not suffice: then it takes several chunks."""
    digests: defaultdict[str, list[bytes]] = defaultdict(list)
    for event_id, time in ids.items():
        digests[hour_text(time)].append(digest_of(event_id))
    spans = {key("h", hour): [hour] for hour in digests}
    if len(spans) > _MOST_ROWS:
        spans = _by_day(digests)
    if len(spans) > _MOST_ROWS:
        raise RowTooLarge(f"a chunk has events of {len(spans)} days, more than {_MOST_ROWS}")
    return [
        _row(partition, f"{span}|{number_text(sequence)}", {hour: digests[hour] for hour in hours}, by_hour)
        for span, hours in spans.items()
    ]


def ranges_of(times: Collection[datetime | None]) -> Iterator[RowRange]:
    """Where the ids of events of these times can be."""
    dated = [time for time in times if time is not None]
    for first, last in _runs(dated, timedelta(hours=1)):
        yield hours_range(first, last)
    for first, last in _runs(dated, timedelta(days=1)):
        yield days_range(first, last)
    if len(dated) < len(times):
        undated = key("h", UNDATED) + "|"
        yield RowRange(undated, end_of(undated))


def hours_range(first: datetime, last: datetime) -> RowRange:
    """The rows of single hours, both ends included."""
    return RowRange(key("h", hour_text(first)), end_of(key("h", hour_text(last)) + "|"))


def days_range(first: datetime, last: datetime) -> RowRange:
    """The rows of single days, both ends included."""
    first_day, last_day = hour_text(first)[:_DAY_CHARACTERS], hour_text(last)[:_DAY_CHARACTERS]
    return RowRange(key("d", first_day), end_of(key("d", last_day) + "|"))


def digests_in(row: TableEntity) -> set[bytes]:
    packed = b"".join(row[column] for column in DIGEST_COLUMNS if column in row)
    return {packed[start : start + _DIGEST_BYTES] for start in range(0, len(packed), _DIGEST_BYTES)}


def counts_in(row: TableEntity) -> dict[str, StoredHour]:
    """By hour. A plain number is that of events of which there is no more to say, as of most."""
    stored = read_body(row, dict[str, int | StoredHour])
    return {hour: StoredHour(each) if isinstance(each, int) else each for hour, each in stored.items()}


def _by_day(hours: Iterable[str]) -> dict[str, list[str]]:
    days: defaultdict[str, list[str]] = defaultdict(list)
    for hour in hours:
        days[key("h", UNDATED) if hour == UNDATED else key("d", hour[:_DAY_CHARACTERS])].append(hour)
    return days


def _row(partition: str, row: str, digests: Mapping[str, list[bytes]], by_hour: Mapping[str, HourCounts]) -> Row:
    packed = b"".join(digest for held in digests.values() for digest in held)
    cuts = range(0, len(packed), MOST_PROPERTY_BYTES)
    if len(cuts) > _MOST_PROPERTIES:
        raise RowTooLarge(f"a chunk has {len(packed) // _DIGEST_BYTES} ids in one span of time")
    columns = {
        column: packed[cut : cut + MOST_PROPERTY_BYTES] for column, cut in zip(DIGEST_COLUMNS, cuts, strict=False)
    }
    return make_row(
        partition, row, columns, {hour: _stored(len(held), by_hour.get(hour)) for hour, held in digests.items()}
    )


def _stored(events: int, counts: HourCounts | None) -> int | StoredHour:
    return events if counts is None else StoredHour(events, counts.late, counts.told_elsewhere)


def _runs(times: Iterable[datetime], span: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """First and last of each run of times that lie no further apart than the spans bridged."""
    ordered = sorted(times)
    start = 0
    for index, time in enumerate(ordered):
        if index + 1 == len(ordered) or ordered[index + 1] - time > _BRIDGED_SPANS * span:
            yield ordered[start], time
            start = index + 1
