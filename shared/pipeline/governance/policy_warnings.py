"""What a sound policy still lacks here: sources that nobody connected, and remediation that is not set up."""

from shared.pipeline.governance.told_problems import ToldProblem, told
from shared.pipeline.services import Services
from shared.policies.errors import Problem
from shared.policies.model import ActionKind, Policy
from shared.policies.needs import unmet_needs
from shared.policies.tellers import Part, Teller


def warnings_of(policy: Policy, services: Services) -> tuple[Problem, ...]:
    """Each with its place and what to do. The policy must be bound."""
    return (*unmet_needs(policy, connected(services)), *_idle_actions(policy, services))


def told_warnings(services: Services, policy_id: str) -> list[ToldProblem]:
    """Of a policy as it was read last; a broken one has problems instead."""
    rules = services.rule_book.current
    policy = rules.rules.policies.get(policy_id)
    return told(warnings_of(policy, services)) if policy is not None else []


def connected(services: Services) -> frozenset[Teller]:
    """What is switched on; whether it works at the moment is not looked at."""
    parts = {
        Part.INVENTORY: services.directory is not None,
        Part.USE_REPORTS: services.usage is not None,
        Part.APP_INFO: services.app_info is not None,
        Part.PRIORITY_ACCOUNTS: services.directory is not None
        and bool(services.priority_users or services.priority_group_ids),
    }
    return frozenset({*services.logs, *(part for part, is_on in parts.items() if is_on)})


def _idle_actions(policy: Policy, services: Services) -> tuple[Problem, ...]:
    if services.guards.is_set_up:
        return ()
    text = "remediation is not set up, so that nothing is disabled: set REMEDIATOR_CLIENT_ID"
    return tuple(
        Problem(text, ("actions", index), policy.id)
        for index, action in enumerate(policy.actions)
        if action.do is ActionKind.DISABLE_APP
    )
