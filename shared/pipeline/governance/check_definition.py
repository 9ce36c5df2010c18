"""Whether a policy can be used as it is written: its form, its names and values, its routes, its own tests."""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from shared.domain.policy_book import PolicyBody
from shared.pipeline.governance.book_changes import refused
from shared.pipeline.governance.errors import PolicyRefused
from shared.policies.binding import bind_policy
from shared.policies.errors import PolicyError, Problem
from shared.policies.examples import ExampleError, events_of
from shared.policies.facts import VOCABULARY
from shared.policies.loader import parse_policy
from shared.policies.model import Policy, State
from shared.policies.trials import rules_of, try_example
from shared.policies.tuning import parse_tuning, tuned

_MOST_BYTES = 64 * 1024
_MOST_TEST_EVENTS = 4_000
"""Of all tests together: playing them must not keep others waiting."""

type Lists = Mapping[str, tuple[str, ...]]


def own_keys(body: PolicyBody, policy_id: str, version: int) -> PolicyBody:
    """What is stored of a body: its id and version are kept beside it, and may be repeated in it, but not changed.

    Raises PolicyRefused, as for a body that is too large.
    """
    if body.get("id", policy_id) != policy_id:
        raise refused("the id cannot be changed; duplicate the policy under another one", "id")
    if body.get("version", version) != version:
        raise refused(f"the policy is at version {version}, and versions are counted here; take the key out", "version")
    kept = {name: value for name, value in body.items() if name not in ("id", "version")}
    if _size(kept) > _MOST_BYTES:
        raise refused(f"a policy holds at most {_MOST_BYTES // 1024} KB")
    return kept


def check_policy(
    body: PolicyBody, policy_id: str, lists: Lists, routes: Collection[str], *, plays_tests: bool = True
) -> Policy:
    """Of one that people wrote. Raises PolicyRefused with all problems of the first kind that there is."""
    try:
        policy = parse_policy({**body, "id": policy_id, "version": 1})
        _check(policy, lists, routes)
    except PolicyError as error:
        raise PolicyRefused(error.problems) from None
    problems = [*_failing_tests(policy, lists)] if plays_tests else []
    if problems:
        raise PolicyRefused(problems)
    return policy


def check_tuning(body: PolicyBody, bundled: Policy, lists: Lists, routes: Collection[str]) -> Policy:
    """Of a bundled one. Its own tests are not played: they are about its values as bundled. Raises PolicyRefused."""
    try:
        policy = tuned(bundled, parse_tuning(body, bundled.id), 1)
        _check(policy, lists, routes)
    except PolicyError as error:
        raise PolicyRefused(error.problems) from None
    return policy


def _check(policy: Policy, lists: Lists, routes: Collection[str]) -> None:
    """Raises PolicyError."""
    bind_policy(policy, vocabulary=VOCABULARY, lists=lists)
    known = f"the routes are {', '.join(sorted(routes))}" if routes else "there are no routes yet"
    problems = [
        Problem(f"unknown route {action.route}; {known}", ("actions", index, "route"), policy.id)
        for index, action in enumerate(policy.actions)
        if action.route is not None and action.route not in routes
    ]
    if problems:
        raise PolicyError(*problems)


def _failing_tests(policy: Policy, lists: Lists) -> Iterator[Problem]:
    """Played as if it were in force for every app: an example need not know its state and scope."""
    played = policy.model_copy(update={"state": State.ACTIVE, "scope": None})
    events = 0
    for index, test in enumerate(policy.tests):
        path = ("tests", index)
        try:
            events += len(events_of(test))
            if events > _MOST_TEST_EVENTS:
                yield Problem(f"the tests of a policy have at most {_MOST_TEST_EVENTS} events", path, policy.id)
                return
            fired = try_example(rules_of(played, test, lists), test).fired
        except ExampleError as error:
            yield Problem(f'the test "{test.name:.80}" cannot be played: {error}', path, policy.id)
            continue
        if fired is not test.fires:
            outcome = "fires, and should not" if fired else "does not fire, and should"
            yield Problem(f'the test "{test.name:.80}" {outcome}', path, policy.id)


def _size(body: PolicyBody) -> int:
    try:
        return len(msgspec.json.encode(body))
    except RecursionError:
        raise refused("it is nested too deeply") from None
    except UnicodeEncodeError:
        raise refused("the text holds half of a surrogate pair") from None
