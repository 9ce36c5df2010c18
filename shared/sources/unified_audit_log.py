"""The unified audit log in the form of the Office 365 Management Activity API."""

from shared.domain.events import Event
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, text
from shared.sources.unified_data_use import read_data_use
from shared.sources.unified_directory import read_unified_directory

_DIRECTORY_TYPES = (8, "8", "AzureActiveDirectory")


def read_unified(record: Fields) -> tuple[Event, ...]:
    """The events of one audit record of any workload. Raises RecordError.

    The published list of record types misses some that are on the wire: any other type is read all the same.
    """
    operation = text(record, "Operation")
    if operation is None:
        raise RecordError("Operation is missing")
    record_type = record.get("RecordType")
    is_directory = record_type in _DIRECTORY_TYPES or (
        record_type is None and text(record, "Workload") == "AzureActiveDirectory"
    )
    return read_unified_directory(record, operation) if is_directory else read_data_use(record, operation)
