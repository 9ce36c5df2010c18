"""Whether a policy can be used as it is written: its form, its names and values, its routes, its own tests."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import msgspec

from shared.domain.policy_book import MOST_POLICY_BYTES, PolicyBody
from shared.pipeline.governance.book_changes import refused
from shared.pipeline.governance.errors import PolicyRefused
from shared.policies.action_routes import refuse_unknown_routes
from shared.policies.binding import bind_policy
from shared.policies.errors import KeyPath, PolicyError
from shared.policies.facts import VOCABULARY
from shared.policies.further_problems import parse_telling_all
from shared.policies.impossible import refuse_impossible
from shared.policies.model import Policy
from shared.policies.policy_tests import failed_tests
from shared.policies.tuning import in_words_of_tuning, parse_tuning, tuned

_LARGEST_NUMBER: Final = 2**63 - 1

type Lists = Mapping[str, tuple[str, ...]]


def id_in(definition: PolicyBody) -> str:
    """Raises PolicyRefused."""
    policy_id = definition.get("id")
    if not isinstance(policy_id, str):
        raise refused("a policy needs an id, such as mail-read-by-new-app", "id")
    return policy_id


def own_keys(body: PolicyBody, policy_id: str, version: int) -> PolicyBody:
    """What is stored of a body: its id and version are kept beside it, and may be repeated in it, but not changed.

    Raises PolicyRefused, as for a body that is too large.
    """
    if body.get("id", policy_id) != policy_id:
        raise refused("the id cannot be changed; duplicate the policy under another one", "id")
    if body.get("version", version) != version:
        raise refused(f"the policy is at version {version}, and versions are counted here; take the key out", "version")
    kept = {name: value for name, value in body.items() if name not in ("id", "version")}
    if _size(kept) > MOST_POLICY_BYTES:
        raise refused(f"a policy holds at most {MOST_POLICY_BYTES // 1024} KB")
    for path in _odd_numbers(kept):
        raise refused("write a number that is finite, and below 2^63", *path)
    return kept


def check_policy(
    body: PolicyBody, policy_id: str, lists: Lists, routes: Collection[str], *, plays_tests: bool = True
) -> Policy:
    """Of one that people wrote. Raises PolicyRefused with all problems of form and names, or else of its own tests."""
    try:
        policy = parse_telling_all({**body, "id": policy_id, "version": 1}, VOCABULARY, lists)
        _check(policy, lists, routes)
    except PolicyError as error:
        raise PolicyRefused(error.problems) from None
    problems = [*failed_tests(policy, lists)] if plays_tests else []
    if problems:
        raise PolicyRefused(problems)
    return policy


def check_tuning(body: PolicyBody, bundled: Policy, lists: Lists, routes: Collection[str]) -> Policy:
    """Of a bundled one. Its own tests are not played: they are about its values as bundled. Raises PolicyRefused."""
    try:
        policy = tuned(bundled, parse_tuning(body, bundled.id), 1)
    except PolicyError as error:
        raise PolicyRefused(error.problems) from None
    try:
        _check(policy, lists, routes)
    except PolicyError as error:
        raise PolicyRefused(in_words_of_tuning(error, policy).problems) from None
    return policy


def _check(policy: Policy, lists: Lists, routes: Collection[str]) -> None:
    """Raises PolicyError."""
    bind_policy(policy, vocabulary=VOCABULARY, lists=lists)
    refuse_impossible(policy)
    refuse_unknown_routes(policy, routes)


def _odd_numbers(body: PolicyBody) -> Iterator[KeyPath]:
    """JSON here knows NaN and Infinity, and would store them as null."""
    waiting: list[tuple[KeyPath, object]] = [((), body)]
    while waiting:
        path, value = waiting.pop()
        match value:
            case dict():
                waiting.extend(((*path, str(key)), each) for key, each in value.items())
            case list():
                waiting.extend(((*path, index), each) for index, each in enumerate(value))
            case int() | float() if not -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER:
                yield path


def _size(body: PolicyBody) -> int:
    try:
        return len(msgspec.json.encode(body))
    except RecursionError:
        raise refused("it is nested too deeply") from None
    except UnicodeEncodeError:
        raise refused("the text holds half of a surrogate pair") from None
