"""What every policy of the catalogue must satisfy, one small check each. A clean catalogue has no problems."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from shared.domain.events import Source
from shared.domain.known import UNKNOWN
from shared.policies.binding import bind_policy
from shared.policies.conditions import AllOf, AnyElement, AnyOf, Comparison, Condition, IfApplicable, Not, facts_of
from shared.policies.errors import PolicyError, Problem
from shared.policies.examples import ExampleError, app_of, events_of
from shared.policies.facts import VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.loader import load_with_lines
from shared.policies.model import Kind, Policy, PolicyTest
from shared.policies.ruleset import compile_policies
from shared.policies.trials import Trial, judging, rules_of, try_example
from shared.policies.vocabulary import Fact, Vocabulary

_FEWEST_TRIAGE_STEPS = 3
_SOURCES = (*Source, "inventory")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy and where it stands."""

    policy: Policy
    file: str
    line: int
    lists: Mapping[str, tuple[str, ...]]

    def problem(self, text: str) -> Problem:
        return Problem(text, (), self.policy.id, self.file, self.line)


type Check = Callable[[Entry], Iterator[str]]


def check_texts(texts: Iterable[tuple[str, str]]) -> tuple[Problem, ...]:
    """Every problem of these files, given as (name, text)."""
    lists = load_lists()
    problems: list[Problem] = []
    entries: list[Entry] = []
    for name, text in texts:
        try:
            loaded = load_with_lines(text, name, vocabulary=VOCABULARY, lists=lists)
            entries.extend(Entry(policy, name, line, lists) for policy, line in loaded)
        except PolicyError as error:
            problems.extend(error.problems)
    problems.extend(_repeated_ids(entries))
    for entry in entries:
        problems.extend(entry.problem(text) for check in CHECKS for text in check(entry))
    return tuple(problems)


def _repeated_ids(entries: Iterable[Entry]) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in entries:
        earlier = first.setdefault(entry.policy.id, entry)
        if earlier is not entry:
            yield entry.problem(f"the id is also in {earlier.file}:{earlier.line}")


def file_is_named_after_the_policy(entry: Entry) -> Iterator[str]:
    if entry.file.rpartition("/")[2] != f"{entry.policy.id}.yaml":
        yield f"the file of this policy is called {entry.policy.id}.yaml"


def prose_is_there(entry: Entry) -> Iterator[str]:
    for key in ("title", "description", "why", "false_positives", "sources", "licence"):
        if not getattr(entry.policy, key):
            yield f"{Policy.model_fields[key].alias} is missing"


def triage_has_steps(entry: Entry) -> Iterator[str]:
    if len(entry.policy.triage) < _FEWEST_TRIAGE_STEPS:
        yield f"triage has at least {_FEWEST_TRIAGE_STEPS} steps"


def techniques_are_named(entry: Entry) -> Iterator[str]:
    if not entry.policy.attack:
        yield "attack names at least one technique, such as T1098.001"


def sources_are_known(entry: Entry) -> Iterator[str]:
    for source in entry.policy.sources:
        if source not in _SOURCES:
            yield f"{source!r} is no source; use {', '.join(_SOURCES)}"


def title_names_the_app_alone(entry: Entry) -> Iterator[str]:
    for title in (entry.policy.title, entry.policy.alert.title):
        for name in _PLACEHOLDER.findall(title or ""):
            if name != "{app}":
                yield f"{name} in the title stays as it is; only {{app}} is filled in"


def severity_is_chosen(entry: Entry) -> Iterator[str]:
    if "severity" not in entry.policy.alert.model_fields_set:
        yield "alert.severity is written down, not left to the default"


def parameters_are_used(entry: Entry) -> Iterator[str]:
    written = entry.policy.content.decode()
    for name in entry.policy.parameters:
        if f'{{"parameter":"{name}"}}' not in written:
            yield f"the parameter {name} is not used"


def tests_show_both_sides(entry: Entry) -> Iterator[str]:
    outcomes = {test.fires for test in entry.policy.tests}
    if True not in outcomes:
        yield "no test fires"
    if False not in outcomes:
        yield "no test is a near miss"


