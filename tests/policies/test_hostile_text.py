"""Whatever text a policy holds, it is data: it matches itself or is refused, and the program stays the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from types import FunctionType

import pytest

from shared.domain.activities import Activity
from shared.domain.events import Actor, Event, PropertyChange, Source
from shared.policies.binding import bind_policy
from shared.policies.compiler import Test, compile_conditions
from shared.policies.errors import PolicyError
from shared.policies.facts import VOCABULARY
from shared.policies.loader import parse_policy
from tests.conftest import RecordFigure

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PIECES = (
    *("'", '"', '"""', "\\", "\\'", "{", "}", "{{", "{0}", "{app}", "{x!r:>{y}}", "%s", "%(a)s", "$(id)", "`id`"),
    *("__class__", "__import__('os')", "__builtins__", "__globals__", "lambda: 0", "exec(", "eval(", ");", "#", ";"),
    *("\n", "\r\n", "\t", "\x00", "\x1b[31m", "\ud800", "\udfff", "\u202e", "\u200b", "\ufeff", "\u2028", "İ", "ß"),
    *("😀", "e\u0301", "import os", "raise", "return True", "found.append(1)", "UNKNOWN", "None", "True", "event", "a"),
)

type Written = Callable[[str], dict[str, object]]
"""The keys of a policy that hold a text."""


def _when(fact: str, operator: str, *, listed: bool = False) -> Written:
    return lambda text: {"when": {fact: {operator: [text] if listed else text}}}


def _change(text: str) -> dict[str, object]:
    return {"when": {"any": {"of": "event.changes", "where": {"after": {"eq": text}}}}}


def _parameter(text: str) -> dict[str, object]:
    parameters = {"word": {"default": text, "description": text}}
    return {"parameters": parameters, "when": {"event.operation": {"eq": {"parameter": "word"}}}}


def _list(_text: str) -> dict[str, object]:
    return {"when": {"event.operation": {"in": {"list": "words"}}}}


def _prose(text: str) -> dict[str, object]:
    prose = {"title": text[:200] or "-", "description": text, "why": text, "triage": [text], "sources": [text]}
    return {**prose, "when": {"event.operation": {"eq": text}}}


VALUES: dict[str, Written] = {
    "eq": _when("event.operation", "eq"),
    "in": _when("event.operation", "in", listed=True),
    "contains": _when("event.operation", "contains"),
    "startsWith": _when("event.operation", "startsWith", listed=True),
    "endsWith": _when("event.operation", "endsWith"),
    "token": _when("event.actor.id", "eq"),
    "tokens": _when("event.actor.id", "in", listed=True),
    "element": _change,
    "parameter": _parameter,
    "list": _list,
    "prose": _prose,
}
NAMES: dict[str, Written] = {
    "fact": lambda text: {"when": {text: {"eq": "a"}}},
    "operator": lambda text: {"when": {"event.operation": {text: "a"}}},
    "collection": lambda text: {"when": {"any": {"of": text, "where": {"after": {"eq": "a"}}}}},
    "fact of an element": lambda text: {"when": {"any": {"of": "event.changes", "where": {text: {"eq": "a"}}}}},
    "list": lambda text: {"when": {"event.operation": {"in": {"list": text}}}},
    "parameter": lambda text: {"when": {"event.operation": {"eq": {"parameter": text}}}},
    "baseline": lambda text: {"when": {"event.itemCount": {"gt": {"baseline": text}}}},
    "activity": lambda text: {"on": [text]},
    "group": lambda text: {"alert": {"by": [text]}},
    "key": lambda text: {text: "a"},
    "app of the scope": lambda text: {"scope": {"only": [text]}},
}


def hostile(random: Random) -> str:
    text = "".join(random.choices(PIECES, k=random.randrange(1, 6)))
    return text * 2_000 if random.random() < 0.01 else text


def compiled(keys: dict[str, object], text: str) -> Test:
    """The compiled condition. Raises PolicyError."""
    policy = parse_policy({"id": "p", "kind": "event", "on": ["other"], **keys})
    bound = bind_policy(policy, vocabulary=VOCABULARY, lists={"words": (text,)})
    return compile_conditions([bound.rules[0].condition], over_events=True).certain[0]


def event(text: str) -> Event:
    return Event(
        id="e",
        source=Source.DIRECTORY_AUDITS,
        activity=Activity.OTHER,
        operation=text,
        actor=Actor(id=text),
        changes=(PropertyChange(name="a", after=text),),
    )


def program(test: Test) -> tuple[bytes, tuple[str, ...], tuple[str, ...]]:
    assert isinstance(test, FunctionType)
    code = test.__code__
    return code.co_code, code.co_names, code.co_varnames


def is_data(place: str, text: str) -> bool:
    """Whether the text was refused, or left the program as any word does and matches itself alone."""
    try:
        test = compiled(VALUES[place](text), text)
    except PolicyError:
        return True
    same = program(test) == program(compiled(VALUES[place]("word"), "word"))
    return bool(same and test(event(text), None, NOW) and not test(event("another"), None, NOW))


def is_refused(place: str, text: str) -> bool:
    try:
        compiled(NAMES[place](text), text)
    except PolicyError:
        return True
    return False


def fuzz(seed: int, count: int) -> int:
    random = Random(seed)
    for _ in range(count):
        text = hostile(random)
        for place in VALUES:
            assert is_data(place, text) or text.casefold() in "another", (place, text)
        for place in NAMES:
            assert is_refused(place, text), (place, text)
    return count * (len(VALUES) + len(NAMES))


@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_text_in_a_policy_is_data(piece: str) -> None:
    for place in VALUES:
        assert is_data(place, piece) or piece in "another", place
    for place in NAMES:
        assert is_refused(place, piece), place


def test_most_hostile_text_is_accepted_as_what_it_is() -> None:
    accepted = [piece for piece in PIECES if not _is_refused_as_value(piece)]
    assert len(accepted) == len(PIECES) - 2  # the halves of surrogate pairs


def _is_refused_as_value(text: str) -> bool:
    try:
        compiled(VALUES["eq"](text), text)
    except PolicyError:
        return True
    return False


@pytest.mark.soak
def test_fuzzed_text_in_policies_is_data(record_figure: RecordFigure) -> None:
    record_figure("S15", "hostile texts in places of a policy", fuzz(1, 2_500))
    record_figure("S15", "texts that changed a program or matched another", 0)
