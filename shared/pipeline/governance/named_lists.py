"""The named lists that policies refer to: those of the product, and those that the tenant fills."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from shared.domain.alerts import HistoryEntry
from shared.domain.history import next_entry
from shared.domain.policy_book import MOST_LISTS, BookChange, NamedList, list_subject
from shared.pipeline.governance.book_changes import (
    Decision,
    author,
    change_book,
    edits_of,
    etag_of,
    refuse_stale,
    refused,
)
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.errors import PolicyRefused, UnknownPolicy
from shared.pipeline.governance.list_values import check_name, check_values
from shared.pipeline.governance.policy_view import definition_of, problems_of
from shared.pipeline.governance.rule_book import Rules
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.binding import bind_policy
from shared.policies.errors import PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.lists import LONGEST_DESCRIPTION, TENANT_LISTS, names_of_the_product


class ListView(Struct, frozen=True, kw_only=True):
    """``used_by`` are the ids of the policies that refer to it. Version 0 is one that nobody has stored yet."""

    name: str
    values: tuple[str, ...]
    description: str
    version: int
    is_bundled: bool
    used_by: tuple[str, ...]
    modified: datetime | None = None
    modified_by: str = ""

    @property
    def etag(self) -> str:
        return etag_of(self.version)

    @property
    def is_from_start(self) -> bool:
        """Then it can be emptied, but never be gone."""
        return self.name in TENANT_LISTS


async def list_named_lists(services: GovernanceServices) -> tuple[ListView, ...]:
    """By name."""
    rules = await services.rule_book.refresh()
    return tuple(_view(rules, name) for name in sorted(rules.lists))


async def read_named_list(services: GovernanceServices, name: str) -> ListView:
    """Raises UnknownPolicy."""
    rules = await services.rule_book.refresh()
    if name not in rules.lists:
        raise UnknownPolicy(name)
    return _view(rules, name)


async def put_named_list(
    services: GovernanceServices,
    name: str,
    values: Sequence[str],
    edit: Edit,
    description: str | None = None,
    *,
    is_new: bool = False,
) -> ListView:
    """All values in place of those there were. A description that is not given stays.

    ``is_new``: only where there is no list of this name.

    Raises StalePolicy, PolicyRefused, as where a policy could not be used with these values.
    """
    _refuse_bundled(name)
    check_name(name)
    check_values(name, values)
    if description is not None and len(description) > LONGEST_DESCRIPTION:
        raise refused(f"a description has at most {LONGEST_DESCRIPTION:,} characters", "description")

    async def decide(rules: Rules) -> Decision[ListView]:
        if is_new and name in rules.lists:
            raise refused("there is a list of this name already", "name")
        before = _stored(rules, name)
        refuse_stale(edit.if_match, etag_of(before.version) if name in rules.lists else None)
        if name not in rules.lists and len(rules.book.lists) >= MOST_LISTS:
            raise refused(f"there are {MOST_LISTS} lists already; delete one first")
        told = before.description if description is None else description
        if name in rules.book.lists and (before.values, before.description) == (tuple(values), told):
            return Decision(None, _view(rules, name))
        _refuse_breaking(rules, name, tuple(values))
        entry = _entry(rules, name, "updated" if name in rules.book.lists else "created", tuple(values), edit)
        after = NamedList(
            name=name,
            values=tuple(values),
            description=told,
            version=entry.sequence,
            modified=edit.now,
            modified_by=entry.actor,
        )
        change = BookChange(expected=rules.book.version, lists=(after,), entries=((list_subject(name), entry),))
        return Decision(change, _view_of(after, rules))

    return await change_book(services, decide, edit.now)


async def delete_named_list(services: GovernanceServices, name: str, edit: Edit) -> None:
    """One that is there from the start is empty then. Raises UnknownPolicy, StalePolicy, PolicyRefused."""
    _refuse_bundled(name)

    async def decide(rules: Rules) -> Decision[None]:
        if name not in rules.book.lists:
            raise UnknownPolicy(name)
        refuse_stale(edit.if_match, etag_of(rules.book.lists[name].version))
        users = ", ".join(_users(rules, name))
        if users:
            raise refused(f"policies refer to it: {users}; change them first", "name")
        entry = _entry(rules, name, "deleted", (), edit)
        removed = BookChange(expected=rules.book.version, removed_lists=(name,), entries=((list_subject(name), entry),))
        return Decision(removed, None)

    await change_book(services, decide, edit.now)


async def list_history(services: GovernanceServices, name: str) -> list[HistoryEntry]:
    """Oldest first, also of one that is gone."""
    return await services.books.entries(list_subject(name))


def _entry(rules: Rules, name: str, action: str, values: tuple[str, ...], edit: Edit) -> HistoryEntry:
    before = _stored(rules, name).values
    kept, known = frozenset(values), frozenset(before)
    edits = edits_of(
        {"size": len(before), "removed": [value for value in before if value not in kept]},
        {"size": len(values), "added": [value for value in values if value not in known]},
    )
    last = rules.book.last_entries.get(list_subject(name))
    return next_entry(last, edit.now, author(edit.caller), action, edits, edit.reason)


def _refuse_bundled(name: str) -> None:
    if name in names_of_the_product():
        raise refused("this list is part of the product; write one of another name", "name")


def _refuse_breaking(rules: Rules, name: str, values: tuple[str, ...]) -> None:
    """Raises PolicyRefused with the problems of all policies that could be used until now."""
    lists = {**rules.lists, name: values}
    problems: list[Problem] = []
    for policy_id in _users(rules, name):
        entry = rules.entries[policy_id]
        if entry.policy is None or problems_of(entry, rules):
            continue
        try:
            bind_policy(entry.policy, vocabulary=VOCABULARY, lists=lists)
        except PolicyError as error:
            problems.extend(Problem(str(each), ("values",)) for each in error.problems)
    if problems:
        raise PolicyRefused(problems)


def _users(rules: Rules, name: str) -> tuple[str, ...]:
    return tuple(
        entry.id
        for entry in rules.entries.values()
        if name in _named({key: value for key, value in definition_of(entry).items() if key != "tests"})
    )


def _named(value: object) -> Iterator[str]:
    """The lists that a definition refers to, at any depth."""
    match value:
        case {"list": str(name), **rest} if not rest:
            yield name
        case dict():
            for each in value.values():
                yield from _named(each)
        case list():
            for each in value:
                yield from _named(each)


def _stored(rules: Rules, name: str) -> NamedList:
    """As it is stored, or would be."""
    empty = NamedList(name=name, values=(), description=TENANT_LISTS.get(name, ""), version=0)
    return rules.book.lists.get(name, empty)


def _view(rules: Rules, name: str) -> ListView:
    return _view_of(_stored(rules, name), rules)


def _view_of(stored: NamedList, rules: Rules) -> ListView:
    name = stored.name
    is_bundled = name in names_of_the_product()
    return ListView(
        name=name,
        values=rules.lists[name] if is_bundled else stored.values,
        description="" if is_bundled else stored.description,
        version=0 if is_bundled else stored.version,
        is_bundled=is_bundled,
        used_by=_users(rules, name),
        modified=stored.modified,
        modified_by=stored.modified_by,
    )
