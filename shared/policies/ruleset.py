"""The rule set: policies compiled together, judging events and apps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from shared.domain.apps import App
from shared.domain.events import Event
from shared.domain.exemptions import Exemption, Exemptions
from shared.domain.findings import Finding
from shared.domain.matches import Match
from shared.policies.baseline_use import activities_compared
from shared.policies.baselines import BaselineLookup
from shared.policies.binding import BoundPolicy, Rule, bind_policy
from shared.policies.compiler import Program, compile_conditions
from shared.policies.correlation import correlate
from shared.policies.errors import PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.interpreter import Subject, Trace, evaluate, unknown_names
from shared.policies.judgements import NOTHING, Exempted, Judgement, NotEvaluated
from shared.policies.lists import load_lists
from shared.policies.model import Kind, Policy, State
from shared.policies.outcomes import Outcome, app_finding, event_outcome
from shared.policies.vocabulary import Vocabulary

_LONGEST_REASON = 300
NO_EXEMPTIONS = Exemptions()


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules that look at one activity, or at apps, with their compiled conditions in the same order."""

    rules: tuple[tuple[BoundPolicy, Rule], ...]
    program: Program


class RuleSet:
    """Compiled policies. Immutable: changed policies make a new one. ``hash`` names its exact content, ``release`` the
    bundled policies that it rests on.

    ``policies`` are all that are sound, in force or not; inactive ones judge nothing. ``broken`` are those that cannot
    be used, with their problems: they never stop the others. ``activities_compared`` compare with an app's baseline.
    """

    def __init__(
        self,
        bound: Sequence[BoundPolicy],
        content_hash: str,
        exemptions: Exemptions = NO_EXEMPTIONS,
        broken: Mapping[str, tuple[Problem, ...]] | None = None,
        release: str = "",
    ) -> None:
        self.hash = content_hash
        self.release = release
        self.broken = dict(broken or {})
        self.exemptions = exemptions
        self.policies: dict[str, Policy] = {one.policy.id: one.policy for one in bound}
        bound = [one for one in bound if one.policy.state is not State.INACTIVE]
        self._bound = {one.policy.id: one for one in bound}
        over_apps = [(one, rule) for one in bound if one.policy.kind is Kind.APP for rule in one.rules]
        self._apps = _compiled(over_apps, over_events=False)
        self.activities_compared = frozenset(activity for one in bound for activity in activities_compared(one))
        self._by_activity = {activity: _compiled(rules, over_events=True) for activity, rules in _index(bound).items()}

    @property
    def in_force(self) -> Mapping[str, BoundPolicy]:
        """The policies that judge, those in audit included, by id."""
        return self._bound

    @property
    def activities(self) -> frozenset[str]:
        """The activities that some rule looks at; an event of any other needs no judging."""
        return frozenset(self._by_activity)

    def judge_event(self, event: Event, app: App | None, now: datetime) -> Judgement:
        """``app`` is that of the event in the inventory, None where it is not known; ``now`` is UTC."""
        found = self._by_activity.get(event.activity)
        return _judge(found, event, app, now, self.exemptions) if found else NOTHING

    def judge_app(self, app: App, now: datetime) -> Judgement:
        """Judges the state of one app."""
        return _judge(self._apps, None, app, now, self.exemptions)

    def within(self, policy_id: str) -> timedelta:
        """How far apart the events of one window or chain may be."""
        return self._bound[policy_id].within

    def correlate(self, rows: Sequence[Match]) -> Finding | NotEvaluated | None:
        """Decides a window or sequence over rows of one policy and group; see ``correlation.correlate``."""
        return correlate(self._bound[rows[0].policy_id], rows) if rows else None


def compile_policies(
    policies: Iterable[Policy],
    *,
    vocabulary: Vocabulary = VOCABULARY,
    lists: Mapping[str, tuple[str, ...]] | None = None,
    baselines: BaselineLookup | None = None,
) -> RuleSet:
    """Checks and compiles. Raises PolicyError with the problems of all policies; the order does not matter."""
    known_lists = load_lists() if lists is None else lists
    ordered = sorted(policies, key=lambda policy: policy.id)
    bound: list[BoundPolicy] = []
    problems: list[Problem] = []
    for earlier, policy in zip([None, *ordered], ordered, strict=False):
        if earlier is not None and earlier.id == policy.id:
            problems.append(Problem("two policies have this id", ("id",), policy.id))
        try:
            bound.append(bind_policy(policy, vocabulary=vocabulary, lists=known_lists, baselines=baselines))
        except PolicyError as error:
            problems.extend(error.problems)
    if problems:
        raise PolicyError(*problems)
    return RuleSet(bound, _hash(ordered, known_lists))


def compile_sound(
    policies: Iterable[Policy],
    *,
    lists: Mapping[str, tuple[str, ...]],
    baselines: BaselineLookup | None = None,
    exemptions: Exemptions = NO_EXEMPTIONS,
    broken: Mapping[str, tuple[Problem, ...]] | None = None,
    release: str = "",
) -> RuleSet:
    """Compiles those that can be used; the others are told in ``broken``, beside those that are known to be so.

    ``policies`` have one id each.
    """
    ordered = sorted(policies, key=lambda policy: policy.id)
    bound: list[BoundPolicy] = []
    unusable = dict(broken or {})
    for policy in ordered:
        try:
            bound.append(bind_policy(policy, vocabulary=VOCABULARY, lists=lists, baselines=baselines))
        except PolicyError as error:
            unusable[policy.id] = error.problems
    return RuleSet(bound, _hash((one.policy for one in bound), lists), exemptions, unusable, release)


