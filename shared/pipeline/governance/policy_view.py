"""A policy as people see it: what it says, how it stands, who made it so."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from shared.domain.policy_book import PolicyBody, PolicySource, StoredPolicy
from shared.domain.severities import Severity
from shared.pipeline.governance.book_changes import etag_of
from shared.pipeline.governance.rule_book import Rules
from shared.policies.binding import bind_policy
from shared.policies.errors import PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.model import Kind, Policy, State
from shared.policies.policy_entries import PolicyEntry

_LONGEST_TITLE = 200


class PolicyView(Struct, frozen=True, kw_only=True):
    """``definition`` is the policy as it is in force, tuning included, without its version; ``tuning`` what was chosen
    of a bundled one.

    ``problems`` say why it is broken: then it judges nothing. ``created`` and the like are None of a bundled policy
    that nobody tuned.
    """

    id: str
    version: int
    source: PolicySource
    title: str
    kind: str
    state: State
    severity: Severity
    definition: PolicyBody
    tuning: PolicyBody | None = None
    problems: tuple[Problem, ...] = ()
    created: datetime | None = None
    created_by: str | None = None
    modified: datetime | None = None
    modified_by: str | None = None
    template: str | None = None
    from_code: bool = False

    @property
    def etag(self) -> str:
        return etag_of(self.version)


def version_of(entry: PolicyEntry) -> int:
    return entry.stored.version if entry.stored is not None else 1


def view_of(entry: PolicyEntry, rules: Rules) -> PolicyView:
    """Of a broken policy as much as its text tells."""
    stored = entry.stored
    definition = definition_of(entry)
    return PolicyView(
        id=entry.id,
        version=version_of(entry),
        source=entry.source,
        title=_title(entry.policy) if entry.policy is not None else _title_in(definition) or entry.id,
        kind=_one_of(definition.get("kind"), Kind, "unknown"),
        state=_state(entry, definition),
        severity=_severity(entry.policy, definition),
        definition=definition,
        problems=problems_of(entry, rules),
        **_record_of(stored) if stored is not None else {},
    )


def _record_of(stored: StoredPolicy) -> dict[str, Any]:
    return {
        "tuning": stored.body if stored.is_tuning else None,
        "created": stored.created,
        "created_by": stored.created_by,
        "modified": stored.modified,
        "modified_by": stored.modified_by,
        "template": stored.template,
        "from_code": stored.from_code,
    }


def problems_of(entry: PolicyEntry, rules: Rules) -> tuple[Problem, ...]:
    """Why it is broken. ``entry`` may be newer than these rules: then it is bound here, with their lists."""
    known = rules.entries.get(entry.id)
    if entry.policy is None:
        return entry.problems
    if known is not None and known.stored == entry.stored:
        return rules.rules.broken.get(entry.id, ())
    try:
        bind_policy(entry.policy, vocabulary=VOCABULARY, lists=rules.lists)
    except PolicyError as error:
        return error.problems
    return ()


def definition_of(entry: PolicyEntry) -> PolicyBody:
    """As its YAML would say it: of one that people wrote, in their words."""
    stored = entry.stored
    if stored is not None and (not stored.is_tuning or entry.bundled is None):
        return {"id": entry.id, **stored.body}
    policy = entry.policy or entry.bundled
    if policy is None:
        return {"id": entry.id}
    plain: PolicyBody = policy.model_dump(mode="json", exclude_defaults=True, exclude={"version"})
    return plain


def _title(policy: Policy) -> str:
    return policy.title or policy.alert_title


def _state(entry: PolicyEntry, definition: PolicyBody) -> State:
    """A tuning that cannot be used may say a state all the same."""
    if entry.policy is not None:
        return entry.policy.state
    chosen = entry.stored.body.get("state") if entry.stored is not None else None
    return State(_one_of(chosen or definition.get("state"), State, State.ACTIVE))


def _severity(policy: Policy | None, definition: PolicyBody) -> Severity:
    if policy is not None:
        return policy.alert.severity
    alert = definition.get("alert")
    return Severity(_one_of(alert.get("severity") if isinstance(alert, dict) else None, Severity, Severity.MEDIUM))


def _title_in(values: Mapping[str, object]) -> str | None:
    value = values.get("title")
    return value[:_LONGEST_TITLE] if isinstance(value, str) and value else None


def _one_of(value: object, choices: Collection[str], otherwise: str) -> str:
    return value if isinstance(value, str) and value in list(choices) else otherwise
