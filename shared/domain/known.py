"""Null is not unknown: the one marker for a fact that was never read.

``None`` says that the source was read and nothing was there. ``UNKNOWN`` says that nobody looked: the source is not
collected, not licensed, or the record does not carry the fact. Conditions on ``None`` are false; conditions on
``UNKNOWN`` have no answer, and a policy never fires on them.

msgspec leaves a field that is missing from the input at ``UNSET``, so the marker costs nothing to decode.
"""

from typing import Final

from msgspec import UNSET, UnsetType

type Known[T] = T | UnsetType | None

UNKNOWN: Final = UNSET
