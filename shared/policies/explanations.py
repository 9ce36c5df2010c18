"""What the conditions of an app policy say of an app now, also where the policy does not match it."""

from datetime import datetime

from shared.domain.apps import App
from shared.domain.findings import ConditionResult
from shared.policies.binding import BoundPolicy
from shared.policies.interpreter import Subject, Trace, evaluate


def conditions_now(bound: BoundPolicy, app: App, now: datetime) -> tuple[ConditionResult, ...]:
    """Each comparison with its outcome and the value it saw; none where a fact cannot be computed, as of an app that
    the policy leaves alone.
    """
    trace: Trace = []
    try:
        for rule in bound.rules:
            evaluate(rule.condition, Subject(None, app, now), trace)
    except Exception:
        return ()
    return tuple(trace)
