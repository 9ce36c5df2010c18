"""Community rules in Sigma's form, accepted as they are: converted to policies, or refused with the reason.

Text without regard to case, a missing field that matches nothing and whose negation is true, and ``null`` that asks for
nothing: Sigma means these as our language does. What no record told us stays unknown, and then neither a condition nor
its negation fires.
"""

from shared.domain.policy_book import PolicyBody
from shared.policies.errors import Problem


def converted(name: str, text: str) -> tuple[list[PolicyBody], list[Problem]]:
    """The policies of a file, and what is wrong with the rules that are none.

    pySigma is imported here only: nothing else needs it, and every function would wait for it at its start.
    """
    from shared.policies.sigma.outcomes import convert

    outcomes = convert(text, name)
    policies = [outcome.policy for outcome in outcomes if outcome.policy is not None]
    return policies, [problem for outcome in outcomes for problem in outcome.problems]
