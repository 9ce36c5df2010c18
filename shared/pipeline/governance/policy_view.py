"""A policy as people see it: what it says, how it stands, who made it so."""

from datetime import datetime

from msgspec import Struct

from shared.domain.policy_book import PolicyBody, PolicySource
from shared.domain.severities import Severity
from shared.pipeline.governance.rule_book import Rules
from shared.policies.errors import Problem
from shared.policies.model import State
from shared.policies.policy_entries import PolicyEntry


class PolicyView(Struct, frozen=True, kw_only=True):
    """``definition`` is the policy as it is in force, tuning included; ``tuning`` what was chosen of a bundled one.

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
        return f'"{self.version}"'


def view_of(entry: PolicyEntry, rules: Rules) -> PolicyView:
    """Of a broken policy as much as its text tells."""
    raise NotImplementedError
