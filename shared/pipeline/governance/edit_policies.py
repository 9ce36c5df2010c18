"""People change policies: read the book, decide, commit with history, have all apps judged anew.

A change is one commit against the version of the book that it rests on. Whatever is refused says where and why.
"""

import asyncio
import logging

from msgspec import UNSET, Struct, UnsetType

from shared.domain.errors import Conflict, Unavailable
from shared.domain.policy_book import MOST_POLICIES, PolicyBody, canonical
from shared.pipeline.governance.book_changes import Decision, change_book, etag_of, refuse_stale, refused
from shared.pipeline.governance.check_definition import check_policy, check_tuning, id_in, own_keys
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.errors import NotTunable, PolicyExists, PolicyRefused, UnknownPolicy
from shared.pipeline.governance.exemptions import end_with_policies
from shared.pipeline.governance.policy_templates import get_template
from shared.pipeline.governance.policy_versions import NextVersion, change_to, change_to_end
from shared.pipeline.governance.policy_view import PolicyView, definition_of, version_of, view_of
from shared.pipeline.governance.rule_book import Rules
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.errors import PolicyError
from shared.policies.model import State
from shared.policies.policy_entries import PolicyEntry, entry_with
from shared.policies.templates import policy_from

_SWITCHED = {State.ACTIVE: "activated", State.AUDIT: "audited", State.INACTIVE: "deactivated"}

_log = logging.getLogger(__name__)


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
    policy_id = id_in(definition)
    body = own_keys(definition, policy_id, 1)
    return await _create(services, NextVersion(policy_id=policy_id, action="created", body=body), edit)


async def create_from_template(services: GovernanceServices, choice: TemplateChoice, edit: Edit) -> PolicyView:
    """Raises UnknownPolicy, PolicyExists, PolicyRefused."""
    template = get_template(choice.template)
    policy_id = choice.id or template.id
    try:
        definition = policy_from(template, policy_id, choice.title, choice.parameters, choice.changes)
    except PolicyError as error:
        raise PolicyRefused(error.problems) from None
    body = own_keys(definition, policy_id, 1)
    made = NextVersion(policy_id=policy_id, action="created", body=body, template=template.id)
    return await _create(services, made, edit)


async def update_policy(services: GovernanceServices, policy_id: str, body: PolicyBody, edit: Edit) -> PolicyView:
    """``body`` is the whole definition of one that people wrote, or the tuning of a bundled one, in place of what was.

    What is so already changes nothing. Raises UnknownPolicy, StalePolicy, PolicyRefused.
    """

    async def decide(rules: Rules) -> Decision[PolicyView]:
        entry = _entry(rules, policy_id, edit)
        _refuse_taken(entry)
        kept = own_keys(body, policy_id, version_of(entry))
        if entry.stored is not None and canonical(entry.stored.body) == canonical(kept):
            return Decision(None, view_of(entry, rules))
        await _check(services, rules, entry, kept)
        return await _changed(services, rules, entry, "updated", kept, edit)

    return await change_book(services, decide, edit.now)


async def set_state(services: GovernanceServices, policy_id: str, state: State, edit: Edit) -> PolicyView:
    """Raises UnknownPolicy, StalePolicy, PolicyRefused (a broken policy cannot be activated)."""

    async def decide(rules: Rules) -> Decision[PolicyView]:
        entry = _entry(rules, policy_id, edit)
        view = view_of(entry, rules)
        if view.state is state:
            return Decision(None, view)
        if state is not State.INACTIVE and view.problems:
            raise PolicyRefused(view.problems)
        before = entry.stored.body if entry.stored is not None else {}
        return await _changed(services, rules, entry, _SWITCHED[state], {**before, "state": state.value}, edit)

    return await change_book(services, decide, edit.now)


async def delete_policy(services: GovernanceServices, policy_id: str, edit: Edit) -> None:
    """A bundled one goes back to how it is bundled. Its history stays. Raises UnknownPolicy, StalePolicy, NotTunable
    (a bundled one that nobody tuned).
    """

    async def decide(rules: Rules) -> Decision[None]:
        entry = _entry(rules, policy_id, edit)
        if entry.stored is None:
            raise NotTunable("it is part of the product and as it is bundled; deactivate it instead")
        return Decision(await change_to_end(services.books, rules, policy_id, edit), None)

    await change_book(services, decide, edit.now)
    try:
        await end_with_policies(services, (policy_id,), edit)
    except (Conflict, Unavailable) as error:
        # Whoever takes the id again ends them first.
        _log.warning("exemptions outlive their policy for now", extra={"reason": str(error)})


