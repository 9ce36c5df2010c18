"""The ``Range`` of a request (RFC 9110): one range of bytes, of bounded length. Anything else is left unheard."""

import re
from dataclasses import dataclass
from typing import Final

MOST_RANGE_BYTES: Final = 8 * 1024 * 1024
"""What one answer holds in memory. A longer range is answered in part, as ``Content-Range`` says."""
MOST_WHOLE_BYTES: Final = MOST_RANGE_BYTES
"""What is given without a range, in one answer that is held in memory whole, beside several others."""
_ONE_RANGE: Final = re.compile(r"\s*bytes\s*=\s*([0-9]*)-([0-9]*)\s*", re.IGNORECASE)
_MOST_DIGITS: Final = 18
"""More than the size of any file has."""


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
    first, last = map(_place, asked.groups())
    if first is not None and last is not None and last < first:
        return None
    start = first if first is not None else max(size - (last or 0), 0)
    end = min(last, size - 1) if first is not None and last is not None else size - 1
    if start >= size:
        raise RangeNotSatisfiable
    return ByteRange(start, min(end - start + 1, MOST_RANGE_BYTES), size)


def _place(digits: str) -> int | None:
    """However many digits there are: Python refuses to read more than some thousand."""
    if not digits:
        return None
    told = digits.lstrip("0") or "0"
    return int(told) if len(told) <= _MOST_DIGITS else 10**_MOST_DIGITS
