"""What applying a folder of policy files would change in the policy book.

Whoever applies a folder owns what is in it; people own the rest. What a person changed after it was last applied, or
made by hand under the same name, is a conflict: it is told, and overwritten only by force. The newest entry of each
history says whose the last word was.
"""

from dataclasses import dataclass, replace
from difflib import unified_diff
from enum import StrEnum
from typing import Final

import msgspec

from shared.domain.alerts import HistoryEntry
from shared.domain.policy_book import (
    NamedList,
    PolicyBody,
    PolicyBook,
    StoredPolicy,
    canonical,
    list_subject,
    policy_subject,
)
from shared.policies.errors import PolicyError
from shared.policies.policy_files import FiledPolicy, PolicyFolder
from shared.policies.policy_yaml import list_body, lists_text, policy_text, tuning_text

APPLIED: Final = "applied"
"""The action in the history of whatever came from a folder, deleting included."""


class ChangeKind(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


class Subject(StrEnum):
    """What a change is of."""

    POLICY = "policy"
    TUNING = "tuning"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """One policy, tuning or list. ``keys`` are those that change, ``diff`` is a unified diff of its text.

    ``conflict`` says who changed it since it was last applied. ``body`` is None where it is to be deleted.
    """

    name: str
    subject: Subject
    kind: ChangeKind
    keys: tuple[str, ...] = ()
    diff: str = ""
    conflict: str | None = None
    before: PolicyBody | None = None
    body: PolicyBody | None = None
    file: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """In the order of the folder; what is to be deleted comes last."""

    changes: tuple[PlannedChange, ...]

    def due(self, *, force: bool) -> tuple[PlannedChange, ...]:
        """What applying it writes."""
        return tuple(
            one for one in self.changes if one.kind is not ChangeKind.UNCHANGED and (force or one.conflict is None)
        )


def plan(folder: PolicyFolder, book: PolicyBook, *, prune: bool, with_diffs: bool = True) -> Plan:
    """``prune``: what came from a folder and is in it no longer is deleted; lists stay, policies may refer to them.

    Diffs cost some 10 ms for each text that changes, all else next to nothing.
    """
    changes = [_of_list(one, book) for one in folder.lists]
    changes += [_of_policy(one, book) for one in folder.policies]
    if prune:
        kept = {one.id for one in folder.policies}
        changes += [
            _deleted(stored, book) for name, stored in sorted(book.policies.items()) if _is_pruned(stored, name, kept)
        ]
    return Plan(changes=tuple(_with_diff(one, book) if with_diffs else one for one in changes))


def plain_body(body: PolicyBody) -> PolicyBody:
    """The body without what the book keeps beside it, and without keys that say nothing."""
    return {key: value for key, value in body.items() if key not in ("id", "version") and value is not None}


def _is_pruned(stored: StoredPolicy, name: str, kept: set[str]) -> bool:
    return stored.from_code and name not in kept


def _of_policy(filed: FiledPolicy, book: PolicyBook) -> PlannedChange:
    stored = book.policies.get(filed.id)
    before = plain_body(stored.body) if stored is not None else None
    subject = Subject.TUNING if filed.is_tuning else Subject.POLICY
    as_before = stored is not None and stored.is_tuning == filed.is_tuning
    return PlannedChange(
        name=filed.id,
        subject=subject,
        kind=_kind(before, filed.body, as_before=as_before),
        keys=_changed(before, filed.body),
        conflict=_conflict(book.last_entries.get(policy_subject(filed.id)), before, filed.body),
        before=before,
        body=filed.body,
        file=filed.file,
        line=filed.line,
    )


def _of_list(filed: NamedList, book: PolicyBook) -> PlannedChange:
    stored = book.lists.get(filed.name)
    before, body = list_body(stored) if stored is not None else None, list_body(filed)
    return PlannedChange(
        name=filed.name,
        subject=Subject.LIST,
        kind=_kind(before, body, as_before=True),
        keys=_changed(before, body),
        conflict=_conflict(book.last_entries.get(list_subject(filed.name)), before, body),
        before=before,
        body=body,
    )


def _deleted(stored: StoredPolicy, book: PolicyBook) -> PlannedChange:
    before = plain_body(stored.body)
    return PlannedChange(
        name=stored.id,
        subject=Subject.TUNING if stored.is_tuning else Subject.POLICY,
        kind=ChangeKind.DELETED,
        keys=tuple(sorted(before)),
        conflict=_conflict(book.last_entries.get(policy_subject(stored.id)), before, None),
        before=before,
    )


def _kind(before: PolicyBody | None, after: PolicyBody, *, as_before: bool) -> ChangeKind:
    if before is None:
        return ChangeKind.CREATED
    return ChangeKind.UNCHANGED if as_before and _same(before, after) else ChangeKind.UPDATED


def _conflict(last: HistoryEntry | None, before: PolicyBody | None, after: PolicyBody | None) -> str | None:
    if last is None or last.action == APPLIED or (before is not None and _same(before, after)):
        return None
    return f"{last.action} by {last.actor} on {last.time:%Y-%m-%d %H:%M} UTC"


def _changed(before: PolicyBody | None, after: PolicyBody) -> tuple[str, ...]:
    earlier = before or {}
    return tuple(key for key in sorted({*earlier, *after}) if not _same(earlier.get(key), after.get(key)))


def _same(one: object, other: object) -> bool:
    return canonical(one) == canonical(other)


def _with_diff(change: PlannedChange, book: PolicyBook) -> PlannedChange:
    if change.kind is ChangeKind.UNCHANGED:
        return change
    if change.subject is Subject.LIST:
        before, after = (_list_text(change.name, body) for body in (change.before, change.body))
    else:
        stored = book.policies.get(change.name)
        before = _text(change.name, change.before, stored is not None and stored.is_tuning)
        after = _text(change.name, change.body, change.subject is Subject.TUNING)
    lines = unified_diff(before.splitlines(), after.splitlines(), "in the service", change.file or "", lineterm="")
    return replace(change, diff="\n".join(lines))


def _list_text(name: str, body: PolicyBody | None) -> str:
    if body is None:
        return ""
    return lists_text(
        {name: NamedList(name=name, values=tuple(body["values"]), description=body.get("description", ""))}
    )


def _text(policy_id: str, body: PolicyBody | None, is_tuning: bool) -> str:
    if body is None:
        return ""
    try:
        return tuning_text(policy_id, body) if is_tuning else policy_text(policy_id, body)
    except PolicyError:  # stored over HTTP, with a number that a file cannot hold
        return msgspec.json.format(msgspec.json.encode(body)).decode() + "\n"
