"""The list of policies as it was asked for, which the API and its file share."""

from dataclasses import dataclass
from datetime import UTC, datetime

from functions.models.policies import PolicyListParameters, PolicyResource, StateCounts, policy_resource
from shared.pipeline.governance.policy_list import ListedPolicy, list_policies
from shared.pipeline.governance.policy_view import PolicyView
from shared.pipeline.governance.policy_warnings import told_warnings
from shared.pipeline.services import Services

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class PolicyListing:
    """``counts`` are those by state of what matches all other filters."""

    shown: list[PolicyResource]
    counts: StateCounts


async def policy_listing(services: Services, asked: PolicyListParameters) -> PolicyListing:
    """By id, or the one that was changed last first. There are some hundreds at most, so they come on one page."""
    found = [one for one in await list_policies(services) if _matches(one.policy, asked)]
    states = [one.policy.state.value for one in found]
    shown = [one for one in found if asked.state is None or one.policy.state.value in asked.state]
    if asked.sort == "modified":
        shown.sort(key=lambda one: one.policy.modified or _LONG_AGO, reverse=True)
    counts = StateCounts(**{state: states.count(state) for state in set(states)})
    return PolicyListing(shown=[_resource(services, one) for one in shown], counts=counts)


def _matches(policy: PolicyView, asked: PolicyListParameters) -> bool:
    """But for its state."""
    return (
        (asked.source is None or policy.source in asked.source)
        and (asked.severity is None or policy.severity in asked.severity)
        and (asked.kind is None or policy.kind in asked.kind)
        and (asked.text is None or asked.text.casefold() in _text(policy))
    )


def _text(policy: PolicyView) -> str:
    return f"{policy.id}\n{policy.title}\n{policy.definition.get('description', '')}".casefold()


def _resource(services: Services, listed: ListedPolicy) -> PolicyResource:
    return policy_resource(listed.policy, listed.alerts, told_warnings(services, listed.policy.id))
