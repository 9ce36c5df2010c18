"""Facts: the names that policies may use, and the only way from a name to a field.

The language has no other access to data. A name that is not in the vocabulary does not exist, so a policy cannot
reach an attribute that was not declared here, whatever it is called.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from shared.policies.forms import Form


class FactType(StrEnum):
    """The type of a fact decides which operators and which values it takes."""

    TOKEN = "token"  # noqa: S105 -- a word of a fixed form, not a secret
    """Compared exactly: an id, a permission's name, a member of an enumeration."""
    TEXT = "text"
    """Free text, compared without regard to case."""
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    """A point in time, UTC."""
    DURATION = "duration"
    TOKENS = "tokens"
    TEXTS = "texts"
    COLLECTION = "collection"
    """Elements with facts of their own."""


class Root(StrEnum):
    """What a fact is read from."""

    APP = "app"
    EVENT = "event"
    ELEMENT = "element"
    """One element of a collection."""


# Any: each derivation takes the struct that is its root, which the declaration of the fact decides.
type Derivation = Callable[[Any, datetime], object]
"""Computes a fact from its root and ``now``; must pass None and UNKNOWN on."""


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One fact. ``path`` leads through the root's fields to the value; an empty one is the root itself.

    A derived fact is computed by ``derive`` instead; its path then names the field that it depends on.
    ``choices`` are the members of a closed set of tokens; if ``ordered``, lowest first, they compare by rank.
    ``may_be_unknown`` is False only where the field is always read: the compiler then leaves out the third truth
    value. ``grows``: a duration that runs with the clock, so that time alone changes how it compares; ``falls``: one
    that runs down. ``past``: never ahead of now. ``most``: the highest number there can be. ``lower``: tokens kept in
    lower case, as what they are compared with is therefore. ``form``: tokens that are written in one way only.
    """

    name: str
    type: FactType
    path: tuple[str, ...]
    description: str
    root: Root = Root.ELEMENT
    unit: str | None = None
    choices: tuple[str, ...] = ()
    ordered: bool = False
    may_be_unknown: bool = True
    derive: Derivation | None = None
    element: "Vocabulary | None" = None
    grows: bool = False
    falls: bool = False
    past: bool = False
    most: int | None = None
    lower: bool = False
    form: Form | None = None

    def __post_init__(self) -> None:
        for field in self.path:
            if not field.isidentifier() or field.startswith("_"):
                raise ValueError(f"{self.name}: {field!r} is not the name of a public field")
        plural = (FactType.COLLECTION, FactType.TOKENS, FactType.TEXTS)
        if self.type is FactType.COLLECTION and self.element is None:
            raise ValueError(f"{self.name}: a collection needs an element vocabulary")
        if self.type not in plural and self.element is not None:
            raise ValueError(f"{self.name}: only a fact with many values has elements")


APP_ID = "app.appId"
"""The fact that names the app; an event answers it from its own record."""

type KeyOfApp = Callable[[object, object], str | None]
"""The key that groups what one app does, from an event and an app of which either may be None."""


class Vocabulary:
    """The facts of one kind of document, by name, with the activities and baselines that exist beside them."""

    def __init__(
        self,
        facts: Iterable[Fact],
        *,
        activities: Iterable[str] = (),
        baselines: Mapping[str, FactType] | None = None,
        key_of_app: KeyOfApp | None = None,
        answered_by_event: Mapping[str, str] | None = None,
    ) -> None:
        self.facts: dict[str, Fact] = {}
        for fact in facts:
            if fact.name in self.facts:
                raise ValueError(f"the fact {fact.name} is declared twice")
            self.facts[fact.name] = fact
        self.activities = frozenset(activities)
        self.baselines = dict(baselines or {})
        self.key_of_app: KeyOfApp = key_of_app or _no_key
        # An event names its app itself, so these facts of the app need no inventory: app fact -> event fact.
        self.answered_by_event = dict(answered_by_event or {})

    def get(self, name: str) -> Fact | None:
        return self.facts.get(name)


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of an error about an unknown name: the nearest known one, or all of them if they are few."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; use one of {', '.join(names)}" if 0 < len(names) <= 12 else ""


def _no_key(_event: object, _app: object) -> str | None:
    return None
