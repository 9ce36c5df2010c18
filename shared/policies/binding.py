"""Checks a policy against a vocabulary and gives the form that is compiled: every name and value resolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.policies.baselines import BaselineLookup
from shared.policies.conditions import ALWAYS, Condition, Operand
from shared.policies.errors import KeyPath, PolicyError, Problem
from shared.policies.forms import Form, in_form
from shared.policies.grammar import Grammar
from shared.policies.model import Having, Kind, ListReference, ParameterReference, Policy
from shared.policies.operands import Values, refused
from shared.policies.operators import Operator
from shared.policies.quantities import parse_duration
from shared.policies.vocabulary import APP_ID, Fact, FactType, Vocabulary, suggestion

_LONGEST_WITHIN = timedelta(days=30)


class Measure(StrEnum):
    """What a window counts."""

    EVENTS = "events"
    DISTINCT = "distinct"
    SUM = "sum"


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """The bound that a window must reach, or pass if ``strict``. ``fact`` is None where events are counted."""

    measure: Measure
    fact: Fact | None
    threshold: Operand
    strict: bool


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One condition and the activities it waits for; empty for an app. ``step`` is None outside sequences."""

    step: str | None
    activities: frozenset[str]
    condition: Condition


@dataclass(frozen=True, slots=True)
class BoundScope:
    """The apps of a policy, by appId in lower case. ``only`` is None where it is for all but the ``excluded``."""

    only: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()

    def covers(self, app_id: str | None) -> bool:
        """An app that nobody can name yet is covered unless others are named: to leave it out would be silence."""
        if app_id is None:
            return self.only is None
        return app_id not in self.excluded and (self.only is None or app_id in self.only)


EVERY_APP = BoundScope()


@dataclass(frozen=True, slots=True, eq=False)
class BoundPolicy:
    """A policy ready to be compiled. A sequence has one rule for each step, every other policy just one."""

    policy: Policy
    rules: tuple[Rule, ...]
    by: tuple[Fact, ...]
    state_version: str
    within: timedelta = timedelta(0)
    having: Bound | None = None
    scope: BoundScope = EVERY_APP


def bind_policy(
    policy: Policy,
    *,
    vocabulary: Vocabulary,
    lists: Mapping[str, tuple[str, ...]],
    baselines: BaselineLookup | None = None,
) -> BoundPolicy:
    """The checked policy. Raises PolicyError with the key path and the fix; the loader adds file and line."""
    try:
        return _bind(policy, Values(vocabulary, policy.parameters, lists, baselines))
    except PolicyError as error:
        raise PolicyError(*(Problem(problem.text, problem.path, policy.id) for problem in error.problems)) from None


def _bind(policy: Policy, values: Values) -> BoundPolicy:
    _check_keys(policy)
    grammar = Grammar(values, policy.kind)
    return BoundPolicy(
        policy=policy,
        rules=_rules(policy, grammar, values.vocabulary),
        by=_grouping(policy, grammar),
        state_version=policy.state_version,
        within=_within(policy, values),
        having=_bound(policy.having, grammar, values) if policy.having else None,
        scope=_scope(policy, values),
    )


# Which keys a kind needs, and which it may have; all others of these six do not belong to it.
NEEDED_KEYS: dict[Kind, frozenset[str]] = {
    Kind.APP: frozenset({"when"}),
    Kind.EVENT: frozenset({"on"}),
    Kind.WINDOW: frozenset({"on", "by", "within", "having"}),
    Kind.SEQUENCE: frozenset({"by", "within", "steps"}),
}
ALLOWED_KEYS: dict[Kind, frozenset[str]] = {
    Kind.APP: frozenset(),
    Kind.EVENT: frozenset({"when"}),
    Kind.WINDOW: frozenset({"when"}),
    Kind.SEQUENCE: frozenset(),
}


def _scope(policy: Policy, values: Values) -> BoundScope:
    if policy.scope is None:
        return EVERY_APP
    path: KeyPath = ("scope", "only" if policy.scope.only is not None else "except")
    named = policy.scope.only if policy.scope.only is not None else policy.scope.except_
    raw = {"list": named.list} if isinstance(named, ListReference) else list(named or ())
    plain = values.plain(raw, path)
    app_ids = [str(app_id).lower() for app_id in plain] if isinstance(plain, list) else []
    wrong = [
        Problem(f"{app_id:.80} is no appId; an appId is a GUID", (*path, index))
        for index, app_id in enumerate(app_ids)
        if in_form(Form.GUID, app_id) is None
    ]
    if wrong:
        raise PolicyError(*wrong)
    found = frozenset(app_ids)
    return BoundScope(only=found) if policy.scope.only is not None else BoundScope(excluded=found)


