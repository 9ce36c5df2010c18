"""Can all policies be used? A broken one judges nothing, and only an operator's alert makes that known. So it is with
a route that a policy names and that was taken away since: nobody is told there any more.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from shared.domain.built_in import OperatorKind
from shared.domain.errors import Conflict
from shared.pipeline.operation.health_checks import Check, unwell
from shared.pipeline.services import Services
from shared.policies.errors import Problem
from shared.policies.model import State

_MOST_BROKEN: Final = 20
_MOST_NAMED: Final = 5
_LONGEST_DETAIL: Final = 500


async def check_policies(services: Services) -> list[Check]:
    """Raises Unavailable."""
    with suppress(Conflict):
        # Where the book changes all the time, the next minute tells.
        await services.refresh_rules()
    rules = services.rules()
    routes = _routes_taken_away(services)
    if not rules.broken:
        return [Check(name="policies", detail=f"{len(rules.in_force)} in force"), *routes]
    broken = sorted(rules.broken.items())
    checks = [_broken(policy_id, problems) for policy_id, problems in broken[:_MOST_BROKEN]]
    if len(broken) > _MOST_BROKEN:
        more = f"{len(broken)} are broken: see the list of policies"
        checks.append(unwell("policies", OperatorKind.POLICY_BROKEN, "others", more))
    return [*checks, *routes]


def _routes_taken_away(services: Services) -> list[Check]:
    named_by: defaultdict[str, list[str]] = defaultdict(list)
    for policy_id, bound in sorted(services.rules().in_force.items()):
        if bound.policy.state is State.ACTIVE:
            for route in sorted({action.route for action in bound.policy.actions if action.route}):
                named_by[route].append(policy_id)
    return [
        unwell(f"route {name}", OperatorKind.ROUTE_DEAD, name, _taken_away(policy_ids))
        for name, policy_ids in sorted(named_by.items())
        if name not in services.routes
    ]


def _taken_away(policy_ids: Sequence[str]) -> str:
    shown = ", ".join(policy_ids[:_MOST_NAMED])
    more = f" and {len(policy_ids) - _MOST_NAMED} more" if len(policy_ids) > _MOST_NAMED else ""
    return f"it is not configured, and policies name it, so that nobody is told there: {shown}{more}"


def _broken(policy_id: str, problems: Sequence[Problem]) -> Check:
    detail = str(problems[0]) if problems else "it cannot be used"
    return unwell(f"policy {policy_id}", OperatorKind.POLICY_BROKEN, policy_id, detail[:_LONGEST_DETAIL])
