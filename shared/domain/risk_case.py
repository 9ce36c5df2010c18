"""What the rows of the risk formula look at: an app at a moment, and the words for what earns points."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from shared.domain.apps import App, Permission, PermissionKind
from shared.domain.display import inert
from shared.domain.escalation import EscalationTarget
from shared.domain.known import UNKNOWN, Known

_MOST_NAMED: Final = 3
_LONGEST: Final = 80


class RiskCase(Struct, frozen=True, kw_only=True):
    """``reached`` is what the app can become or read, by any path."""

    app: App
    now: datetime
    reached: frozenset[EscalationTarget]


type Judge = Callable[[RiskCase], Known[str]]
"""Says what about the app earns the points, None if nothing does, UNKNOWN if nobody read what it looks at."""


def when(answer: Known[bool], reason: str) -> Known[str]:
    if answer is UNKNOWN:
        return UNKNOWN
    return reason if answer else None


def holds(verb: str, matches: Callable[[Permission], bool]) -> Judge:
    """Earned by the permissions that match, which are named."""

    def judge(case: RiskCase) -> Known[str]:
        if case.app.permissions is UNKNOWN:
            return UNKNOWN
        names = [held.name for held in case.app.permissions or () if matches(held)]
        return f"{verb} {names_of(names)}" if names else None

    return judge


def is_application(held: Permission) -> bool:
    return held.kind is PermissionKind.APPLICATION


def is_for_all(held: Permission) -> bool:
    """Delegated, and granted for all users; also where nobody knows for whom."""
    return held.kind is PermissionKind.DELEGATED and held.consent_type != "Principal"


def is_for_some(held: Permission) -> bool:
    return held.kind is PermissionKind.DELEGATED and held.consent_type == "Principal"


def names_of(names: Iterable[str]) -> str:
    """The first few, each once; they come from outside, so nothing in them is hidden."""
    distinct = sorted(set(names))
    shown = ", ".join(map(_inert, distinct[:_MOST_NAMED]))
    more = len(distinct) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _inert(name: str) -> str:
    """Most names are plain, and showing them costs most of a score: a rebuild of the list makes 100,000 of these."""
    return name if len(name) <= _LONGEST and name.isascii() and name.isprintable() else inert(name, _LONGEST)


class RiskRow(Struct, frozen=True):
    """``earns`` says in general what earns the points, ``judge`` whether an app does."""

    id: str
    points: int
    earns: str
    judge: Judge


class RiskPart(Struct, frozen=True, kw_only=True):
    """Rows about one thing. Where ``only_first`` is set, the first row that is earned counts and no other."""

    title: str
    rows: tuple[RiskRow, ...]
    only_first: bool = False


def equals(fact: Known[object], value: object) -> Known[bool]:
    return UNKNOWN if fact is UNKNOWN else fact == value
