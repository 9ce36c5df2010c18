"""What else is wrong with a policy whose form is wrong: whoever mends the one would find the other only then."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from shared.policies.binding import bind_policy
from shared.policies.errors import PolicyError, Problem
from shared.policies.loader import parse_policy
from shared.policies.model import Policy
from shared.policies.vocabulary import Vocabulary

_REFERRED_TO: Final = frozenset({"kind", "parameters"})
"""Without these nothing can be said of the rest."""


def parse_telling_all(raw: object, vocabulary: Vocabulary, lists: Mapping[str, tuple[str, ...]]) -> Policy:
    """As ``parse_policy``. Where that refuses, the error also has the problems of the parts that are right in form."""
    try:
        return parse_policy(raw)
    except PolicyError as error:
        raise PolicyError(*error.problems, *_further(raw, error, vocabulary, lists)) from None


def _further(
    raw: object, error: PolicyError, vocabulary: Vocabulary, lists: Mapping[str, tuple[str, ...]]
) -> list[Problem]:
    wrong = {problem.path[0] for problem in error.problems if problem.path}
    if not isinstance(raw, dict) or not wrong or wrong & _REFERRED_TO:
        return []
    rest = {key: value for key, value in raw.items() if key not in wrong}
    try:
        bind_policy(parse_policy({"id": "unnamed", **rest}), vocabulary=vocabulary, lists=lists)
    except PolicyError as further:
        # One without a place misses a part that is there, in another form.
        named = error.problems[0].policy_id
        return [replace(problem, policy_id=named) for problem in further.problems if problem.path]
    return []
