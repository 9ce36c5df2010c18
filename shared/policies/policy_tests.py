"""A policy's own tests, played as the service would judge, whatever its state and its scope."""

from collections.abc import Iterator, Mapping

from shared.policies.errors import Problem
from shared.policies.examples import ExampleError, events_of
from shared.policies.model import Policy, PolicyTest, State
from shared.policies.ruleset import RuleSet, compile_policies
from shared.policies.trials import Trial, rules_of, try_example

_MOST_EVENTS = 4_000
"""Of all tests together: playing them must not keep others waiting."""


def failed_tests(policy: Policy, lists: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """A problem for each test that does not come out as it says. Raises PolicyError where the policy is not sound."""
    # An inactive policy judges nothing, and no example need be about an app of the scope.
    judging = policy.model_copy(update={"state": State.ACTIVE, "scope": None})
    rules = compile_policies([judging], lists=lists)
    events = 0
    for index, test in enumerate(policy.tests):
        path = ("tests", index)
        try:
            events += len(events_of(test))
            if events > _MOST_EVENTS:
                yield Problem(f"the tests of a policy have at most {_MOST_EVENTS} events", path, policy.id)
                return
            told = _told(test, _tried(judging, test, lists, rules))
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
