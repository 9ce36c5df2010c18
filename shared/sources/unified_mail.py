"""What records of Exchange tell of a mailbox: which one, how many items of it, and how large they are."""

from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.events import Event, Target
from shared.domain.known import UNKNOWN, Known
from shared.sources.decoding import as_text, embedded
from shared.sources.fields import Fields, first_text, guid, integer, objects, text
from shared.sources.unified_fields import named_value

_MAIL = frozenset({Activity.MAIL_ACCESSED, Activity.MAIL_SENT, Activity.MAIL_DELETED, Activity.MAIL_CHANGED})
_SINGLE = frozenset({Activity.MAIL_SENT, Activity.MAIL_CHANGED})
"""Without a count these are about one item."""

_RULE = Activity.INBOX_RULE_CHANGED


def is_mail(activity: Activity) -> bool:
    return activity in _MAIL or activity is _RULE


def with_mail(event: Event, record: Fields) -> Event:
    """The event with what the record tells of mailbox and items."""
    mailbox = _mailbox(record)
    if event.activity is _RULE:
        return replace(event, mailbox=mailbox or _owner_by_name(event), target=_rule(record), item_count=1)
    items = _items(record)
    return replace(
        event,
        mailbox=mailbox,
        target=Target(kind="mailbox", id=mailbox, name=as_text(text(record, "MailboxOwnerUPN"))),
        item_count=_count(record, event.activity, items),
        byte_count=_size(items),
        access_type=as_text(named_value(record, "OperationProperties", "MailAccessType")),
    )


def _mailbox(record: Fields) -> str | None:
    """The mailbox's GUID, which outlives a change of the owner's name; that name where there is no GUID."""
    return guid(record.get("MailboxGuid")) or as_text(text(record, "MailboxOwnerUPN"))


def _owner_by_name(event: Event) -> str | None:
    """Cmdlets do not tell the mailbox: without one, it is that of who ran them."""
    return event.actor.name if event.actor.name and "@" in event.actor.name else None


def _rule(record: Fields) -> Target:
    """The rule; a cmdlet writes its name among its parameters, and mailbox and number into ``ObjectId``."""
    named = named_value(record, "Parameters", "Name") or named_value(record, "OperationProperties", "RuleName")
    identifier = first_text(record, "ObjectId") or as_text(named_value(record, "OperationProperties", "RuleId"))
    return Target(kind="rule", id=as_text(identifier), name=as_text(named))


def _items(record: Fields) -> list[Fields]:
    """In folders what was read, in a list what was deleted or moved, alone what was written or sent."""
    bound = [item for folder in objects(record.get("Folders")) for item in objects(folder.get("FolderItems"))]
    listed = bound or objects(embedded(record.get("AffectedItems")))
    single = embedded(record.get("Item"))
    return listed or ([single] if isinstance(single, dict) else [])


def _count(record: Fields, activity: Activity, items: list[Fields]) -> int | None:
    """How many items. One synchronisation stands for a whole folder of unknown size: None."""
    count = integer(record.get("OperationCount"))
    if count is not None:
        return count
    if activity in _SINGLE:
        return len(items) or 1
    # The one item of a synchronisation is its folder.
    return (len(items) or None) if "Folders" in record or "AffectedItems" in record else None


def _size(items: list[Fields]) -> Known[int]:
    """The bytes of those items that state theirs; many records state none."""
    sizes = [size for item in items if (size := integer(item.get("SizeInBytes"))) is not None]
    return sum(sizes) if sizes else UNKNOWN
