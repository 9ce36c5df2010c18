"""Files of Sigma: what each rule in them becomes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.domain.policy_book import PolicyBody
from shared.policies.binding import bind_policy
from shared.policies.documents import Document, read_document
from shared.policies.errors import KeyPath, PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.impossible import refuse_impossible
from shared.policies.loader import parse_policy
from shared.policies.sigma.actions import with_actions
from shared.policies.sigma.correlations import converted_correlation, names_counted
from shared.policies.sigma.rules import RawRule, converted_rule
from shared.policies.sigma.values import Refused

_LARGEST = 1024 * 1024
_MOST_RULES = 500
_SEPARATOR = re.compile(r"^---(?=\s|$)[^\n]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SigmaOutcome:
    """What one rule came to: a policy, or why there is none. ``line`` is where it starts."""

    title: str
    line: int
    policy: PolicyBody | None = None
    problems: tuple[Problem, ...] = ()


def convert(text: str, name: str) -> tuple[SigmaOutcome, ...]:
    """Each rule of a file, which may hold many documents. ``name`` stands for the file in problems.

    A rule that a correlation counts is part of it, and no policy by itself unless the correlation says ``generate``.
    """
    if len(text) > _LARGEST:
        return (SigmaOutcome("", 1, None, (Problem("the file is larger than 1 MB", file=name, line=1),)),)
    documents: list[Document] = []
    broken: list[SigmaOutcome] = []
    for part in _parts(text):
        try:
            documents.append(read_document(part, name))
        except PolicyError as error:
            broken.append(SigmaOutcome("", error.problems[0].line, None, error.problems))
    if len(documents) > _MOST_RULES:
        return (SigmaOutcome("", 1, None, (Problem(f"more than {_MOST_RULES} rules in one file", file=name, line=1),)),)
    rules = list(with_actions(documents))
    return tuple(sorted([*broken, *_outcomes(rules, name)], key=lambda one: one.line))


def _parts(text: str) -> Iterator[str]:
    """The documents, each after as many empty lines as stand before it, so that its lines are those of the file."""
    start = 0
    for end in [*(found.start() for found in _SEPARATOR.finditer(text)), len(text)]:
        part = _SEPARATOR.sub("", text[start:end], count=1)
        if any(line.strip() and not line.lstrip().startswith("#") for line in part.splitlines()):
            yield "\n" * text.count("\n", 0, start) + part
        start = end


def _outcomes(documents: list[Document], name: str) -> Iterator[SigmaOutcome]:
    rules = [(one, one.value) for one in documents if isinstance(one.value, dict)]
    by_name = {key: rule for _, rule in rules for key in (rule.get("name"), rule.get("id")) if isinstance(key, str)}
    counted = {
        id(by_name[key])
        for _, rule in rules
        if "correlation" in rule and not _generates(rule)
        for key in names_counted(rule)
        if key in by_name
    }
    for document in documents:
        if not isinstance(document.value, dict):
            line = document.line(())
            yield SigmaOutcome("", line, None, (Problem("a rule of Sigma has keys", file=name, line=line),))
        elif id(document.value) not in counted:
            yield _outcome(document, document.value, by_name, name)


def _generates(rule: RawRule) -> bool:
    correlation = rule.get("correlation")
    return isinstance(correlation, Mapping) and correlation.get("generate") is True


def _outcome(document: Document, rule: RawRule, by_name: Mapping[str, RawRule], name: str) -> SigmaOutcome:
    title, line = str(rule.get("title") or ""), document.line(())
    try:
        body = converted_correlation(rule, by_name) if "correlation" in rule else converted_rule(rule)
        policy = parse_policy(body)
        bind_policy(policy, vocabulary=VOCABULARY, lists={})
        refuse_impossible(policy)
    except Refused as refused:
        path = _place(document, refused.field)
        problem = Problem(f"{title or 'the rule'}: {refused.text}", path, None, name, document.line(path))
        return SigmaOutcome(title, line, None, (problem,))
    except PolicyError as error:
        # What is said in our language, and yet is no sound policy: it is too large, say, or can never hold.
        told = tuple(Problem(f"{title}: {one.text}", (), None, name, line) for one in error.problems)
        return SigmaOutcome(title, line, None, told)
    return SigmaOutcome(title, line, body)


def _place(document: Document, field: str | None) -> KeyPath:
    """Where the rule names the field, with whatever modifiers; else its detection."""
    for path in sorted(document.lines, key=lambda path: document.lines[path]):
        key = path[-1] if path else None
        if field is not None and isinstance(key, str) and key.partition("|")[0] == field:
            return path
    return ("detection",)
