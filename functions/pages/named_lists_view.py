"""The pages of named lists: all of them, and one with its values, who uses it and what was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from functions.pages.answers import View
from functions.pages.exemption_forms import NamedListForm
from functions.pages.named_list_values import deceptive, list_changes, troubles_in
from functions.pages.policy_refusals import Refusal, message_of
from shared.domain.history import first_broken
from shared.domain.policy_book import MOST_LISTS
from shared.domain.roles import Caller, Right
from shared.pipeline.governance.acting_policies import ActingPolicy, permit_list
from shared.pipeline.governance.errors import UnknownPolicy
from shared.pipeline.governance.named_lists import ListView, list_history, list_named_lists, read_named_list
from shared.pipeline.governance.policy_view import view_of
from shared.pipeline.governance.written_policies import Trouble
from shared.pipeline.services import Services

MOST_USERS: Final = 3
"""Of the policies that use a list, in the row of one among many."""


@dataclass(frozen=True, kw_only=True)
class RefusedList:
    """A form that changed nothing, with all that was typed."""

    message: str
    status: int
    troubles: Sequence[Trouble]
    form: NamedListForm


def refused_list(error: Refusal, form: NamedListForm) -> RefusedList:
    message, status = message_of(error)
    return RefusedList(message=message, status=status, troubles=troubles_in(error, form.values), form=form)


async def named_lists_view(services: Services, *, is_saved: bool = False, refused: RefusedList | None = None) -> View:
    lists = await list_named_lists(services)
    values = {
        "groups": [
            ("There from the start", [one for one in lists if one.is_from_start]),
            ("Your own", [one for one in lists if not (one.is_from_start or one.is_bundled)]),
            ("Part of the product", [one for one in lists if one.is_bundled]),
        ],
        "most_users": MOST_USERS,
        "most_lists": MOST_LISTS,
        "is_saved": is_saved,
        "refused": refused,
    }
    return View(template="named_lists.html", values=values, status=_status(refused))


async def named_list_view(
    services: Services, name: str, caller: Caller, *, is_saved: bool = False, refused: RefusedList | None = None
) -> View:
    """Of one that is gone, its history. Raises UnknownPolicy where there never was one."""
    entries = await list_history(services, name)
    trail: dict[str, Any] = {"changes": list_changes(entries), "broken": first_broken(entries)}
    try:
        one = await read_named_list(services, name)
    except UnknownPolicy:
        if not entries:
            raise
        values = {"name": name, "refused": refused, **trail}
        return View(template="named_list_gone.html", values=values, status=_status(refused))
    values = {
        **trail,
        "one": one,
        "deceptive": deceptive(one.values),
        "titles": _titles(services, one),
        "may_change": await _may_change(services, one, caller),
        "can_be_deleted": one.version > 0 and not (one.is_from_start or one.used_by),
        "is_saved": is_saved,
        "refused": refused,
        "typed": _typed(one, refused),
    }
    return View(template="named_list.html", values=values, status=_status(refused))


def _status(refused: RefusedList | None) -> int:
    return refused.status if refused is not None else 200


def _typed(one: ListView, refused: RefusedList | None) -> Mapping[str, str]:
    """What stands in the form: of a refused one what was typed, unless it was to delete the list."""
    if refused is None or refused.form.remove:
        return {"values": "\n".join(one.values), "description": one.description, "reason": ""}
    form = refused.form
    return {"values": form.values, "description": form.description or "", "reason": form.reason or ""}


def _titles(services: Services, one: ListView) -> Mapping[str, str]:
    rules = services.rule_book.current
    known = [rules.entries[policy_id] for policy_id in one.used_by if policy_id in rules.entries]
    return {entry.id: view_of(entry, rules).title for entry in known}


async def _may_change(services: Services, one: ListView, caller: Caller) -> bool:
    if one.is_bundled or not caller.may(Right.WRITE_POLICIES):
        return False
    try:
        await permit_list(services, caller, one.name)
    except ActingPolicy:
        return False
    return True
