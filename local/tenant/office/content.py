"""Content of the Management Activity API: records in blobs, by when they came to be readable. No wire in here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from local.tenant.directory.collections import Object
from local.tenant.directory.data_use import EXCHANGE_AUDITS, GENERAL_AUDITS, SHAREPOINT_AUDITS
from local.tenant.directory.tenant import Tenant
from local.tenant.directory.unified_twins import ENTRA_AUDITS

LOGS = {
    "Audit.Exchange": EXCHANGE_AUDITS,
    "Audit.SharePoint": SHAREPOINT_AUDITS,
    "Audit.General": GENERAL_AUDITS,
    "Audit.AzureActiveDirectory": ENTRA_AUDITS,
}
"""The logs by their content types."""

RETENTION = timedelta(days=7)
_MOST_RECORDS = 20
_MINUTE = timedelta(minutes=1)
_TOLD_TWICE = 0.25
"""The part of the blobs that begin with a record of the one before."""


@dataclass(frozen=True, slots=True)
class Blob:
    """``created`` is when its last record came to be readable."""

    id: str
    created: datetime
    records: Sequence[Object]


def blobs_between(tenant: Tenant, content_type: str, start: datetime, end: datetime) -> list[Blob]:
    """The blobs that were created from ``start`` until before ``end``, in no order.

    A blob holds what came within one minute, and is there once that minute is over: it never changes then.
    """
    factor = tenant.audits.factor
    slot = _MINUTE / factor
    closed = _floor(tenant.clock.now(), slot)
    published = tenant.log(LOGS[content_type]).published(_floor(start, slot), min(end + slot, closed))
    slots: dict[datetime, list[tuple[datetime, Object]]] = {}
    for moment, record in published:
        slots.setdefault(_floor(moment, slot), []).append((moment, record))
    made = [blob for begun, entries in slots.items() for blob in _blobs_of(content_type, begun, entries)]
    found = [blob for blob in made if start <= blob.created < end]
    Random(f"{content_type} {len(found)}").shuffle(found)
    return found


def blob_of(tenant: Tenant, blob_id: str) -> Blob | None:
    """The blob with this id; None where there is none."""
    begun, _, rest = blob_id.partition("$")
    content_type = rest.rpartition("$")[2].replace("_", ".")
    if content_type not in LOGS or not begun.isdecimal():
        return None
    start = datetime.strptime(begun, "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    found = blobs_between(tenant, content_type, start, start + _MINUTE)
    return next((blob for blob in found if blob.id == blob_id), None)


def _blobs_of(content_type: str, begun: datetime, entries: Sequence[tuple[datetime, Object]]) -> list[Blob]:
    random = Random(f"{content_type} {begun}")
    made = []
    for number, first in enumerate(range(0, len(entries), _MOST_RECORDS)):
        chunk = entries[first : first + _MOST_RECORDS]
        records = [record for _, record in chunk]
        if first and random.random() < _TOLD_TWICE:
            records.append(entries[first - 1][1])
        random.shuffle(records)
        name = f"{begun:%Y%m%d%H%M%S%f}${number}${content_type.replace('.', '_')}"
        made.append(Blob(name, chunk[-1][0], records))
    return made


def _floor(moment: datetime, slot: timedelta) -> datetime:
    since = moment - datetime(2020, 1, 1, tzinfo=UTC)
    return moment - since % slot
