"""Why a change of policies is not made."""

from collections.abc import Sequence

from shared.policies.errors import Problem


class UnknownPolicy(Exception):
    """There is no policy, version, template, list or exemption of this name."""


class PolicyExists(Exception):
    """The id is taken, by a policy of the product or of the tenant."""


class StalePolicy(Exception):
    """The policy is no longer the version that the caller saw."""


class PolicyRefused(Exception):
    """It cannot be used; each of ``problems`` says where and why, and what to write instead."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class NotTunable(Exception):
    """A bundled policy can be tuned, not rewritten or deleted. The message says what to do instead."""
