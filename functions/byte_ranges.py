"""The ``Range`` of a request (RFC 9110): one range of bytes, of bounded length. Anything else is left unheard."""

import re
from dataclasses import dataclass
from typing import Final

MOST_RANGE_BYTES: Final = 8 * 1024 * 1024
"""What one answer holds in memory. A longer range is answered in part, as ``Content-Range`` says."""
MOST_WHOLE_BYTES: Final = 32 * 1024 * 1024
"""What is given without a range, in one answer that is held in memory whole."""
_ONE_RANGE: Final = re.compile(r"\s*bytes\s*=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


class RangeNotSatisfiable(Exception):
    """All of it lies outside the file."""


@dataclass(frozen=True)
class ByteRange:
    start: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


def byte_range(header: str | None, size: int) -> ByteRange | None:
    """The part of a file of ``size`` bytes that is asked for; None where that is all of it.

    Several ranges at once and what is no range count as no question for a part. Raises RangeNotSatisfiable.
    """
    asked = _ONE_RANGE.fullmatch(header or "")
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if first and last and int(last) < start:
        return None
    if start >= size:
        raise RangeNotSatisfiable
    return ByteRange(start, min(end - start + 1, MOST_RANGE_BYTES), size)