def tests_fit_the_kind(entry: Entry) -> Iterator[str]:
    over_apps = entry.policy.kind is Kind.APP
    for test in entry.policy.tests:
        has_events = test.event is not None or bool(test.events)
        if over_apps and (has_events or test.app is None):
            yield f"test {test.name!r}: a policy on apps is tested with app: {{…}} only"
        if not over_apps and not has_events:
            yield f"test {test.name!r}: give event: {{…}} or events: […]"


def tests_can_be_read(entry: Entry) -> Iterator[str]:
    for test in entry.policy.tests:
        try:
            app_of(test), events_of(test), rules_of(entry.policy, test, entry.lists)
        except ExampleError as error:
            yield f"test {test.name!r}: {error}"


def tests_pass(entry: Entry) -> Iterator[str]:
    for test, trial, backwards in _trials(entry, VOCABULARY):
        if trial.fired != test.fires:
            reasons = "; ".join(sorted({one.reason for one in trial.not_evaluated}))
            because = f" (not evaluated: {reasons})" if reasons else ""
            yield f"test {test.name!r} {'fires' if trial.fired else 'does not fire'}{because}"
        elif trial.evidence != backwards.evidence:
            yield f"test {test.name!r} gives other evidence when its events arrive in the opposite order"


def tests_survive_missing_facts(entry: Entry) -> Iterator[str]:
    """A fact that nobody knows may leave a policy not evaluated; it never raises, and never makes it fire."""
    for fact in _facts_that_may_be_unknown(entry):
        for test, trial, _ in _trials(entry, _blind(VOCABULARY, fact)):
            if any(one.reason.startswith("error") for one in trial.not_evaluated):
                yield f"test {test.name!r} raises where {fact.name} is unknown"
            if test.fires and not trial.fired and not trial.not_evaluated:
                yield f"test {test.name!r} is silent, not 'not evaluated', where {fact.name} is unknown"
            if not test.fires and trial.fired and fact.name not in set(_skipped(entry)):
                yield f"test {test.name!r} fires where {fact.name} is unknown"


CHECKS: tuple[Check, ...] = (
    file_is_named_after_the_policy,
    prose_is_there,
    triage_has_steps,
    techniques_are_named,
    sources_are_known,
    title_names_the_app_alone,
    severity_is_chosen,
    parameters_are_used,
    tests_show_both_sides,
    tests_fit_the_kind,
    tests_can_be_read,
    tests_pass,
    tests_survive_missing_facts,
)


def _trials(entry: Entry, vocabulary: Vocabulary) -> Iterator[tuple[PolicyTest, Trial, Trial]]:
    """Each readable test with what came of it, its events forwards and backwards."""
    without = compile_policies([judging(entry.policy)], vocabulary=vocabulary, lists=entry.lists)
    for test in entry.policy.tests:
        with suppress(ExampleError):
            rules = rules_of(entry.policy, test, entry.lists, vocabulary) if test.baselines else without
            yield test, try_example(rules, test), try_example(rules, test, backwards=True)


def _blind(vocabulary: Vocabulary, hidden: Fact) -> Vocabulary:
    """The vocabulary in which nobody knows this fact."""
    unknown = replace(hidden, may_be_unknown=True, derive=lambda _root, _now: UNKNOWN)
    facts = (unknown if fact is hidden else fact for fact in vocabulary.facts.values())
    return Vocabulary(
        facts,
        activities=vocabulary.activities,
        baselines=vocabulary.baselines,
        key_of_app=vocabulary.key_of_app,
        answered_by_event=vocabulary.answered_by_event,
    )


def _conditions(entry: Entry) -> Iterator[Condition]:
    bound = bind_policy(entry.policy, vocabulary=VOCABULARY, lists=entry.lists)
    for rule in bound.rules:
        yield rule.condition


def _facts_that_may_be_unknown(entry: Entry) -> list[Fact]:
    facts = (fact for condition in _conditions(entry) for fact in facts_of(condition))
    return [fact for fact in dict.fromkeys(facts) if fact.may_be_unknown]


def _skipped(entry: Entry) -> Iterator[str]:
    """The facts that the policy asks for only if applicable."""
    for condition in _conditions(entry):
        yield from _if_applicable(condition)


def _if_applicable(condition: Condition) -> Iterator[str]:
    match condition:
        case IfApplicable(fact=fact):
            yield fact.name
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            for part in parts:
                yield from _if_applicable(part)
        case Not(condition=inner):
            yield from _if_applicable(inner)
        case Comparison() | AnyElement():
            return
