"""What records of Teams tell of a chat or a channel."""

from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.events import Event, Target
from shared.sources.decoding import as_text, embedded
from shared.sources.fields import Fields, first_text, objects

_CHATS = frozenset({Activity.TEAMS_MESSAGE_READ, Activity.TEAMS_MESSAGE_SENT})


def is_chat(activity: Activity) -> bool:
    return activity in _CHATS


def with_chat(event: Event, record: Fields) -> Event:
    """The event with its conversation; a list of messages stands for as many as it names, and else for one."""
    target = Target(
        kind="chat",
        id=as_text(first_text(record, "ChatThreadId", "ChannelGuid", "TeamGuid")),
        name=as_text(first_text(record, "ChatName", "ChannelName", "TeamName")),
    )
    messages = objects(embedded(record.get("Messages")))
    return replace(event, target=target, item_count=len(messages) or 1)
