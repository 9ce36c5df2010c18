"""The risk score of an app, 1 to 100, by a published formula that explains each point."""

from datetime import datetime

from msgspec import Struct

from shared.domain.apps import App
from shared.domain.escalation import EscalationTarget
from shared.domain.known import UNKNOWN, Known
from shared.domain.risk_case import RiskCase, RiskPart
from shared.domain.risk_formula import FORMULA, HIGHEST, LOWEST


class RiskFactor(Struct, frozen=True, kw_only=True, rename="camel"):
    """``points`` may be negative. ``factor`` is the row of the formula, ``reason`` what about this app earns it."""

    factor: str
    points: int
    reason: str


class Risk(Struct, frozen=True, kw_only=True, rename="camel"):
    """``factors`` are the greatest first. Their sum is the score, held between 1 and 100. ``unknown`` names the rows
    of the formula that could not be judged, since nobody has read what they look at.
    """

    score: int
    factors: tuple[RiskFactor, ...]
    unknown: tuple[str, ...] = ()


def risk_of(app: App, now: datetime, reached: frozenset[EscalationTarget]) -> Risk:
    """``reached`` is what the app can become or read, by any path."""
    case = RiskCase(app=app, now=now, reached=reached)
    factors: list[RiskFactor] = []
    unknown: list[str] = []
    for part in FORMULA:
        _judge(part, case, factors, unknown)
    score = min(max(sum(factor.points for factor in factors), LOWEST), HIGHEST)
    return Risk(score=score, factors=tuple(sorted(factors, key=lambda factor: -factor.points)), unknown=tuple(unknown))


def known_score(app: App, now: datetime, reached: frozenset[EscalationTarget]) -> Known[int]:
    """The score to compare apps by. UNKNOWN while nobody has read what the app may do: it would pass for harmless."""
    return UNKNOWN if app.permissions is UNKNOWN else risk_of(app, now, reached).score


def _judge(part: RiskPart, case: RiskCase, factors: list[RiskFactor], unknown: list[str]) -> None:
    for row in part.rows:
        reason = row.judge(case)
        if reason is UNKNOWN:
            unknown.append(row.id)
        elif reason:
            factors.append(RiskFactor(factor=row.id, points=row.points, reason=reason))
            if part.only_first:
                return
