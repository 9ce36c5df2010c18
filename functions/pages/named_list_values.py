"""The values of a list as a form shows and sends them, one a line; and what each change of them was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from functions.pages.policy_refusals import Refusal
from shared.domain.alerts import HistoryEntry
from shared.domain.display import inert
from shared.domain.look_alikes import look_alikes
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.told_problems import told
from shared.pipeline.governance.written_policies import Trouble

_LONGEST_VALUE: Final = 256
_MOST_CHANGES: Final = 50
"""Of a history are told; the entries themselves stay."""


@dataclass(frozen=True, kw_only=True)
class ListChange:
    """``added`` and ``removed`` are values; where an entry holds only the beginning of them, that text as it is."""

    entry: HistoryEntry
    added: Sequence[str]
    removed: Sequence[str]


def values_of(text: str) -> list[str]:
    """Without the lines that are empty, and without spaces around a value."""
    return [value for _, value in _numbered(text)]


def troubles_in(error: Refusal, text: str) -> list[Trouble]:
    """What is wrong, each with the line of the value."""
    if not isinstance(error, PolicyRefused):
        return []
    lines = _numbered(text)
    found = []
    for problem in error.problems:
        index = problem.path[1] if len(problem.path) == 2 and problem.path[0] == "values" else None
        line, source = lines[index] if isinstance(index, int) and index < len(lines) else (0, "")
        [one] = told([problem])
        found.append(Trouble(field="" if line else one.field, message=one.message, line=line, source=source))
    return found


def deceptive(values: Iterable[str]) -> list[str]:
    """Those that do not say what they seem to: letters of another alphabet among others, or signs that hide some."""
    return [value for value in values if look_alikes(value) or inert(value, _LONGEST_VALUE) != value]


def list_changes(entries: Sequence[HistoryEntry]) -> list[ListChange]:
    """Newest first; ``entries`` are oldest first."""
    return [_change(entry) for entry in reversed(entries[-_MOST_CHANGES:])]


def _change(entry: HistoryEntry) -> ListChange:
    edits = {edit.property: edit for edit in entry.edits}
    added, removed = edits.get("added"), edits.get("removed")
    return ListChange(
        entry=entry,
        added=_told(added.after if added is not None else None),
        removed=_told(removed.before if removed is not None else None),
    )


def _told(text: str | None) -> Sequence[str]:
    if text is None:
        return ()
    try:
        return msgspec.json.decode(text, type=tuple[str, ...])
    except msgspec.DecodeError:  # it was cut
        return (text,)


def _numbered(text: str) -> list[tuple[int, str]]:
    """By the line breaks of a form alone: other separators stay in the value, and are refused there."""
    lines = enumerate(text.split("\n"), start=1)
    return [(number, line.strip(" \t")) for number, line in lines if line.strip(" \t")]
