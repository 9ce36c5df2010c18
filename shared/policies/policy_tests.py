"""A policy's own tests, played as the service would judge, whatever its state and its scope."""

from collections.abc import Iterator, Mapping
from typing import Final

from shared.policies.errors import Problem
from shared.policies.examples import ExampleError, event_count, events_of
from shared.policies.model import Kind, Policy, PolicyTest
from shared.policies.ruleset import RuleSet, compile_policies
from shared.policies.trials import Trial, judging, rules_of, try_example

_MOST_EVENTS = 4_000
"""Of all tests together: playing them must not keep others waiting."""
MOST_EFFORT: Final = 4_000_000
"""Some ten seconds. Whoever may read policies may have tests played."""


def effort_of(policy: Policy) -> int:
    """How long its tests take to play, in looks at an event: for each one, a window looks at those before it again."""
    is_alone = policy.kind in (Kind.APP, Kind.EVENT)
    return sum(count if is_alone else count * count for count in map(event_count, policy.tests))


def failed_tests(policy: Policy, lists: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """A problem for each test that does not come out as it says. Raises PolicyError where the policy is not sound."""
    if effort_of(policy) > MOST_EFFORT:
        yield Problem("the tests have too many events to be played", ("tests",), policy.id)
        return
    rules = compile_policies([judging(policy)], lists=lists)
    events = 0
    for index, test in enumerate(policy.tests):
        path = ("tests", index)
        try:
            events += len(events_of(test))
            if events > _MOST_EVENTS:
                yield Problem(f"the tests of a policy have at most {_MOST_EVENTS} events", path, policy.id)
                return
            told = _told(test, _tried(policy, test, lists, rules))
        except ExampleError as error:
            told = f"cannot be played: {error}"
        if told is not None:
            yield Problem(f'the test "{test.name:.80}" {told}', path, policy.id)


def _tried(policy: Policy, test: PolicyTest, lists: Mapping[str, tuple[str, ...]], rules: RuleSet) -> Trial:
    return try_example(rules_of(policy, test, lists) if test.baselines else rules, test)


def _told(test: PolicyTest, trial: Trial) -> str | None:
    if trial.fired == test.fires:
        return None
    reasons = "; ".join(sorted({one.reason for one in trial.not_evaluated}))
    outcome = "fires, and should not" if trial.fired else "does not fire, and should"
    return f"{outcome} (not evaluated: {reasons})" if reasons else outcome