def _hash(policies: Iterable[Policy], lists: Mapping[str, tuple[str, ...]]) -> str:
    digest = sha256(msgspec.json.encode(dict(lists), order="sorted"))
    for policy in policies:
        digest.update(b"\n" + policy.content)
    return digest.hexdigest()


def _index(bound: Iterable[BoundPolicy]) -> dict[str, list[tuple[BoundPolicy, Rule]]]:
    index: dict[str, list[tuple[BoundPolicy, Rule]]] = {}
    for one in bound:
        for rule in one.rules:
            for activity in sorted(rule.activities):
                index.setdefault(activity, []).append((one, rule))
    return index


def _compiled(rules: Sequence[tuple[BoundPolicy, Rule]], *, over_events: bool) -> _Rules:
    conditions = [rule.condition for _, rule in rules]
    return _Rules(tuple(rules), compile_conditions(conditions, over_events=over_events))


def _judge(found: _Rules, event: Event | None, app: App | None, now: datetime, exemptions: Exemptions) -> Judgement:
    """Nearly all that is judged hits nothing: until something does, nothing is made of it."""
    try:
        hits = found.program.hits(event, app, now)
    except Exception:  # one rule raised; the others are judged one by one, and it is named below
        hits = list(range(len(found.rules)))
    return _judged(found, hits, Subject(event, app, now), exemptions) if hits else NOTHING


def _judged(found: _Rules, hits: Sequence[int], subject: Subject, exemptions: Exemptions) -> Judgement:
    app_id = _app_id_of(subject)
    outcomes: list[Outcome | Exempted | None] = []
    for index in hits:
        bound, _ = found.rules[index]
        if not bound.scope.covers(app_id):
            continue
        exemption = exemptions.of(bound.policy.id, app_id, subject.now) if exemptions else None
        outcome = _outcome(found, index, subject)
        outcomes.append(outcome if exemption is None else _exempted(outcome, exemption))
    return Judgement(
        findings=tuple(one for one in outcomes if isinstance(one, Finding)),
        matches=tuple(one for one in outcomes if isinstance(one, Match)),
        not_evaluated=tuple(
            one if isinstance(one, NotEvaluated) else _unsettled(one)
            for one in outcomes
            if isinstance(one, NotEvaluated) or (isinstance(one, Match) and _is_unsettled(one))
        ),
        exempted=tuple(one for one in outcomes if isinstance(one, Exempted)),
    )


def _app_id_of(subject: Subject) -> str | None:
    match subject:
        case Subject(event=Event(app=reference)):
            return reference.app_id.lower() if reference.app_id else None
        case Subject(app=App(app_id=app_id)):
            return app_id.lower()
    return None


def _exempted(outcome: Outcome | None, exemption: Exemption) -> Exempted | None:
    """What an exempted app matches is no match for windows either: it is left alone whole."""
    if not isinstance(outcome, Finding | Match):
        return None
    return Exempted(policy_id=outcome.policy_id, app_id=exemption.app_id, exemption_id=exemption.id)


def _is_unsettled(match: Match) -> bool:
    """Whether the match is grouped by an object id, because no record has told yet which app that is."""
    key = match.evidence.event.app.key
    return match.evidence.event.app.app_id is None and key is not None and key in match.group


def _unsettled(match: Match) -> NotEvaluated:
    """The match counts under its object id; what the same app did under its appId cannot be joined to it."""
    return NotEvaluated(policy_id=match.policy_id, reason="app unresolved: what it did under its appId is not joined")


def _outcome(found: _Rules, index: int, subject: Subject) -> Outcome | None:
    """What one rule that is possible comes to. A rule that raises is not evaluated; it never stops another."""
    bound, rule = found.rules[index]
    policy_id = bound.policy.id
    arguments = subject.event, subject.app, subject.now
    try:
        if not found.program.certain[index](*arguments):
            if not found.program.possible[index](*arguments):
                return None
            names = ", ".join(unknown_names(rule.condition, subject))
            return NotEvaluated(policy_id=policy_id, reason=f"unknown: {names}"[:_LONGEST_REASON])
        return _explained(bound, rule, subject)
    except Exception as error:  # reported, not swallowed: the coverage page shows it
        reason = f"error: {type(error).__name__}: {error}"[:_LONGEST_REASON]
        return NotEvaluated(policy_id=policy_id, reason=reason)


def _explained(bound: BoundPolicy, rule: Rule, subject: Subject) -> Outcome:
    trace: Trace = []
    evaluate(rule.condition, subject, trace)
    match subject:
        case Subject(event=Event() as event):
            return event_outcome(bound, rule, event, subject, tuple(trace))
        case Subject(app=App() as app):
            return app_finding(bound, app, subject, tuple(trace))
    raise TypeError("neither an event nor an app")
