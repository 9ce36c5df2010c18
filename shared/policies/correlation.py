"""Decides windows and sequences from stored matches. Pure: the rows come from the caller.

Whichever order events arrive in, the findings of all of them together hold the same evidence: a decision takes *every*
event of every full window, or of every complete chain, among its rows, and more rows can only add to it (a window has
no upper bound). The event that arrives last sees all rows around it; what an earlier one saw stays true.
"""

from collections.abc import Iterable, Sequence

from shared.domain.findings import ConditionResult, Evidence, Finding
from shared.domain.matches import Match
from shared.policies.binding import BoundPolicy
from shared.policies.judgements import NotEvaluated
from shared.policies.model import Kind
from shared.policies.outcomes import event_finding
from shared.policies.quantities import show_duration
from shared.policies.sequences import rows_in_chains
from shared.policies.windows import UnknownThreshold, full_windows

MOST_ROWS = 10_000


def correlate(bound: BoundPolicy, rows: Iterable[Match]) -> Finding | NotEvaluated | None:
    """The finding that these rows make, or None.

    ``rows`` are stored matches of one policy, state version and group, in any order; rows may repeat. Over 10,000 of
    them nothing is decided.
    """
    unique = {(row.event_id, row.step): row for row in rows}
    if len(unique) > MOST_ROWS:
        reason = f"too many: more than {MOST_ROWS} events of one group within {show_duration(bound.within)}"
        return NotEvaluated(policy_id=bound.policy.id, reason=reason)
    ordered = sorted(unique.values(), key=lambda row: (row.time, row.event_id, row.step or ""))
    if bound.policy.kind is Kind.SEQUENCE:
        return _chain(bound, ordered)
    return _window(bound, ordered)


def _chain(bound: BoundPolicy, rows: Sequence[Match]) -> Finding | None:
    steps = tuple(rule.step or "" for rule in bound.rules)
    condition = f"{', then '.join(steps)} within {show_duration(bound.within)}"
    kept = rows_in_chains(steps, bound.within, rows)
    explained = ConditionResult(condition=condition, outcome="true", seen=f"{len(kept)} events", measure=len(kept))
    return _finding(bound, kept, explained)


def _window(bound: BoundPolicy, rows: Sequence[Match]) -> Finding | NotEvaluated | None:
    try:
        full = full_windows(bound, rows)
    except UnknownThreshold:
        return NotEvaluated(policy_id=bound.policy.id, reason="unknown: the baseline that having compares with")
    explained = ConditionResult(condition=_having(bound), outcome="true", seen=f"{full.most:g}", measure=full.most)
    return _finding(bound, full.rows, explained)


def _having(bound: BoundPolicy) -> str:
    if bound.having is None:
        return ""
    measured = bound.having.fact.name if bound.having.fact else bound.having.measure.value
    measure = f"{bound.having.measure.value} {measured}" if bound.having.fact else f"count {measured}"
    operator = "gt" if bound.having.strict else "ge"
    return f"{measure} {operator} {bound.having.threshold.shown} within {show_duration(bound.within)}"


def _finding(bound: BoundPolicy, kept: Sequence[Match], explained: ConditionResult) -> Finding | None:
    if not kept:
        return None
    evidence = tuple(
        Evidence(event=row.evidence.event, step=row.step, conditions=row.evidence.conditions) for row in kept
    )
    return event_finding(bound.policy, kept[0].group, evidence, (explained,))
