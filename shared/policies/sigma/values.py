"""What a rule of Sigma compares a field with, in our own words. Nothing here knows pySigma."""

import re
from dataclasses import dataclass
from enum import Enum
from fnmatch import translate
from ipaddress import IPv4Network, IPv6Network

from shared.policies.operators import Operator


class Refused(Exception):
    """A part of a rule that cannot be said in our language. ``field`` is the field of Sigma that it is about."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.field = field


class Wildcard(Enum):
    MANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Text:
    """Literal pieces and wildcards, in order. Without any it is the empty text."""

    parts: tuple[str | Wildcard, ...]

    @property
    def literal(self) -> str | None:
        """The whole text if it has no wildcard."""
        return None if any(isinstance(part, Wildcard) for part in self.parts) else "".join(map(str, self.parts))

    def fits(self, text: str) -> bool:
        """Whether the text is one of those meant, without regard to case."""
        return re.match(translate("".join(map(_glob, self.parts)).casefold()), text.casefold()) is not None

    @property
    def shown(self) -> str:
        return "".join(part.value if isinstance(part, Wildcard) else part for part in self.parts)


def _glob(part: str | Wildcard) -> str:
    return part.value if isinstance(part, Wildcard) else re.sub(r"([*?[])", r"[\1]", part)


@dataclass(frozen=True, slots=True)
class Number:
    number: int | float
    operator: Operator = Operator.EQ


@dataclass(frozen=True, slots=True)
class Flag:
    value: bool


@dataclass(frozen=True, slots=True)
class Present:
    """Whether the field holds anything: ``exists``, and null, which says that it does not."""

    value: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that does not regard case."""

    text: str


@dataclass(frozen=True, slots=True)
class Network:
    network: IPv4Network | IPv6Network


type Value = Text | Number | Flag | Present | Pattern | Network
