"""Durations and sizes as policies write them: ``7d``, ``-30d``, ``90s``, ``1GB``."""

import re
from datetime import timedelta

_DURATION = re.compile(r"(-?)([0-9]{1,6})([smhd])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

_SIZE = re.compile(r"([0-9]{1,6})(B|KB|MB|GB|TB)", re.ASCII)
# Decimal, as Microsoft's usage reports count.
_BYTES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def parse_duration(text: str) -> timedelta | None:
    """The duration, or None if the text is not one. A minus sign points into the future (``olderThan: -30d``)."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    sign, amount, unit = match.groups()
    seconds = int(amount) * _SECONDS[unit]
    return timedelta(seconds=-seconds if sign else seconds)


def parse_size(text: str) -> int | None:
    """The number of bytes, or None if the text is not a size."""
    match = _SIZE.fullmatch(text)
    return int(match[1]) * _BYTES[match[2]] if match else None


def show_duration(value: timedelta) -> str:
    """The duration in its largest whole unit: ``7d``, ``36h``, ``90s``; fractions of a second are cut off."""
    seconds = int(value.total_seconds())
    for unit in ("d", "h", "m"):
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{seconds // _SECONDS[unit]}{unit}"
    return f"{seconds}s"
