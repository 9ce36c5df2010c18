"""Who may change policies that disable apps: writing policies must not become a way to remediate without the right.

Whoever lacks the right may change what only alerts. The check looks at the policy before and after a change, and the
change is then tied to the version that was looked at: a policy that begins to act in between is not changed.
"""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from shared.domain.exemptions import ALL_POLICIES
from shared.domain.policy_book import PolicyBody
from shared.domain.roles import Caller, Right
from shared.pipeline.governance.book_changes import etag_of, refuse_stale
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.named_lists import list_named_lists
from shared.pipeline.governance.policy_view import version_of
from shared.pipeline.governance.rule_book import Rules
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.lists import PROTECTED_APPS
from shared.policies.model import ActionKind
from shared.policies.policy_entries import PolicyEntry

_DISABLES: Final = ActionKind.DISABLE_APP.value


class ActingPolicy(Exception):
    """The policy disables apps, which takes the right to remediate as well."""

    def __init__(self) -> None:
        super().__init__(
            f"What decides which apps are disabled takes the right {Right.REQUEST_REMEDIATION.value!r} as well: "
            f"policies with the action {_DISABLES}, exemptions from them, and the lists that they or the guards of "
            f"remediation refer to."
        )


async def permitted(
    services: GovernanceServices, edit: Edit, *bodies: PolicyBody, policy_id: str | None = None
) -> Edit:
    """The edit, tied to what was looked at. ``bodies`` are what the policy is to say.

    Raises ActingPolicy, StalePolicy.
    """
    rules = await services.rule_book.refresh()
    if edit.caller.may(Right.REQUEST_REMEDIATION):
        return edit
    entry = rules.entries.get(policy_id) if policy_id is not None else None
    if any(map(_acts_by_text, bodies)) or (entry is not None and _acts(entry)):
        raise ActingPolicy
    if entry is None:
        return edit
    seen = etag_of(version_of(entry))
    refuse_stale(edit.if_match, seen)
    return replace(edit, if_match=seen)


async def permit_list(services: GovernanceServices, caller: Caller, name: str) -> None:
    """A list may decide on which apps a policy acts, or which nobody may disable. Raises ActingPolicy."""
    if caller.may(Right.REQUEST_REMEDIATION):
        return
    entries = (await services.rule_book.refresh()).entries
    users = next((one.used_by for one in await list_named_lists(services) if one.name == name), ())
    if name == PROTECTED_APPS or any(_acts(entries[user]) for user in users if user in entries):
        raise ActingPolicy


def permit_exemption(rules: Rules, caller: Caller, policy_id: str) -> None:
    """Where an exemption begins or ends, a policy leaves an app alone or may disable it. Raises ActingPolicy."""
    if caller.may(Right.REQUEST_REMEDIATION):
        return
    if any(_acts(entry) for entry in rules.entries.values() if policy_id in (ALL_POLICIES, entry.id)):
        raise ActingPolicy


def _acts(entry: PolicyEntry) -> bool:
    """By anything that may stand of it: as it is in force, as it is bundled, as it is stored."""
    policies = [policy for policy in (entry.policy, entry.bundled) if policy is not None]
    return any(action.do is ActionKind.DISABLE_APP for policy in policies for action in policy.actions) or (
        entry.stored is not None and _acts_by_text(entry.stored.body)
    )


def _acts_by_text(body: Mapping[str, object]) -> bool:
    """Of any text at all, sound or not."""
    actions = body.get("actions")
    return isinstance(actions, list) and any(isinstance(one, dict) and one.get("do") == _DISABLES for one in actions)
