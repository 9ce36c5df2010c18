"""What the engine answers: findings, matches for the state store, and what it could not judge."""

from msgspec import Struct

from shared.domain.findings import Finding
from shared.domain.matches import Match


class NotEvaluated(Struct, frozen=True, kw_only=True):
    """A policy that has no answer for this event or app, and why: for the coverage page, never silence."""

    policy_id: str
    reason: str


class Exempted(Struct, frozen=True, kw_only=True):
    """A policy that would have told of the app, had somebody not exempted it for a while."""

    policy_id: str
    app_id: str
    exemption_id: str


class Judgement(Struct, frozen=True, kw_only=True):
    """Everything that the rules say of one event or app."""

    findings: tuple[Finding, ...] = ()
    matches: tuple[Match, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    exempted: tuple[Exempted, ...] = ()


NOTHING = Judgement()
