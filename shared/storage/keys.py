"""The keys of rows and the names of blobs: any text made legal, in a form that sorts as it should.

Table Storage refuses ``/ \\ # ?`` and control characters in keys and takes at most 1 KiB, which are 512 characters of
UTF-16. Keys also travel in addresses and in quoted filters. So every character but harmless ASCII is escaped, and no
text, however hostile, is anything but a value.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta

_UNSAFE = re.compile(r"[^ -~]|[/\\#?%'|~]")
_MOST_CHARACTERS = 150
"""Of one part. A key has at most three free parts, so it stays within its 512 characters."""
_KEPT_CHARACTERS = 12

_LATEST = datetime.max.replace(tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def key(*parts: str) -> str:
    """The parts joined by ``|``, each escaped so that different parts always make different keys.

    An escaped character is ``~HEX~``. A part that is too long keeps its first characters and ends in ``~.`` and a
    hash, which no escaped text can contain: it stays distinct but cannot be read back, so rows hold such text in full.
    """
    return "|".join(map(_escape, parts))


def time_text(time: datetime) -> str:
    """UTC to the microsecond in fixed width, so that text order is time order: ``2026-03-02T09:00:00.000000``."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def newest_first(time: datetime) -> str:
    """Fixed-width text that sorts later times before earlier ones."""
    return f"{(_LATEST - time) // _TICK:018}"


def moment_of(newest_first_text: str) -> datetime:
    """The time that ``newest_first`` made the text of."""
    return _LATEST - int(newest_first_text) * _TICK


def number_text(number: int) -> str:
    """Fixed-width text of a sequence number, so that text order is number order. At most twelve digits."""
    return f"{number:012}"


def end_of(prefix: str) -> str:
    """The first key after all keys that start with this non-empty prefix."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _escape(part: str) -> str:
    escaped = _UNSAFE.sub(_escaped_character, part)
    if len(escaped) <= _MOST_CHARACTERS:
        return escaped
    digest = hashlib.blake2b(part.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{_UNSAFE.sub(_escaped_character, part[:_KEPT_CHARACTERS])}~.{digest}"


def _escaped_character(match: re.Match[str]) -> str:
    return f"~{ord(match.group()):x}~"
