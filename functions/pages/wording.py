"""Values of the domain in plain words."""

import re
from enum import StrEnum

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=\d{3})")


def words(value: StrEnum | str) -> str:
    """``inProgress`` as "In progress", ``disabledByMicrosoft`` as "Disabled by Microsoft"."""
    spaced = _HUMP.sub(" ", str(value)).replace("_", " ").lower()
    return (spaced[:1].upper() + spaced[1:]).replace("microsoft", "Microsoft")


def size(value: int) -> str:
    """A number of bytes, as people say it."""
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= length:
            return f"{value / length:.1f} {unit}"
    return f"{value} bytes"
