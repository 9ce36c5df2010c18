"""A match: one event that fits one step of a window or sequence, as the state store keeps it."""

from datetime import datetime

from msgspec import Struct

from shared.domain.findings import Evidence


class Match(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``group`` holds the values of ``by``; ``step`` is None for a window.

    ``value`` is what the window measures: the text to be distinct, or the number to be summed; None where there is
    none. ``state_version`` changes whenever the policy's matching changes: rows of the old meaning are never mixed in.
    """

    policy_id: str
    state_version: str
    group: tuple[str, ...]
    time: datetime
    event_id: str
    step: str | None = None
    value: str | None = None
    evidence: Evidence