async def duplicate_policy(
    services: GovernanceServices, policy_id: str, new_id: str, edit: Edit, title: str | UnsetType = UNSET
) -> PolicyView:
    """A policy of one's own with the same definition, inactive. Raises UnknownPolicy, PolicyExists, PolicyRefused.

    Its tests are not played: those of a tuned policy may be about other values.
    """
    source = _entry(await services.rule_book.refresh(), policy_id, edit)
    definition = {name: value for name, value in definition_of(source).items() if name != "id"}
    named = definition if title is UNSET else {**definition, "title": title}
    body = own_keys({**named, "state": State.INACTIVE.value}, new_id, 1)
    copied = NextVersion(policy_id=new_id, action="duplicated", body=body)
    return await _create(services, copied, edit, plays_tests=False)


async def restore_version(services: GovernanceServices, policy_id: str, version: int, edit: Edit) -> PolicyView:
    """As a new version, also of a deleted policy. Raises UnknownPolicy, StalePolicy, PolicyRefused."""

    async def decide(rules: Rules) -> Decision[PolicyView]:
        entry = rules.entries.get(policy_id)
        refuse_stale(edit.if_match, etag_of(version_of(entry)) if entry is not None else None)
        versions = {each.version: each for each in await services.books.versions(policy_id)}
        if version not in versions:
            raise UnknownPolicy(f"{policy_id:.80} {version}")
        body = versions[version].body
        if body is None:
            raise refused(f"version {version} ended the policy; restore one before it, or delete it", "version")
        if entry is None:
            restored = NextVersion(policy_id=policy_id, action="restored", body=body)
            return await _made(services, rules, restored, edit)
        _refuse_taken(entry)
        if entry.stored is not None and canonical(entry.stored.body) == canonical(body):
            return Decision(None, view_of(entry, rules))
        await _check(services, rules, entry, body)
        return await _changed(services, rules, entry, "restored", body, edit)

    await end_with_policies(services, (policy_id,), edit)
    return await change_book(services, decide, edit.now)


async def _create(
    services: GovernanceServices, made: NextVersion, edit: Edit, *, plays_tests: bool = True
) -> PolicyView:
    async def decide(rules: Rules) -> Decision[PolicyView]:
        if made.policy_id in rules.entries:
            raise PolicyExists(made.policy_id)
        return await _made(services, rules, made, edit, plays_tests=plays_tests)

    await end_with_policies(services, (made.policy_id,), edit)
    return await change_book(services, decide, edit.now)


async def _made(
    services: GovernanceServices, rules: Rules, made: NextVersion, edit: Edit, *, plays_tests: bool = True
) -> Decision[PolicyView]:
    if sum(not stored.is_tuning for stored in rules.book.policies.values()) >= MOST_POLICIES:
        raise refused(f"there are {MOST_POLICIES} policies of the tenant already; delete one first")
    # Beside the event loop: playing the tests of one policy may take a second.
    await asyncio.to_thread(
        check_policy, made.body, made.policy_id, rules.lists, services.routes, plays_tests=plays_tests
    )
    change, stored = await change_to(services.books, rules, made, edit)
    return Decision(change, view_of(entry_with(None, stored), rules))


async def _changed(
    services: GovernanceServices, rules: Rules, entry: PolicyEntry, action: str, body: PolicyBody, edit: Edit
) -> Decision[PolicyView]:
    is_tuning = entry.bundled is not None if entry.stored is None else entry.stored.is_tuning
    following = NextVersion(policy_id=entry.id, action=action, body=body, is_tuning=is_tuning)
    change, stored = await change_to(services.books, rules, following, edit)
    return Decision(change, view_of(entry_with(entry, stored), rules))


async def _check(services: GovernanceServices, rules: Rules, entry: PolicyEntry, body: PolicyBody) -> None:
    """Raises PolicyRefused."""
    if entry.bundled is not None:
        check_tuning(body, entry.bundled, rules.lists, services.routes)
    else:
        await asyncio.to_thread(check_policy, body, entry.id, rules.lists, services.routes)


def _entry(rules: Rules, policy_id: str, edit: Edit) -> PolicyEntry:
    """Raises UnknownPolicy, StalePolicy."""
    entry = rules.entries.get(policy_id)
    if entry is None:
        raise UnknownPolicy(policy_id)
    refuse_stale(edit.if_match, etag_of(version_of(entry)))
    return entry


def _refuse_taken(entry: PolicyEntry) -> None:
    """One whose id the product took, or whose bundled policy is gone, can only be duplicated, switched or deleted."""
    if entry.stored is not None and entry.stored.is_tuning is not (entry.bundled is not None):
        raise PolicyRefused(entry.problems)
