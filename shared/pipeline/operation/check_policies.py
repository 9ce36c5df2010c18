"""Can all policies be used? A broken one judges nothing, and only an operator's alert makes that known."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from shared.domain.built_in import OperatorKind
from shared.domain.errors import Conflict
from shared.pipeline.operation.health_checks import Check, unwell
from shared.pipeline.services import Services
from shared.policies.errors import Problem

_MOST_BROKEN: Final = 20
_LONGEST_DETAIL: Final = 500


async def check_policies(services: Services) -> list[Check]:
    """Raises Unavailable."""
    with suppress(Conflict):
        # Where the book changes all the time, the next minute tells.
        await services.refresh_rules()
    rules = services.rules()
    if not rules.broken:
        return [Check(name="policies", detail=f"{len(rules.in_force)} in force")]
    broken = sorted(rules.broken.items())
    checks = [_broken(policy_id, problems) for policy_id, problems in broken[:_MOST_BROKEN]]
    if len(broken) > _MOST_BROKEN:
        more = f"{len(broken)} are broken: see the list of policies"
        checks.append(unwell("policies", OperatorKind.POLICY_BROKEN, "others", more))
    return checks


def _broken(policy_id: str, problems: Sequence[Problem]) -> Check:
    detail = str(problems[0]) if problems else "it cannot be used"
    return unwell(f"policy {policy_id}", OperatorKind.POLICY_BROKEN, policy_id, detail[:_LONGEST_DETAIL])
