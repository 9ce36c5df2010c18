"""The next version of a policy, with its place in history."""

from hashlib import sha256

from msgspec import Struct

from shared.domain.history import next_entry
from shared.domain.policy_book import (
    BookChange,
    PolicyBody,
    PolicyVersion,
    StoredPolicy,
    canonical,
    policy_subject,
)
from shared.pipeline.governance.book_changes import author, edits_of
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.ports import PolicyBooks
from shared.pipeline.governance.rule_book import Rules


class NextVersion(Struct, frozen=True, kw_only=True):
    """``template`` counts for a new policy only."""

    policy_id: str
    action: str
    body: PolicyBody
    is_tuning: bool = False
    template: str | None = None


def content_of(body: PolicyBody) -> str:
    """The digest by which the hash of a version's entry covers what it says."""
    return sha256(canonical(body)).hexdigest()


async def change_to(
    books: PolicyBooks, rules: Rules, following: NextVersion, edit: Edit
) -> tuple[BookChange, StoredPolicy]:
    """The commit, and the policy as it is stored then."""
    policy_id = following.policy_id
    number = await _next_number(books, rules, policy_id)
    before = rules.book.policies.get(policy_id)
    name = author(edit.caller)
    stored = StoredPolicy(
        id=policy_id,
        version=number,
        body=following.body,
        is_tuning=following.is_tuning,
        created=before.created if before is not None else edit.now,
        created_by=before.created_by if before is not None else name,
        modified=edit.now,
        modified_by=name,
        template=before.template if before is not None else following.template,
    )
    version = _version(rules, policy_id, number, following.action, following.body, edit)
    return BookChange(expected=rules.book.version, saved=(stored,), versions=(version,)), stored


async def change_to_end(books: PolicyBooks, rules: Rules, policy_id: str, edit: Edit) -> BookChange:
    """The commit that takes away what is stored of a policy."""
    number = await _next_number(books, rules, policy_id)
    version = _version(rules, policy_id, number, "deleted", None, edit)
    return BookChange(expected=rules.book.version, removed=(policy_id,), versions=(version,))


def _version(
    rules: Rules, policy_id: str, number: int, action: str, body: PolicyBody | None, edit: Edit
) -> PolicyVersion:
    before = rules.book.policies.get(policy_id)
    entry = next_entry(
        rules.book.last_entries.get(policy_subject(policy_id)),
        edit.now,
        author(edit.caller),
        action,
        edits_of(before.body if before is not None else {}, body or {}),
        edit.reason,
        content_of(body) if body is not None else "",
    )
    return PolicyVersion(policy_id=policy_id, version=number, entry=entry, body=body)


async def _next_number(books: PolicyBooks, rules: Rules, policy_id: str) -> int:
    """A bundled policy is at 1 before anybody tunes it; one that was deleted goes on counting, whatever it is now."""
    stored = rules.book.policies.get(policy_id)
    if stored is not None:
        return stored.version + 1
    if policy_subject(policy_id) in rules.book.last_entries:
        return (await books.versions(policy_id))[0].version + 1
    return 2 if policy_id in rules.entries else 1
