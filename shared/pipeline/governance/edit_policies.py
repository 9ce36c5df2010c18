"""People change policies: read the book, decide, commit with history, have all apps judged anew.

A change is one commit against the version of the book that it rests on. Whatever is refused says where and why.
"""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from shared.domain.policy_book import PolicyBody
from shared.domain.roles import Caller
from shared.pipeline.governance.policy_view import PolicyView
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.model import State


class Edit(Struct, frozen=True, kw_only=True):
    """By whom, why, and on which version it rests (an ETag; None or ``*`` for any)."""

    caller: Caller
    now: datetime
    reason: str | None = None
    if_match: str | None = None


class TemplateChoice(Struct, frozen=True, kw_only=True):
    """``parameters`` are values by name. ``title`` and ``id`` default to the template's."""

    template: str
    parameters: dict[str, object] = {}
    id: str | None = None
    title: str | None = None
    changes: PolicyBody = {}
    """Any of state, severity, scope, actions, autoResolve."""


async def create_policy(services: GovernanceServices, definition: PolicyBody, edit: Edit) -> PolicyView:
    """Raises PolicyExists, PolicyRefused."""
    raise NotImplementedError


async def create_from_template(services: GovernanceServices, choice: TemplateChoice, edit: Edit) -> PolicyView:
    """Raises UnknownPolicy, PolicyExists, PolicyRefused."""
    raise NotImplementedError


async def update_policy(services: GovernanceServices, policy_id: str, body: PolicyBody, edit: Edit) -> PolicyView:
    """``body`` is the whole definition of one that people wrote, or the tuning of a bundled one, in place of what was.

    What is so already changes nothing. Raises UnknownPolicy, StalePolicy, PolicyRefused.
    """
    raise NotImplementedError


async def set_state(services: GovernanceServices, policy_id: str, state: State, edit: Edit) -> PolicyView:
    """Raises UnknownPolicy, StalePolicy, PolicyRefused (a broken policy cannot be activated)."""
    raise NotImplementedError


async def delete_policy(services: GovernanceServices, policy_id: str, edit: Edit) -> None:
    """A bundled one goes back to how it is bundled. Its history stays. Raises UnknownPolicy, StalePolicy, NotTunable
    (a bundled one that nobody tuned).
    """
    raise NotImplementedError


async def duplicate_policy(
    services: GovernanceServices, policy_id: str, new_id: str, edit: Edit, title: str | UnsetType = UNSET
) -> PolicyView:
    """A policy of one's own with the same definition, inactive. Raises UnknownPolicy, PolicyExists, PolicyRefused."""
    raise NotImplementedError


async def restore_version(services: GovernanceServices, policy_id: str, version: int, edit: Edit) -> PolicyView:
    """As a new version, also of a deleted policy. Raises UnknownPolicy, StalePolicy, PolicyRefused."""
    raise NotImplementedError
