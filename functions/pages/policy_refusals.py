"""Why a form of the policy pages changed nothing, in words, with the line of the text that it is about."""

from collections.abc import Iterable

from functions.pages.policy_view import Trouble
from functions.problems import problem_of
from shared.pipeline.governance.acting_policies import ActingPolicy
from shared.pipeline.governance.errors import NotTunable, PolicyExists, PolicyRefused, StalePolicy
from shared.pipeline.governance.told_problems import told
from shared.policies.documents import Document, read_document
from shared.policies.errors import PolicyError, Problem

EXPECTED = (ActingPolicy, NotTunable, PolicyExists, PolicyRefused, StalePolicy)
"""What a form is told on its own page; anything else is the page of a problem."""

type Refusal = ActingPolicy | NotTunable | PolicyExists | PolicyRefused | StalePolicy


def definition_from(text: str) -> dict[str, object]:
    """The policy that a text says. Raises PolicyRefused."""
    try:
        value = read_document(text, "").value
    except PolicyError as error:
        raise PolicyRefused(error.problems) from None
    if not isinstance(value, dict):
        raise PolicyRefused([Problem("write a policy as KEY: VALUE, beginning with id", (), line=1)])
    return value


def message_of(error: Refusal) -> tuple[str, int]:
    """With the status to answer it by."""
    problem = problem_of(error)
    if isinstance(error, StalePolicy):
        return "The policy was changed while you were reading. Look at what is new, then save again.", problem.status
    return problem.detail, problem.status


def troubles_of(error: Refusal, text: str | None = None) -> list[Trouble]:
    """What is wrong, each with its place; ``text`` is what was written, where it is of a text."""
    return troubles(error.problems, text) if isinstance(error, PolicyRefused) else []


def troubles(problems: Iterable[Problem], text: str | None = None) -> list[Trouble]:
    lines = (text or "").splitlines()
    document = _document(text)
    found = []
    for problem in problems:
        for one in told([problem]):
            line = problem.line or (document.line(problem.path) if document is not None and problem.path else 0)
            source = lines[line - 1].strip() if 0 < line <= len(lines) else ""
            found.append(Trouble(field=one.field, message=one.message, line=line, source=source))
    return found[:_MOST]


_MOST = 50


def _document(text: str | None) -> Document | None:
    """None where it cannot be read: then the problem names its line itself."""
    try:
        return read_document(text, "") if text else None
    except PolicyError:
        return None
