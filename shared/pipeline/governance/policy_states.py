"""Switching policies on, to audit, and off."""

from shared.pipeline.governance.acting_policies import permitted
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.edit_policies import set_state
from shared.pipeline.governance.policy_view import PolicyView
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.model import State


async def activate_policy(services: GovernanceServices, policy_id: str, edit: Edit) -> PolicyView:
    return await _switched(services, policy_id, State.ACTIVE, edit)


async def audit_policy(services: GovernanceServices, policy_id: str, edit: Edit) -> PolicyView:
    return await _switched(services, policy_id, State.AUDIT, edit)


async def deactivate_policy(services: GovernanceServices, policy_id: str, edit: Edit) -> PolicyView:
    return await _switched(services, policy_id, State.INACTIVE, edit)


async def _switched(services: GovernanceServices, policy_id: str, state: State, edit: Edit) -> PolicyView:
    return await set_state(services, policy_id, state, await permitted(services, edit, policy_id=policy_id))
