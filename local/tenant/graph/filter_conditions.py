"""The tree of a ``$filter``."""

from dataclasses import dataclass
from datetime import datetime

type Path = tuple[str, ...]
type Value = str | bool | int | datetime | None
type Condition = Compared | AnyElement | Not | All | Either


@dataclass(frozen=True, slots=True)
class Compared:
    """``path operator value``; for the functions the operator is their name, for ``in`` the values are several."""

    path: Path
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AnyElement:
    """``path/any(v:condition)``; paths in the condition start behind the variable."""

    path: Path
    condition: Condition


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Joined by ``and``."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Joined by ``or``."""

    conditions: tuple[Condition, ...]
