"""Whether the routes that a policy's actions name are there."""

from collections.abc import Collection

from shared.policies.errors import PolicyError, Problem
from shared.policies.model import Policy
from shared.policies.vocabulary import suggestion


def refuse_unknown_routes(policy: Policy, routes: Collection[str]) -> None:
    """Raises PolicyError with a problem for each action whose route there is not."""
    problems = [
        Problem(f"unknown route {action.route}{_instead(action.route, routes)}", ("actions", index, "route"), policy.id)
        for index, action in enumerate(policy.actions)
        if action.route is not None and action.route not in routes
    ]
    if problems:
        raise PolicyError(*problems)


def _instead(name: str, routes: Collection[str]) -> str:
    return suggestion(name, routes) if routes else "; there are no routes yet"
