"""Policies as the text that people write and read: to an editor and back, and where in it something is wrong.

The words of policies that pages offer come through here as well: pages know the pipeline, not the language behind it.
"""

import json
from collections.abc import Iterable

from msgspec import Struct

from shared.domain.policy_book import PolicyBody
from shared.domain.simulations import Simulation
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.told_problems import MOST_TOLD, told
from shared.policies.documents import Document, read_document
from shared.policies.errors import PolicyError, Problem
from shared.policies.loader import parse_policy
from shared.policies.model import ActionKind, Policy, State
from shared.policies.policy_entries import PolicyEntry
from shared.policies.policy_yaml import policy_text
from shared.policies.templates import CUSTOM

__all__ = [
    "CUSTOM",
    "ActionKind",
    "Policy",
    "PolicyEntry",
    "State",
    "Trouble",
    "definition_from",
    "draft_of",
    "editor_text",
    "troubles",
    "value_in",
]


class Trouble(Struct, frozen=True, kw_only=True):
    """One thing wrong. ``line`` and ``source`` are of the text that was sent: 0 and empty where it is of no line."""

    field: str
    message: str
    line: int = 0
    source: str = ""


def editor_text(policy_id: str, definition: PolicyBody) -> str:
    """As YAML; as JSON, which is YAML as well, where a policy file could not say it.

    In both what hides or reorders text is written by its numbers: an editor cannot set it apart.
    """
    try:
        return policy_text(policy_id, definition)
    except PolicyError:
        return json.dumps(definition, indent=2)


def value_in(text: str) -> object:
    """What a YAML text says. Raises PolicyRefused."""
    try:
        return read_document(text, "").value
    except PolicyError as error:
        raise PolicyRefused(error.problems) from None


def definition_from(text: str) -> PolicyBody:
    """The policy that a text says. Raises PolicyRefused."""
    value = value_in(text)
    if not isinstance(value, dict):
        raise PolicyRefused([Problem("write a policy as KEY: VALUE, beginning with id", (), line=1)])
    return value


def troubles(problems: Iterable[Problem], text: str | None = None) -> list[Trouble]:
    """Problems as they are told, with their lines where ``text`` is what was written."""
    lines, document = (text or "").splitlines(), _document(text)
    found = []
    for problem in problems:
        line = problem.line or (document.line(problem.path) if document is not None and problem.path else 0)
        source = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        found += [Trouble(field=one.field, message=one.message, line=line, source=source) for one in told([problem])]
    return found[:MOST_TOLD]


def draft_of(simulation: Simulation) -> str | None:
    """What was simulated, inactive, to be saved; None of a saved policy, or one that is understood no more."""
    if simulation.policy_id is not None:
        return None
    try:
        policy = parse_policy(simulation.policy)
    except PolicyError:
        return None
    plain: PolicyBody = policy.model_dump(mode="json", exclude_defaults=True, exclude={"version"})
    return editor_text(policy.id, {**plain, "state": State.INACTIVE.value})


def _document(text: str | None) -> Document | None:
    """None where it cannot be read: then the problem names its line itself."""
    try:
        return read_document(text, "") if text else None
    except PolicyError:
        return None
