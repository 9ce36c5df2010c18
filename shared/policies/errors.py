"""What is wrong with a policy, where, and what to do about it."""

from dataclasses import dataclass

type KeyPath = tuple[str | int, ...]

_LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. ``path`` leads from the policy to the key; ``line`` counts from 1, 0 where it is not known."""

    text: str
    path: KeyPath = ()
    policy_id: str | None = None
    file: str | None = None
    line: int = 0

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line) if self.line else "") if part)
        subject = " ".join(part for part in (place, self.policy_id or "", key_path(self.path)) if part)
        return f"{subject}: {self.text}" if subject else self.text


class PolicyError(Exception):
    """One policy, or a file of them, cannot be used. ``problems`` is never empty."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def quoted(value: object) -> str:
    """What somebody wrote, shortened: an error names it and is no place for all of it."""
    text = repr(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"


def key_path(path: KeyPath) -> str:
    """The path as a reader writes it: ``when.all[2].app.age``."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text
