"""When the passing of time alone may change what an app policy says of an app.

A comparison with a point in time, or with a duration that runs with the clock, up or down, changes its answer at a
moment that can be told beforehand. Each such moment counts, whatever the rest of the tree says: to judge once too often
costs little.

What the inventory reads of use is believed for some days only (``report_age.py``); that, and facts that are computed
from many others, are left to the daily judging of all apps.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.apps import App
from shared.domain.exemptions import Exemptions
from shared.policies.binding import BoundPolicy
from shared.policies.conditions import AllOf, AnyElement, AnyOf, Comparison, Condition, IfApplicable, Not
from shared.policies.interpreter import Subject, read
from shared.policies.model import Kind
from shared.policies.operators import AGE, ORDERING, Operator
from shared.policies.vocabulary import FactType

_TICK: Final = timedelta(microseconds=1)
_AT_ONCE: Final = frozenset({Operator.NEWER_THAN, Operator.LT, Operator.GE})
"""Their answer changes at the very moment; that of the others right after it, since equality counts the other way."""
_AT_ONCE_FALLING: Final = frozenset({Operator.LE, Operator.GT})
"""The same of a duration that runs down."""


def next_due(policies: Iterable[BoundPolicy], exemptions: Exemptions, app: App, now: datetime) -> datetime | None:
    """The first moment after ``now`` at which some of these policies may say something else of the app, or at which an
    exemption from one of them lapses; None where time alone changes nothing.
    """
    app_id = app.app_id.lower()
    moments: list[datetime] = []
    for bound in policies:
        if bound.policy.kind is not Kind.APP or not bound.scope.covers(app_id):
            continue
        exemption = exemptions.of(bound.policy.id, app_id, now)
        if exemption is not None:
            moments.append(exemption.expires)
        due = policy_due(bound, app, now)
        if due is not None:
            moments.append(due)
    return min(moments, default=None)


def policy_due(bound: BoundPolicy, app: object, now: datetime) -> datetime | None:
    """The first moment after ``now`` at which a comparison of the policy changes its answer for the app; None where a
    fact cannot be computed, which the judging tells.
    """
    subject = Subject(None, app, now)
    changes = (moment for rule in bound.rules for moment in _changes(rule.condition, subject))
    try:
        return min((moment for moment in changes if moment > now), default=None)
    except Exception:
        return None


def _changes(condition: Condition, subject: Subject) -> Iterator[datetime]:
    match condition:
        case Comparison():
            yield from _change_of(condition, subject)
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            for part in parts:
                yield from _changes(part, subject)
        case Not(condition=inner) | IfApplicable(condition=inner):
            yield from _changes(inner, subject)
        case AnyElement(fact=fact, where=where):
            # Any: the vocabulary decides the type, here a collection.
            elements: Any = read(fact, subject)
            for element in elements or ():
                yield from _changes(where, replace(subject, element=element))


def _change_of(condition: Comparison, subject: Subject) -> Iterator[datetime]:
    wanted = condition.operand.value
    if not isinstance(wanted, timedelta) or condition.operator not in AGE | ORDERING:
        return
    value = read(condition.fact, subject)
    try:
        if isinstance(value, datetime) and condition.fact.type is FactType.TIME:
            moment = value + wanted
        elif isinstance(value, timedelta) and condition.fact.grows:
            moment = subject.now + (wanted - value)
        elif isinstance(value, timedelta) and condition.fact.falls:
            moment = subject.now + (value - wanted)
        else:
            return
        at_once = _AT_ONCE_FALLING if condition.fact.falls else _AT_ONCE
        yield moment if condition.operator in at_once else moment + _TICK
    except OverflowError:  # beyond the end of the calendar: never
        return
