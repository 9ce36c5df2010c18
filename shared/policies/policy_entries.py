"""The policies of a tenant: the bundled ones as they were tuned, and those that people wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.domain.policy_book import PolicyBook, PolicySource, StoredPolicy
from shared.policies.errors import PolicyError, Problem
from shared.policies.lists import TENANT_LISTS, load_lists
from shared.policies.loader import catalogue_texts, load_policies, parse_policy
from shared.policies.model import Policy
from shared.policies.tuning import parse_tuning, tuned

PREDEFINED_GROUP = "predefined"
"""The folder of the catalogue with rules of governance; all others hold detections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A policy of the catalogue and the folder that it is in."""

    policy: Policy
    group: str

    @property
    def source(self) -> PolicySource:
        return PolicySource.PREDEFINED if self.group == PREDEFINED_GROUP else PolicySource.DETECTION


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEntry:
    """One policy. ``policy`` is None where it cannot be used, for what ``problems`` say. ``stored`` is None for a
    bundled one that nobody tuned, ``bundled`` for one that people wrote.
    """

    id: str
    source: PolicySource
    policy: Policy | None
    bundled: Policy | None = None
    stored: StoredPolicy | None = None
    problems: tuple[Problem, ...] = ()


def load_bundled() -> tuple[Bundled, ...]:
    """The catalogue, by id. Reads it each time: the caller keeps the result."""
    lists = load_lists()
    found = [
        Bundled(policy=policy, group=path.partition("/")[0])
        for path, text in catalogue_texts()
        for policy in load_policies(text, path, lists=lists)
    ]
    return tuple(sorted(found, key=lambda one: one.policy.id))


def entries_of(bundled: Iterable[Bundled], book: PolicyBook) -> dict[str, PolicyEntry]:
    """By id. A stored policy whose id the product took meanwhile is broken: nobody must mistake one for the other."""
    found = {one.policy.id: _bundled_entry(one.policy, one.source, book.policies.get(one.policy.id)) for one in bundled}
    for policy_id, stored in book.policies.items():
        if policy_id not in found:
            found[policy_id] = _own_entry(stored)
    return dict(sorted(found.items()))


def lists_of(bundled: Mapping[str, tuple[str, ...]], book: PolicyBook) -> dict[str, tuple[str, ...]]:
    """The tenant's lists beside the bundled ones, whose names they cannot have; an upgrade may take a name."""
    own = {name: one.values for name, one in book.lists.items() if name in TENANT_LISTS or name not in bundled}
    return {**bundled, **own}


def entry_with(entry: PolicyEntry | None, stored: StoredPolicy) -> PolicyEntry:
    """What the policy is once this is stored of it; ``entry`` is what it was, None for a new one."""
    if entry is not None and entry.bundled is not None:
        return _bundled_entry(entry.bundled, entry.source, stored)
    return _own_entry(stored)


def _bundled_entry(policy: Policy, source: PolicySource, stored: StoredPolicy | None) -> PolicyEntry:
    if stored is None:
        return PolicyEntry(id=policy.id, source=source, policy=policy, bundled=policy)
    chosen: Policy | None = None
    problems: tuple[Problem, ...] = ()
    if stored.is_tuning:
        try:
            chosen = tuned(policy, parse_tuning(stored.body, policy.id), stored.version)
        except PolicyError as error:
            problems = error.problems
    else:
        problems = (Problem("the product has a policy of this id now; duplicate yours and delete it", (), policy.id),)
    return PolicyEntry(id=policy.id, source=source, policy=chosen, bundled=policy, stored=stored, problems=problems)


def _own_entry(stored: StoredPolicy) -> PolicyEntry:
    source = PolicySource.USER_DEFINED
    if stored.is_tuning:
        gone = Problem("the product no longer has the policy that this tunes; delete it", (), stored.id)
        return PolicyEntry(id=stored.id, source=source, policy=None, stored=stored, problems=(gone,))
    try:
        policy = parse_policy({**stored.body, "id": stored.id, "version": stored.version})
    except PolicyError as error:
        return PolicyEntry(id=stored.id, source=source, policy=None, stored=stored, problems=error.problems)
    return PolicyEntry(id=stored.id, source=source, policy=policy, stored=stored)
