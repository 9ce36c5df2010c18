"""A match: one event that fits one step of a window or sequence, as the state store keeps it."""

from datetime import datetime

from msgspec import Struct

from shared.domain.findings import Evidence


class Match(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``group`` holds the values of ``by``; ``value`` is what a window counts distinct values of, if it does.

    ``state_version`` changes whenever the policy's matching changes, so rows of the old meaning are never mixed in.
    """

    policy_id: str
    state_version: str
    group: tuple[str, ...]
    time: datetime
    event_id: str
    step: str
    value: str | None = None
    evidence: Evidence