def _check_keys(policy: Policy) -> None:
    _check_alert_and_actions(policy)
    given = {key for key in ("on", "when", "by", "within", "having", "steps") if getattr(policy, key)}
    needed = NEEDED_KEYS[policy.kind]
    for key in sorted(needed - given):
        raise refused((), f"a policy of kind {policy.kind} needs the key {key}")
    for key in sorted(given - needed - ALLOWED_KEYS[policy.kind]):
        raise refused((key,), f"a policy of kind {policy.kind} has no key {key}; take it out")


def _check_alert_and_actions(policy: Policy) -> None:
    if policy.alert.auto_resolve and policy.kind is not Kind.APP:
        raise refused(("alert", "autoResolve"), "only a policy of kind app can see that its condition is gone")
    for index, action in enumerate(policy.actions):
        if action in policy.actions[:index]:
            raise refused(("actions", index), f"the action {action.do.value} is given twice")


def _rules(policy: Policy, grammar: Grammar, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    if policy.kind is not Kind.SEQUENCE:
        activities = _activities(policy.on, ("on",), vocabulary)
        return (Rule(None, activities, _condition(grammar, policy.when, ("when",))),)
    names = [step.as_ for step in policy.steps]
    if len(names) < 2:
        raise refused(("steps",), "a sequence has at least two steps")
    rules = []
    for index, step in enumerate(policy.steps):
        path: KeyPath = ("steps", index)
        if step.as_ in names[:index]:
            raise refused((*path, "as"), f"two steps are called {step.as_}")
        activities = _activities(step.on, (*path, "on"), vocabulary)
        rules.append(Rule(step.as_, activities, _condition(grammar, step.when, (*path, "when"))))
    return tuple(rules)


def _condition(grammar: Grammar, raw: object, path: KeyPath) -> Condition:
    return ALWAYS if raw is None else grammar.condition(raw, path)


def _activities(names: tuple[str, ...], path: KeyPath, vocabulary: Vocabulary) -> frozenset[str]:
    for index, name in enumerate(names):
        if name not in vocabulary.activities:
            raise refused((*path, index), f"unknown activity {name:.80}{suggestion(name, vocabulary.activities)}")
    return frozenset(names)


def _grouping(policy: Policy, grammar: Grammar) -> tuple[Fact, ...]:
    names: tuple[str, ...] = policy.alert.by
    path: KeyPath = ("alert", "by")
    if policy.by:
        if names not in ((), policy.by):
            raise refused(path, "alerts of this policy are grouped by its key by; take alert.by out")
        names, path = policy.by, ("by",)
    elif not names and APP_ID in grammar.values.vocabulary.facts:
        names = (APP_ID,)
    facts = []
    for index, name in enumerate(names):
        fact = grammar.fact(name, (*path, index), grouping=True)
        if fact.type in (FactType.COLLECTION, FactType.TOKENS, FactType.TEXTS):
            raise refused((*path, index), f"{name} holds many values; group by a fact with one")
        facts.append(fact)
    return tuple(facts)


def _within(policy: Policy, values: Values) -> timedelta:
    if policy.within is None:
        return timedelta(0)
    raw: object = policy.within
    if isinstance(raw, ParameterReference):
        raw = values.plain({"parameter": raw.parameter}, ("within",))
    within = parse_duration(raw) if isinstance(raw, str) else None
    if within is None or not timedelta(0) < within <= _LONGEST_WITHIN:
        raise refused(("within",), "within is a duration such as 1h, at most 30d")
    return within


_COUNT = Fact("count of events", FactType.NUMBER, (), "How many events the window holds.", unit="events")


def _bound(having: Having, grammar: Grammar, values: Values) -> Bound:
    key = "gt" if having.gt is not None else "ge"
    path: KeyPath = ("having", key)
    raw = having.gt if having.gt is not None else having.ge
    operator = Operator.GT if having.gt is not None else Operator.GE
    name = having.distinct or having.sum
    measured = grammar.fact(name, ("having",)) if name else None
    if measured is not None:
        single = (FactType.TOKEN, FactType.TEXT) if having.distinct else (FactType.NUMBER,)
        if measured.type not in single:
            raise refused(("having",), f"{measured.name} ({measured.type}) cannot be measured this way")
    counted = measured if having.sum and measured is not None else _COUNT
    threshold = values.operand(counted, operator, raw, path)
    measure = Measure.DISTINCT if having.distinct else Measure.SUM if having.sum else Measure.EVENTS
    return Bound(measure, measured, threshold, strict=key == "gt")
