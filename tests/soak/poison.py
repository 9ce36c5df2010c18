"""Queue messages as they are stored: to send what no part of ours would write, and to see what was set aside."""

import base64
from collections import Counter

from shared.bootstrap import Application

_MOST_PEEKED = 32


def stored(body: bytes) -> str:
    """A message as queue triggers expect it."""
    return base64.b64encode(body).decode()


async def send(application: Application, queue: str, content: str) -> None:
    await (await application.connection.queue(queue)).send_message(content)


async def set_aside(application: Application, queue: str) -> Counter[str]:
    """The messages on the poison queue of a queue, at most 32, as they are stored."""
    poison = await application.connection.queue(f"{queue}-poison")
    return Counter(str(message.content) for message in await poison.peek_messages(_MOST_PEEKED))
