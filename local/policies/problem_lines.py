"""Problems of policy files on a screen, as JSON, and as annotations of a pull request on GitHub."""

from typing import Any

from shared.domain.display import inert
from shared.policies.errors import Problem, key_path

_LONGEST = 600


def line_of(problem: Problem) -> str:
    """``file:line: policy key: text``, which editors can jump to."""
    subject = " ".join(part for part in (problem.policy_id, key_path(problem.path)) if part)
    parts = (f"{problem.file}:{problem.line}", subject, problem.text)
    return inert(": ".join(part for part in parts if part), _LONGEST)


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
