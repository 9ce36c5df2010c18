"""What the forms on the page of a policy do, each by the verb that the API has for it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from functions.models.problems import ProblemKind
from functions.pages.policy_forms import PolicyChange, PolicyChangeForm
from functions.pages.policy_page_routes import POLICIES, POLICY
from functions.pages.policy_words import app_ids_from, excepted_apps, values_from
from functions.problems import RequestRefused
from shared.domain.policy_book import PolicyBody
from shared.pipeline.governance.acting_policies import permitted
from shared.pipeline.governance.book_changes import refused
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.edit_policies import (
    delete_policy,
    duplicate_policy,
    restore_version,
    set_state,
    update_policy,
)
from shared.pipeline.governance.errors import UnknownPolicy
from shared.pipeline.governance.exemptions import ExemptionOrder, create_exemption, end_exemption
from shared.pipeline.governance.policy_history import read_version
from shared.pipeline.governance.written_policies import ActionKind, Policy, definition_from
from shared.pipeline.services import Services

type _Change = Callable[[Services, str, PolicyChangeForm, Edit], Awaitable[str]]


def change_of(text: str) -> PolicyChange:
    """Raises RequestRefused for a path that is no change."""
    try:
        return PolicyChange(text)
    except ValueError:
        raise RequestRefused(ProblemKind.NOT_FOUND, "There is no such page.") from None


async def change_policy(
    services: Services, policy_id: str, change: PolicyChange, form: PolicyChangeForm, edit: Edit
) -> str:
    """Returns the address to go on to. Raises what the verbs raise."""
    return await _CHANGES[change](services, policy_id, form, edit)


async def _switch(services: Services, policy_id: str, form: PolicyChangeForm, edit: Edit) -> str:
    if form.state is None:
        raise refused("choose a state", "state")
    await set_state(services, policy_id, form.state, await permitted(services, edit, policy_id=policy_id))
    return _saved(policy_id)


async def _tune(services: Services, policy_id: str, form: PolicyChangeForm, edit: Edit) -> str:
    entry = (await services.rule_book.refresh()).entries.get(policy_id)
    if entry is None or entry.bundled is None:
        raise UnknownPolicy(policy_id)
    before = entry.stored.body if entry.stored is not None else {}
    body = tuning_from(form, entry.bundled, before)
    await update_policy(services, policy_id, body, await permitted(services, edit, body, policy_id=policy_id))
    return _saved(policy_id)


async def _tune_so(services: Services, policy_id: str, form: PolicyChangeForm, edit: Edit) -> str:
    """By a tuning that was drafted whole, which the form of fields might not be able to say."""
    try:
        body: PolicyBody = msgspec.json.decode(form.text or "", type=dict[str, Any])
    except msgspec.DecodeError:
        raise refused("it is no tuning", "text") from None
    entry = (await services.rule_book.refresh()).entries.get(policy_id)
    if entry is None or entry.bundled is None:
        raise UnknownPolicy(policy_id)
    await update_policy(services, policy_id, body, await permitted(services, edit, body, policy_id=policy_id))
    return _saved(policy_id)


async def _rewrite(services: Services, policy_id: str, form: PolicyChangeForm, edit: Edit) -> str:
    body: PolicyBody = definition_from(form.text or "")
    entry = (await services.rule_book.refresh()).entries.get(policy_id)
    if entry is not None and entry.bundled is not None:
        raise refused("it is part of the product: tune it, or duplicate it under another id", "id")
    await update_policy(services, policy_id, body, await permitted(services, edit, body, policy_id=policy_id))
    return _saved(policy_id)


async def _copy(services: Services, policy_id: str, form: PolicyChangeForm, edit: Edit) -> str:
    if form.id is None:
        raise refused("the copy needs an id of its own, such as mail-read-by-new-app", "id")
    checked = await permitted(services, edit, policy_id=policy_id)
    title = form.title if form.title is not None else UNSET
    # The version that was looked at is that of the original.
    await duplicate_policy(services, policy_id, form.id, replace(checked, if_match=None), title)
    return _saved(form.id)


async def _remove(services: Services, policy_id: str, form: PolicyChangeForm, edit: Edit) -> str:
    await delete_policy(services, policy_id, await permitted(services, edit, policy_id=policy_id))
    is_left = policy_id in (await services.rule_book.refresh()).entries
    return _saved(policy_id) if is_left else POLICIES.address()


async def _restore(services: Services, policy_id: str, form: PolicyChangeForm, edit: Edit) -> str:
    if form.version is None:
        raise refused("choose a version", "version")
    body = (await read_version(services, policy_id, form.version)).body
    # A policy that is gone has no version to rest on.
    is_there = policy_id in services.rule_book.current.entries
    tied = edit if is_there else replace(edit, if_match=None)
    checked = await permitted(services, tied, body or {}, policy_id=policy_id)
    await restore_version(services, policy_id, form.version, checked)
    return _saved(policy_id)


async def _exempt(services: Services, policy_id: str, form: PolicyChangeForm, edit: Edit) -> str:
    if form.expires is None:
        raise refused("say until when", "expires")
    order = ExemptionOrder(
        policy_id=policy_id, app_id=form.app_id or "", reason=form.reason or "", expires=form.expires
    )
    await create_exemption(services, order, replace(edit, if_match=None))
    return _saved(policy_id)


async def _end_exemption(services: Services, policy_id: str, form: PolicyChangeForm, edit: Edit) -> str:
    await end_exemption(services, form.exemption_id or "", replace(edit, if_match=None))
    return _saved(policy_id)


def tuning_from(form: PolicyChangeForm, bundled: Policy, before: PolicyBody) -> PolicyBody:
    """Only what differs from how it is bundled, so that what is not chosen follows the product."""
    plain: dict[str, Any] = bundled.model_dump(mode="json", exclude_none=True)
    parameters = {
        name: value
        for name, value in values_from(form.values, plain["parameters"]).items()
        if value != plain["parameters"].get(name, {}).get("default")
    }
    chosen: dict[str, Any] = {
        "state": form.state.value if form.state not in (None, bundled.state) else None,
        "severity": form.severity.value if form.severity is not None else None,
        "autoResolve": form.auto_resolve if form.auto_resolve != bundled.alert.auto_resolve else None,
        "scope": _scope(form, plain, before),
        "actions": _actions(form, plain, before),
        "parameters": parameters or None,
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _scope(form: PolicyChangeForm, plain: PolicyBody, before: PolicyBody) -> object:
    """One that the form cannot show stays as it is."""
    if excepted_apps({"scope": before.get("scope", plain.get("scope"))}) is None:
        return before.get("scope")
    apps = app_ids_from(form.except_ or "")
    return {"except": apps} if apps else None


def _actions(form: PolicyChangeForm, plain: PolicyBody, before: PolicyBody) -> list[Any] | None:
    """The two that the form offers; the others stay."""
    asked = {ActionKind.DISABLE_APP.value: form.disable_app, ActionKind.ASK_FOR_APPROVAL.value: form.ask_for_approval}
    current: list[Any] = before["actions"] if "actions" in before else plain["actions"]
    kept = [action for action in current if asked.get(action["do"], True)]
    present = {action["do"] for action in kept}
    wanted = [*kept, *({"do": kind} for kind, is_asked in asked.items() if is_asked and kind not in present)]
    return wanted if wanted != plain["actions"] else None


def _saved(policy_id: str) -> str:
    return f"{POLICY.address(id=policy_id)}?saved=true"


_CHANGES: Final[dict[PolicyChange, _Change]] = {
    PolicyChange.STATE: _switch,
    PolicyChange.TUNING: _tune,
    PolicyChange.SUGGESTION: _tune_so,
    PolicyChange.DEFINITION: _rewrite,
    PolicyChange.COPY: _copy,
    PolicyChange.REMOVAL: _remove,
    PolicyChange.RESTORE: _restore,
    PolicyChange.EXEMPT: _exempt,
    PolicyChange.END_EXEMPTION: _end_exemption,
}
