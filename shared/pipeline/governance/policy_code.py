"""Policies as code: a folder of files against the policy book. Checked, compared, applied, and written out again.

What was compared is what is applied: the version of the book is the ETag. A large folder takes several commits, each
whole by itself, lists first; where one fails the earlier ones stand, and applying again goes on from there.
"""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from shared.domain.policy_book import MOST_LISTS, MOST_POLICIES, PolicyBook
from shared.domain.roles import Right
from shared.pipeline.governance.acting_policies import permit_list, permitted
from shared.pipeline.governance.book_changes import Decision, change_book, refuse_stale, refused
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.exemptions import end_with_policies
from shared.pipeline.governance.folder_commits import commit_of
from shared.pipeline.governance.rule_book import Rules
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.policy_files import PolicyFolder, Surroundings, read_folder
from shared.policies.policy_plan import ChangeKind, Plan, PlannedChange, Subject, plan

_MOST_AT_ONCE: Final = 30
_MOST_BYTES: Final = 1_000_000
"""A commit holds 100 rows and 3.5 MB; a policy takes three rows, two of which hold its text."""
_MOST_COMMITS: Final = 100

type Files = Sequence[tuple[str, str]]


class _Written(NamedTuple):
    """The changes of one commit, and whether others wait for the next."""

    names: frozenset[tuple[Subject, str]]
    is_more: bool


class Comparison(Struct, frozen=True, kw_only=True):
    """A folder beside the book. ``plan`` is None where the folder has problems; ``applied`` are names of changes."""

    folder: PolicyFolder
    etag: str
    plan: Plan | None = None
    applied: frozenset[tuple[Subject, str]] = frozenset()


def book_etag(book: PolicyBook) -> str:
    """Of the whole book: any change of any policy, list or exemption is another one."""
    return f'"{sha256((book.version or "").encode()).hexdigest()[:32]}"'


async def compare_folder(services: GovernanceServices, files: Files, *, prune: bool) -> Comparison:
    """What applying the folder would change."""
    rules = await services.rule_book.refresh()
    folder = await FolderReader(services, files).read(rules)
    planned = None if folder.problems else await asyncio.to_thread(plan, folder, rules.book, prune=prune)
    return Comparison(folder=folder, etag=book_etag(rules.book), plan=planned)


async def apply_folder(
    services: GovernanceServices, files: Files, edit: Edit, *, prune: bool, force: bool
) -> Comparison:
    """Writes what differs, but for conflicts unless by force. ``edit.if_match`` is the book's ETag.

    Raises PolicyRefused with every problem of the folder, StalePolicy, ActingPolicy.
    """
    applied: frozenset[tuple[Subject, str]] = frozenset()
    told: Comparison | None = None
    reader = FolderReader(services, files)

    async def decide(rules: Rules) -> Decision[_Written]:
        nonlocal told
        folder = await reader.read(rules)
        if folder.problems:
            raise PolicyRefused(folder.problems)
        planned = await asyncio.to_thread(plan, folder, rules.book, prune=prune, with_diffs=not applied)
        if not applied:
            # Until a commit is made each round begins anew; what is told is what the first commit rests on.
            refuse_stale(edit.if_match, book_etag(rules.book))
            told = Comparison(folder=folder, etag="", plan=planned)
        due = planned.due(force=force)
        _refuse_too_many(rules.book, due)
        fitting = _fitting(due)
        await _permit(services, edit, fitting)
        change = await commit_of(services, rules, fitting, edit) if fitting else None
        names = frozenset((one.subject, one.name) for one in fitting)
        return Decision(change, _Written(names, is_more=len(fitting) < len(due)))

    for _ in range(_MOST_COMMITS):
        written = await change_book(services, decide, edit.now)
        applied |= written.names
        await end_with_policies(services, {name for _, name in written.names}, edit)
        if not written.is_more:
            break
    rules = await services.rule_book.refresh()
    made = told or await compare_folder(services, files, prune=prune)
    return replace(made, etag=book_etag(rules.book), applied=applied)


def _fitting(due: Sequence[PlannedChange]) -> list[PlannedChange]:
    """As many as one commit holds: at least one, if there is any."""
    fitting: list[PlannedChange] = []
    size = 0
    for one in due[:_MOST_AT_ONCE]:
        size += len(msgspec.json.encode(one.body))
        if fitting and size > _MOST_BYTES:
            break
        fitting.append(one)
    return fitting


class FolderReader:
    """Reads the folder again only where what it may refer to has changed since: a large one takes many commits.

    Beside the event loop: to check hundreds of policies and play their tests takes seconds.
    """

    def __init__(self, services: GovernanceServices, files: Files) -> None:
        self._routes = frozenset(services.routes)
        self._files = files
        self._read: tuple[Surroundings, PolicyFolder] | None = None

    async def read(self, rules: Rules) -> PolicyFolder:
        bundled = {entry.id: entry.bundled for entry in rules.entries.values() if entry.bundled is not None}
        around = Surroundings(bundled=bundled, lists=rules.lists, routes=self._routes)
        if self._read is None or self._read[0] != around:
            self._read = around, await asyncio.to_thread(read_folder, self._files, around)
        return self._read[1]


async def _permit(services: GovernanceServices, edit: Edit, due: Sequence[PlannedChange]) -> None:
    """Raises ActingPolicy where a change needs the right to remediate as well."""
    if edit.caller.may(Right.REQUEST_REMEDIATION):
        return
    for one in due:
        if one.subject is Subject.LIST:
            await permit_list(services, edit.caller, one.name)
        else:
            bodies = [one.body] if one.body is not None else []
            await permitted(services, edit, *bodies, policy_id=one.name)


def _refuse_too_many(book: PolicyBook, due: Sequence[PlannedChange]) -> None:
    own = {name for name, stored in book.policies.items() if not stored.is_tuning}
    lists = {*book.lists, *(one.name for one in due if one.subject is Subject.LIST)}
    for one in due:
        if one.subject is Subject.POLICY:
            (own.discard if one.kind is ChangeKind.DELETED else own.add)(one.name)
    if len(own) > MOST_POLICIES:
        raise refused(f"a tenant has at most {MOST_POLICIES} policies of its own; with these it would have {len(own)}")
    if len(lists) > MOST_LISTS:
        raise refused(f"a tenant has at most {MOST_LISTS} lists; with these it would have {len(lists)}")
