"""Why a form of the policy pages changed nothing, in words, with the line of the text that it is about."""

from functions.problems import problem_of
from shared.pipeline.governance.acting_policies import ActingPolicy
from shared.pipeline.governance.errors import NotTunable, PolicyExists, PolicyRefused, StalePolicy
from shared.pipeline.governance.written_policies import Trouble, troubles

EXPECTED = (ActingPolicy, NotTunable, PolicyExists, PolicyRefused, StalePolicy)
"""What a form is told on its own page; anything else is the page of a problem."""

type Refusal = ActingPolicy | NotTunable | PolicyExists | PolicyRefused | StalePolicy


def message_of(error: Refusal) -> tuple[str, int]:
    """With the status to answer it by."""
    problem = problem_of(error)
    if isinstance(error, StalePolicy):
        return "It was changed while you were reading. Look at what is new, then save again.", problem.status
    return problem.detail or problem.title, problem.status


def troubles_of(error: Refusal, text: str | None = None) -> list[Trouble]:
    """What is wrong, each with its place; ``text`` is what was written, where it is of a text."""
    return troubles(error.problems, text) if isinstance(error, PolicyRefused) else []
