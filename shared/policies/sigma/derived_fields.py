"""Fields of Sigma that are no fact as they are: those of few known words, and those that are only part of a fact.

What such a field is compared with is settled while the rule is converted, among all values that it can have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.domain.activities import Activity
from shared.policies.operators import Operator
from shared.policies.sigma.conditions import Condition, all_of, any_change, any_of, negated, test
from shared.policies.sigma.fields import Field, TextField, simple_test, unchanged
from shared.policies.sigma.operations import OPERATION
from shared.policies.sigma.values import Flag, Number, Present, Refused, Text, Value

ACTIVITY: Final = "event.activity"
_OF_ATTRIBUTES = "Update attribute values assigned to a servicePrincipal"
"""An update of a service principal, and of another category than all the others."""


@dataclass(frozen=True, slots=True)
class ChoiceField(Field):
    """A field of few known words, each with the value that the fact has then; None is null.

    ``untold`` ends the refusal of a word that is none of them.
    """

    fact: str
    words: Mapping[str, str | bool | None]
    untold: str = "no record has it"

    def test(self, value: Value) -> Condition:
        if isinstance(value, Present):
            return simple_test(self.fact, value, unchanged)
        text = _text_of(value, self.fact)
        found = {self.words[word]: None for word in self.words if text.fits(word)}
        if not found:
            raise Refused(f"{text.shown:.80} is none of {', '.join(self.words)}: {self.untold}")
        return any_of(
            test(self.fact, Operator.IS_NULL, True) if one is None else test(self.fact, Operator.EQ, one)
            for one in found
        )


@dataclass(frozen=True, slots=True)
class ConditionField(Field):
    """A field of few known words, which every record has, each with the condition that holds where it says so."""

    words: Mapping[str, Condition]

    def test(self, value: Value) -> Condition:
        if isinstance(value, Present):
            return value.value
        text = _text_of(value, "this field")
        found = [self.words[word] for word in self.words if text.fits(word)]
        if not found:
            raise Refused(f"{text.shown:.80} is none of {', '.join(self.words)}: events keep no other")
        return any_of(found)


@dataclass(frozen=True, slots=True)
class CategoryField(Field):
    """The category of an operation, which events do not keep, by the activities that belong to it."""

    activities: Mapping[str, frozenset[Activity]]

    def test(self, value: Value) -> Condition:
        text = _text_of(value, "the category")
        found = sorted(one.value for word, ones in self.activities.items() if text.fits(word) for one in ones)
        if not found:
            raise Refused(f"of the categories only {', '.join(self.activities)} are known, not {text.shown:.80}")
        of_attributes = test(OPERATION, Operator.EQ, _OF_ATTRIBUTES)
        return all_of((test(ACTIVITY, Operator.IN, found), negated(of_attributes)))


@dataclass(frozen=True, slots=True)
class ConstantField(Field):
    """A field that says the same in every record of its log."""

    word: str

    def test(self, value: Value) -> Condition:
        return value.value if isinstance(value, Present) else _text_of(value, "this field").fits(self.word)


@dataclass(frozen=True, slots=True)
class ChangeField(Field):
    """The name of a modified property, or its value before or after. With ``property``: of the one so called."""

    side: str
    property: str | None = None

    def test(self, value: Value) -> Condition:
        match value:
            case Present(value=False) | Text(parts=()):
                return negated(self.test(Present(True)))
            case Flag() | Number():
                value = _text_of(value, self.side)
        named = True if self.property is None else test("name", Operator.EQ, self.property)
        return any_change(all_of((named, TextField(self.side).test(value))))


@dataclass(frozen=True, slots=True)
class GuardedField(Field):
    """A field that only some of the events have to which its fact belongs."""

    field: Field
    guard: Condition

    def test(self, value: Value) -> Condition:
        tested = self.field.test(value)
        return any_of((negated(self.guard), tested)) if _asks_for_null(value) else all_of((self.guard, tested))


def _asks_for_null(value: Value) -> bool:
    """Whether an event without the field satisfies it."""
    return value == Present(False) or value == Text(())


def _text_of(value: Value, what: str) -> Text:
    match value:
        case Text():
            return value
        case Flag(flag):
            return Text((str(flag),))
        case Number(number, Operator.EQ):
            return Text((str(number),))
    raise Refused(f"{what} has few known values and is compared with words only")
