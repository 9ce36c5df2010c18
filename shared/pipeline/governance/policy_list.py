"""All policies, each with the number of its alerts."""

import asyncio
from typing import Final

from msgspec import Struct

from shared.domain.alert_queries import PolicyAlerts
from shared.pipeline.governance.errors import UnknownPolicy
from shared.pipeline.governance.policy_view import PolicyView, view_of
from shared.pipeline.governance.services import GovernanceServices

_MOST_ALERTS: Final = 999
"""Of one policy are counted: one request reads them, and tells whether there are more."""
_COUNTS_AT_ONCE: Final = 16


class ListedPolicy(Struct, frozen=True, kw_only=True):
    policy: PolicyView
    alerts: PolicyAlerts


async def list_policies(services: GovernanceServices) -> tuple[ListedPolicy, ...]:
    """By id. Costs a small read for each policy. Raises Unavailable."""
    rules = await services.rule_book.refresh()
    free = asyncio.Semaphore(_COUNTS_AT_ONCE)

    async def listed(view: PolicyView) -> ListedPolicy:
        async with free:
            return ListedPolicy(policy=view, alerts=await alerts_of(services, view.id))

    return tuple(await asyncio.gather(*(listed(view_of(entry, rules)) for entry in rules.entries.values())))


async def read_policy(services: GovernanceServices, policy_id: str) -> ListedPolicy:
    """Raises UnknownPolicy."""
    rules = await services.rule_book.refresh()
    entry = rules.entries.get(policy_id)
    if entry is None:
        raise UnknownPolicy(policy_id)
    return ListedPolicy(policy=view_of(entry, rules), alerts=await alerts_of(services, policy_id))


async def alerts_of(services: GovernanceServices, policy_id: str) -> PolicyAlerts:
    return await services.alert_list.of_policy(policy_id, _MOST_ALERTS)
