"""What the engine answers: findings, matches for the state store, and what it could not judge."""

from msgspec import Struct

from shared.domain.findings import Finding
from shared.domain.matches import Match


class NotEvaluated(Struct, frozen=True, kw_only=True):
    """A policy that has no answer for this event or app, and why: for the coverage page, never silence."""

    policy_id: str
    reason: str


class Judgement(Struct, frozen=True, kw_only=True):
    """Everything that the rules say of one event or app."""

    findings: tuple[Finding, ...] = ()
    matches: tuple[Match, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()


NOTHING = Judgement()
