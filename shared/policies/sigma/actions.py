"""Rules that share what they say: the key ``action`` of files with many documents, which Sigma had before version 2."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from shared.policies.documents import Document

_ACTION: Final = "action"
_OF_ONE_RULE: Final = frozenset({_ACTION, "id", "name"})


def with_actions(documents: Iterable[Document]) -> Iterator[Document]:
    """Each rule with what it takes over: ``global`` speaks for all that follow until ``reset``, ``repeat`` for one.

    A rule's place is that of its own document.
    """
    everywhere: dict[str, object] = {}
    last: dict[str, object] = {}
    for document in documents:
        rule = document.value
        if not isinstance(rule, dict):
            yield document
            continue
        match rule.get(_ACTION):
            case "global":
                everywhere = _merged(everywhere, {key: rule[key] for key in rule.keys() - _OF_ONE_RULE})
            case "reset":
                everywhere = {}
            case action:
                before = {key: last[key] for key in last.keys() - _OF_ONE_RULE} if action == "repeat" else everywhere
                last = _merged(before, {key: value for key, value in rule.items() if key != _ACTION})
                yield replace(document, value=last)


def _merged(before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    """As deep as a file may be."""
    merged = dict(before)
    for key, value in after.items():
        earlier = merged.get(key)
        merged[key] = _merged(earlier, value) if isinstance(earlier, dict) and isinstance(value, dict) else value
    return merged
