"""Problems of policy files on a screen, as JSON, and as annotations of a pull request on GitHub."""

import re
from typing import Any, Final

from shared.domain.display import inert
from shared.policies.errors import Problem, key_path

_LONGEST = 600
_COMMAND: Final = re.compile(r"^(\s*:)(?=:)|(##)(?=\[)")
"""What GitHub Actions takes for a command: ``::`` at the start of a line, in its older form ``##[`` anywhere."""


def shown(text: str) -> str:
    """One line of bounded length, which is a command neither to a terminal nor to a pipeline."""
    return _COMMAND.sub(r"\g<0> ", inert(text, _LONGEST))


def line_of(problem: Problem) -> str:
    """``file:line: policy key: text``, which editors can jump to."""
    subject = " ".join(part for part in (problem.policy_id, key_path(problem.path)) if part)
    parts = (f"{problem.file}:{problem.line}", subject, problem.text)
    return shown(": ".join(part for part in parts if part))


def json_of(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "policyId": problem.policy_id,
        "key": key_path(problem.path),
        "message": problem.text,
    }


def annotation_of(problem: Problem) -> str:
    """A workflow command of GitHub Actions. What stands in it must neither end it nor begin another."""
    key = key_path(problem.path)
    message = f"{key}: {problem.text}" if key else problem.text
    place = f"file={_property(problem.file or '')},line={max(1, problem.line)}"
    return f"::error {place}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
