"""How fields of Sigma become facts of events, one fact each.

Text of a rule is compared without regard to case, as Sigma means it. Facts that compare exactly are of a known form,
into which the rule's value is brought.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from shared.policies.operators import Operator
from shared.policies.patterns import PatternError, compile_pattern
from shared.policies.sigma.conditions import Condition, any_of, test
from shared.policies.sigma.forms import address
from shared.policies.sigma.values import Flag, Network, Number, Pattern, Present, Refused, Text, Value, Wildcard

_MOST_ADDRESSES = 256


def unchanged(text: str) -> str:
    return text


class Field(ABC):
    """One field. ``test`` raises Refused for a value that its fact cannot be compared with."""

    @abstractmethod
    def test(self, value: Value) -> Condition: ...


@dataclass(frozen=True, slots=True)
class TextField(Field):
    """Free text. ``cleaned`` is what our sources do to it, and so must be done to what the rule says."""

    fact: str
    cleaned: Callable[[str], str] = unchanged

    def test(self, value: Value) -> Condition:
        match value:
            case Text():
                return self._text(value)
            case Pattern(text):
                return test(self.fact, Operator.MATCHES, _safe(text))
        return simple_test(self.fact, value, unchanged)

    def _text(self, text: Text) -> Condition:
        match text.parts:
            case ():
                return test(self.fact, Operator.IS_NULL, True)
            case _ if text.literal is not None:
                return test(self.fact, Operator.EQ, self.cleaned(text.literal))
            case _ if all(part is Wildcard.MANY for part in text.parts):
                return test(self.fact, Operator.IS_NULL, False)
            case (Wildcard.MANY, str(part), Wildcard.MANY):
                return test(self.fact, Operator.CONTAINS, self._piece(part))
            case (str(part), Wildcard.MANY):
                return test(self.fact, Operator.STARTS_WITH, self._piece(part))
            case (Wildcard.MANY, str(part)):
                return test(self.fact, Operator.ENDS_WITH, self._piece(part))
        return test(self.fact, Operator.MATCHES, _safe(self._expression(text)))

    def _piece(self, text: str) -> str:
        """A part of the text: blanks at its ends count, so only what stands between them is cleaned."""
        inner = text.strip()
        if not inner:
            return text
        start = text.index(inner)
        return text[:start] + self.cleaned(inner) + text[start + len(inner) :]

    def _expression(self, text: Text) -> str:
        parts = list(text.parts)
        # A wildcard at either end needs no expression: it is one for which anything goes.
        first, last = parts[0] is Wildcard.MANY, parts[-1] is Wildcard.MANY
        inner = parts[first : len(parts) - last]
        return f"{'' if first else '^'}{''.join(map(self._part, inner))}{'' if last else '$'}"

    def _part(self, part: str | Wildcard) -> str:
        match part:
            case Wildcard.MANY:
                return r"[\s\S]*"
            case Wildcard.ONE:
                return r"[\s\S]"
        return "".join(f"\\{one}" if one in ".^$*+?{}[]()|\\" else one for one in self._piece(part))


@dataclass(frozen=True, slots=True)
class TokenField(Field):
    """A word that is compared exactly: an id, a country. ``form`` is how our sources write it."""

    fact: str
    form: Callable[[str], str] = unchanged

    def test(self, value: Value) -> Condition:
        match value:
            case Text(parts=()):
                return test(self.fact, Operator.IS_NULL, True)
            case Text() if (literal := value.literal) is not None:
                return test(self.fact, Operator.EQ, self.form(literal))
            case Text(parts=(Wildcard.MANY,)):
                return test(self.fact, Operator.IS_NULL, False)
            case Text():
                raise Refused(f"{self.fact} is compared whole, so not with the wildcards of {value.shown:.80}")
        return simple_test(self.fact, value, self.form)


@dataclass(frozen=True, slots=True)
class AddressField(Field):
    """An IP address. A small network is the list of its addresses."""

    fact: str

    def test(self, value: Value) -> Condition:
        if not isinstance(value, Network):
            return TokenField(self.fact, address).test(value)
        network = value.network
        if network.num_addresses > _MOST_ADDRESSES:
            raise Refused(f"{network} has more than {_MOST_ADDRESSES} addresses; there is no operator for networks")
        return any_of(test(self.fact, Operator.EQ, str(one)) for one in network)


@dataclass(frozen=True, slots=True)
class NumberField(Field):
    fact: str

    def test(self, value: Value) -> Condition:
        match value:
            case Number(number, operator):
                return test(self.fact, operator, number)
            case Text() if value.literal is not None and value.literal.strip().isascii():
                digits = value.literal.strip()
                if digits.isdigit() and len(digits) <= 18:
                    return test(self.fact, Operator.EQ, int(digits))
            case Text(parts=(Wildcard.MANY,)):
                return test(self.fact, Operator.IS_NULL, False)
            case Present():
                return simple_test(self.fact, value, unchanged)
        raise Refused(f"{self.fact} is a number and can be compared with numbers only")


def simple_test(fact: str, value: Value, form: Callable[[str], str]) -> Condition:
    match value:
        case Present(there):
            return test(fact, Operator.IS_NULL, not there)
        case Number(number, Operator.EQ):
            return test(fact, Operator.EQ, form(str(number)))
        case Flag(flag):
            return test(fact, Operator.EQ, form(str(flag).lower()))
        case Number():
            raise Refused(f"{fact} is no number")
        case Network():
            raise Refused(f"{fact} is no address")
    raise Refused(f"{fact} cannot be compared with a regular expression")


def _safe(expression: str) -> str:
    try:
        compile_pattern(expression)
    except PatternError as error:
        raise Refused(f"the pattern {expression:.80} is refused: {error}") from None
    return expression
