"""What each version of a policy changed: its text against the text of the version before."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final

from shared.domain.policy_book import PolicyVersion
from shared.pipeline.governance.written_policies import editor_text

_MOST_VERSIONS: Final = 20
"""Each is written as text, which takes some milliseconds; the API lists them all."""
_MOST_LINES: Final = 60
_CONTEXT: Final = 1


@dataclass(frozen=True, kw_only=True)
class ChangedVersion:
    """``lines`` are those that came (``+``), went (``-``) or stand around (a space). ``is_cut``: there are more."""

    version: PolicyVersion
    lines: tuple[tuple[str, str], ...]
    is_cut: bool


def changed_versions(versions: Sequence[PolicyVersion]) -> list[ChangedVersion]:
    """``versions`` are newest first, and so are these: the newest of them."""
    kept = versions[: _MOST_VERSIONS + 1]
    texts = [_text(version) for version in kept]
    # The oldest of all is new as a whole. One more than is told is read, so that each has one before it.
    pairs = zip(kept, texts, [*texts, []][1:], strict=True)
    return [_changed(version, text, before) for version, text, before in pairs][:_MOST_VERSIONS]


def _changed(version: PolicyVersion, text: list[str], before: list[str]) -> ChangedVersion:
    lines = [line for line in unified_diff(before, text, n=_CONTEXT, lineterm="") if line[:2] not in ("--", "++", "@@")]
    shown = tuple((line[:1], line[1:]) for line in lines[:_MOST_LINES])
    return ChangedVersion(version=version, lines=shown, is_cut=len(lines) > _MOST_LINES)


def _text(version: PolicyVersion) -> list[str]:
    """Empty for a version that ended the policy. The id never changes, so it is left out."""
    text = editor_text(version.policy_id, version.body) if version.body is not None else ""
    return [line for line in text.splitlines() if not line.startswith("id: ")]
