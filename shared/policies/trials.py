"""Plays a policy's own tests through the compiled rules, as the service would."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.domain.apps import App
from shared.domain.events import Event
from shared.domain.findings import Finding
from shared.domain.known import UNKNOWN, Known
from shared.domain.matches import Match
from shared.policies.baselines import Baseline
from shared.policies.examples import MOMENT, ExampleError, app_of, events_of
from shared.policies.facts import VOCABULARY
from shared.policies.judgements import Judgement, NotEvaluated
from shared.policies.model import Policy, PolicyTest, State
from shared.policies.ruleset import RuleSet, compile_policies
from shared.policies.vocabulary import Vocabulary, suggestion


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one example."""

    findings: tuple[Finding, ...]
    not_evaluated: tuple[NotEvaluated, ...]

    @property
    def fired(self) -> bool:
        return bool(self.findings)

    @property
    def evidence(self) -> frozenset[tuple[str, str | None]]:
        """The events of all findings, with their steps."""
        return frozenset((item.event.id, item.step) for one in self.findings for item in one.evidence)


def judging(policy: Policy) -> Policy:
    """The policy as its examples are judged: in force, and for every app, as no example is about one of a scope."""
    return policy.model_copy(update={"state": State.ACTIVE, "scope": None})


def rules_of(
    policy: Policy, test: PolicyTest, lists: Mapping[str, tuple[str, ...]], vocabulary: Vocabulary = VOCABULARY
) -> RuleSet:
    """The policy as it judges where the baselines of the example are the usual. Raises ExampleError."""
    for name in test.baselines:
        if name not in vocabulary.baselines:
            raise ExampleError(f"unknown baseline {name:.80}{suggestion(name, vocabulary.baselines)}")

    def lookup(dimension: str, _key: str) -> Known[Baseline]:
        match test.baselines.get(dimension):
            case None:
                return UNKNOWN
            case tuple() as values:
                return Baseline(values=frozenset(values))
            case number:
                return Baseline(mean=number)

    return compile_policies([judging(policy)], vocabulary=vocabulary, lists=lists, baselines=lookup)


def try_example(rules: RuleSet, test: PolicyTest, *, backwards: bool = False) -> Trial:
    """Plays the example; ``backwards`` lets its events arrive in the opposite order. Raises ExampleError."""
    app, events = app_of(test), events_of(test)
    if events:
        return play(rules, reversed(events) if backwards else events, app)
    if app is None:
        return Trial((), ())
    return _trial([rules.judge_app(app, MOMENT)], [])


def play(rules: RuleSet, events: Iterable[Event], app: App | None) -> Trial:
    """Judges the events in this order; matches are kept, and correlated as each arrives."""
    judgements: list[Judgement] = []
    answers: list[Finding | NotEvaluated | None] = []
    rows: dict[tuple[str, tuple[str, ...]], list[Match]] = {}
    for event in events:
        judgement = rules.judge_event(event, app, MOMENT)
        judgements.append(judgement)
        for match in judgement.matches:
            rows.setdefault((match.policy_id, match.group), []).append(match)
        answers.extend(rules.correlate(rows[match.policy_id, match.group]) for match in judgement.matches)
    return _trial(judgements, answers)


def _trial(judgements: list[Judgement], answers: list[Finding | NotEvaluated | None]) -> Trial:
    findings = [one for judgement in judgements for one in judgement.findings]
    missed = [one for judgement in judgements for one in judgement.not_evaluated]
    return Trial(
        findings=(*findings, *(one for one in answers if isinstance(one, Finding))),
        not_evaluated=(*missed, *(one for one in answers if isinstance(one, NotEvaluated))),
    )
