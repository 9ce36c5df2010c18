"""One commit of the policy book for many changes that came from a folder of files, each with its place in history."""

from collections.abc import Sequence

from msgspec.structs import replace

from shared.domain.alerts import HistoryEntry
from shared.domain.history import next_entry
from shared.domain.policy_book import BookChange, NamedList, PolicyBody, PolicyVersion, list_subject, policy_subject
from shared.pipeline.governance.book_changes import author, edits_of
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.policy_versions import NextVersion, change_to
from shared.pipeline.governance.rule_book import Rules
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.policy_plan import APPLIED, PlannedChange, Subject


async def commit_of(
    services: GovernanceServices, rules: Rules, changes: Sequence[PlannedChange], edit: Edit
) -> BookChange:
    """All of them or none, where the book is still as in ``rules``."""
    commit = BookChange(expected=rules.book.version)
    for one in changes:
        if one.body is None:
            commit = _without(commit, rules, one, edit)
        elif one.subject is Subject.LIST:
            commit = _with_list(commit, rules, one, one.body, edit)
        else:
            following = NextVersion(
                policy_id=one.name, action=APPLIED, body=one.body, is_tuning=one.subject is Subject.TUNING
            )
            own, stored = await change_to(services.books, rules, following, edit)
            commit = replace(
                commit,
                saved=(*commit.saved, replace(stored, from_code=True)),
                versions=(*commit.versions, *own.versions),
            )
    return commit


def _without(commit: BookChange, rules: Rules, change: PlannedChange, edit: Edit) -> BookChange:
    stored = rules.book.policies[change.name]
    entry = _entry(rules, policy_subject(stored.id), change.before or {}, {}, edit)
    ended = PolicyVersion(policy_id=stored.id, version=stored.version + 1, entry=entry)
    return replace(commit, removed=(*commit.removed, stored.id), versions=(*commit.versions, ended))


def _with_list(commit: BookChange, rules: Rules, change: PlannedChange, body: PolicyBody, edit: Edit) -> BookChange:
    subject = list_subject(change.name)
    entry = _entry(rules, subject, change.before or {}, body, edit)
    saved = NamedList(
        name=change.name,
        values=tuple(body["values"]),
        description=body.get("description", ""),
        version=entry.sequence,
        modified=edit.now,
        modified_by=entry.actor,
    )
    return replace(commit, lists=(*commit.lists, saved), entries=(*commit.entries, (subject, entry)))


def _entry(rules: Rules, subject: str, before: PolicyBody, after: PolicyBody, edit: Edit) -> HistoryEntry:
    last = rules.book.last_entries.get(subject)
    return next_entry(last, edit.now, author(edit.caller), APPLIED, edits_of(before, after), edit.reason)
