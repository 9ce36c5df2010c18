"""What an alert's policy says: from the rules, or of what the service raises by itself.

Whoever asks refreshes the rules first: a host that only answers requests judges nothing, and would know the bundled
policies alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.built_in import BUILT_IN
from shared.pipeline.services import Services


@dataclass(frozen=True, kw_only=True)
class PolicyText:
    description: str | None
    why: str | None
    triage: Sequence[str]
    false_positives: Sequence[str]
    attack: Sequence[str]


def policy_text(services: Services, policy_id: str) -> PolicyText | None:
    """None where the policy is no longer among the rules."""
    policy = services.rules().policies.get(policy_id)
    if policy is not None:
        return PolicyText(
            description=policy.description,
            why=policy.why,
            triage=policy.triage,
            false_positives=policy.false_positives,
            attack=policy.attack,
        )
    own = BUILT_IN.get(policy_id)
    if own is not None:
        return PolicyText(
            description=own.description, why=None, triage=own.triage, false_positives=(), attack=own.attack
        )
    return None


def policy_ids(services: Services) -> list[str]:
    """All that an alert may be of."""
    return sorted({*services.rules().policies, *BUILT_IN})
