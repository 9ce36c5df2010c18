"""What records of SharePoint and OneDrive tell of a file."""

from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.events import Event, Target
from shared.domain.known import UNKNOWN, Known
from shared.sources.decoding import as_text
from shared.sources.fields import Fields, first_text, integer, text

_SITES = frozenset({"Site", "Web"})


def is_file(activity: Activity) -> bool:
    return activity.startswith("file.")


def with_file(event: Event, record: Fields) -> Event:
    """The event with the file, or the site where a whole one was shared."""
    is_site = text(record, "ItemType") in _SITES
    addresses = ("SiteUrl", "ObjectId") if is_site else ("ObjectId", "SiteUrl")
    target = Target(
        kind="site" if is_site else "file",
        id=as_text(first_text(record, *addresses)),
        name=None if is_site else as_text(text(record, "SourceFileName")),
    )
    return replace(event, target=target, item_count=1, byte_count=_size(record))


def _size(record: Fields) -> Known[int]:
    size = integer(record.get("FileSizeBytes"))
    return UNKNOWN if size is None else size
