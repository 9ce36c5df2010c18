"""The regular expressions that ``matches`` accepts: those whose work grows linearly with the text.

Python's engine backtracks, so a careless or hostile pattern can hold a worker for hours. Accepted are literal
characters, ``.``, classes, the escapes below, ``^`` and ``$``, groups and alternatives. Refused are:

- backreferences, lookaround, named groups, inline flags, conditionals, comments, lazy and possessive repeats;
- a repeat of a group, other than ``?``: so repeats never nest;
- a bounded repeat of more than 64;
- ``*``, ``+`` and ``{n,}``, except once, outside any group, in a pattern that starts with ``^`` and has no alternative
  outside a group: the engine then tries one start and at most one length for each character;
- more than 10,000 ways through the bounded repeats and alternatives together;
- more than 200 characters.

What is left costs a bounded number of steps for each character of the text.
"""

import re
from dataclasses import dataclass

_LONGEST = 200
_LARGEST_REPEAT = 64
_MOST_WAYS = 10_000

_ESCAPES = frozenset("dDwWsSbBnrt")
_ESCAPED_LITERALS = frozenset(".^$*+?{}[]()|\\/-@#&~'\" ,:;=!<>%_")
_REPEAT = re.compile(r"\*|\+|\?|\{([0-9]{1,4})(,?)([0-9]{0,4})\}")


class PatternError(ValueError):
    """The pattern is refused; the text says why."""


def compile_pattern(text: str) -> re.Pattern[str]:
    """The compiled pattern, without regard to case. Raises PatternError."""
    if not 0 < len(text) <= _LONGEST:
        raise PatternError(f"a pattern has 1 to {_LONGEST} characters")
    reader = _Reader(text)
    ways = reader.alternatives(depth=0)
    if reader.at < len(text):
        raise PatternError("there is a ) without its (")
    if ways > _MOST_WAYS:
        raise PatternError(f"the repeats and alternatives can match in more than {_MOST_WAYS} ways")
    if reader.unbounded and (not text.startswith("^") or reader.branches_outside):
        raise PatternError("*, + and {n,} need a pattern that starts with ^ and has no | outside a group")
    try:
        return re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError) as error:
        raise PatternError(f"not a regular expression: {error}") from None


@dataclass(slots=True)
class _Reader:
    """Recursive descent over the pattern. Each method returns in how many ways its part can match."""

    text: str
    at: int = 0
    unbounded: int = 0
    branches_outside: bool = False

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def alternatives(self, depth: int) -> int:
        if depth > 8:
            raise PatternError("groups are nested more than 8 deep")
        ways = self.sequence(depth)
        while self.peek() == "|":
            self.branches_outside |= depth == 0
            self.at += 1
            ways += self.sequence(depth)
        return ways

    def sequence(self, depth: int) -> int:
        ways = 1
        while self.peek() not in ("", "|", ")"):
            if self.peek() == "(":
                ways *= self.group(depth)
            else:
                self.single()
                ways *= self.repeat(depth)
            # Kept small: the product of a hostile pattern would grow without end.
            ways = min(ways, _MOST_WAYS + 1)
        return ways

    def group(self, depth: int) -> int:
        self.at += 3 if self.text.startswith("(?:", self.at) else 1
        if self.peek() == "?":
            raise PatternError("lookaround, named groups, flags and comments are refused: (?: is the only one")
        ways = self.alternatives(depth + 1)
        if self.peek() != ")":
            raise PatternError("there is a ( without its )")
        self.at += 1
        found = _REPEAT.match(self.text, self.at)
        if found is None:
            return ways
        if found[0] != "?":
            raise PatternError("a group may only be repeated by ?")
        self.at = found.end()
        self.refuse_second_repeat()
        return ways + 1

    def single(self) -> None:
        match self.peek():
            case "\\":
                self.escape()
            case "[":
                self.character_class()
            case "*" | "+" | "?" | "{":
                raise PatternError(f"{self.peek()} has nothing to repeat; write \\{self.peek()} for the character")
            case _:
                self.at += 1

    def escape(self) -> None:
        character = self.text[self.at + 1 : self.at + 2]
        if (character not in _ESCAPES and character not in _ESCAPED_LITERALS) or not character:
            raise PatternError(f"the escape \\{character} is refused")
        self.at += 2

    def character_class(self) -> None:
        self.at += 2 if self.text.startswith("[^", self.at) else 1
        first = self.at
        while self.peek() != "]" or self.at == first:
            if not self.peek():
                raise PatternError("there is a [ without its ]")
            if self.peek() == "[":
                raise PatternError("write \\[ for a bracket in a class")
            if self.peek() == "\\":
                self.escape()
            else:
                self.at += 1
        self.at += 1

    def repeat(self, depth: int) -> int:
        found = _REPEAT.match(self.text, self.at)
        if found is None:
            if self.peek() == "{":
                raise PatternError("write \\{ for a brace")
            return 1
        self.at = found.end()
        self.refuse_second_repeat()
        if found[0] == "?":
            return 2
        if found[0] in "*+" or (found[2] and not found[3]):
            self.unbounded += 1
            if self.unbounded > 1 or depth:
                raise PatternError("only one of *, + and {n,} is accepted, outside groups; bound the others: {0,40}")
            return 1
        least, most = int(found[1]), int(found[3] or found[1])
        if not least <= most <= _LARGEST_REPEAT:
            raise PatternError(f"a repeat goes from {{m to n}}, at most {_LARGEST_REPEAT}")
        return most - least + 1

    def refuse_second_repeat(self) -> None:
        if self.peek() and self.peek() in "*+?{":
            raise PatternError("lazy, possessive and repeated repeats are refused")
