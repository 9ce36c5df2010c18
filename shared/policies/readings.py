"""The two readings of a condition as expressions, and the loads they need."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from shared.policies import expressions as make
from shared.policies.comparisons import Guard, dynamic_test, guard_of, literal_test, needs_folding
from shared.policies.conditions import AllOf, AnyElement, AnyOf, Comparison, Condition, IfApplicable, Not
from shared.policies.operators import AGE
from shared.policies.vocabulary import Fact, FactType, Root

ARGUMENTS = ("event", "app", "now")
# Beyond this, ``all`` becomes one expression rather than nested blocks: Python limits how deep blocks may nest.
_MOST_BLOCKS = 16


@dataclass(frozen=True, slots=True)
class Raw:
    """The value of a fact."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Folded:
    """The value of a text or of texts, casefolded; the raw value is loaded before it."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Ago:
    """The moment ``now`` minus a duration."""

    duration: timedelta


type Need = Raw | Folded | Ago
"""A local that a condition reads."""


def needs_of(condition: Condition) -> Iterator[Need]:
    """What the condition reads, in an order in which it can be loaded. Elements load their own."""
    match condition:
        case Comparison(fact=fact, operator=operator, operand=operand):
            yield Raw(fact)
            if needs_folding(condition):
                yield Folded(fact)
            if operator in AGE and isinstance(operand.value, timedelta):
                yield Ago(operand.value)
        case AnyElement(fact=fact):
            yield Raw(fact)
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            for part in parts:
                yield from needs_of(part)
        case Not(condition=inner) | IfApplicable(condition=inner):
            yield from needs_of(inner)


class Reader:
    """What the functions of one module share: constants, the functions of elements, fresh names."""

    def __init__(self, *, over_events: bool) -> None:
        self.over_events = over_events
        self.constants: dict[str, object] = {}
        self.functions: list[ast.stmt] = []
        self.locals: dict[Need, str] = {}

    def constant(self, value: object) -> ast.expr:
        if value is None or isinstance(value, str | bool | int | float):
            return ast.Constant(value)
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return make.load(name)

    def local(self, need: Need) -> str:
        return self.locals.setdefault(need, f"v{len(self.locals)}")

    def may_be_unknown(self, fact: Fact) -> bool:
        """An event may come without its app, and then nothing of the app is known."""
        return fact.may_be_unknown or (self.over_events and fact.root is Root.APP)


class Loads:
    """The locals that are loaded at one point of a function."""

    def __init__(self, reader: Reader, loaded: Iterable[Need] = ()) -> None:
        self._reader = reader
        self._loaded = set(loaded)

    def copy(self) -> "Loads":
        return Loads(self._reader, self._loaded)

    def statements(self, needs: Iterable[Need]) -> list[ast.stmt]:
        """Loads what is not loaded yet."""
        found: list[ast.stmt] = []
        for need in needs:
            if need not in self._loaded:
                self._loaded.add(need)
                found.append(make.assign(self._reader.local(need), self._value(need)))
        return found

    def blocks(self, condition: Condition, inner: list[ast.stmt], *, certain: bool) -> list[ast.stmt]:
        """Runs ``inner`` where the condition holds: nested ifs, each loading what it needs only when reached."""
        parts = condition.conditions if isinstance(condition, AllOf) else (condition,)
        if len(parts) > _MOST_BLOCKS:
            parts = (condition,)
        tests = [(self.statements(needs_of(part)), self.test(part, certain=certain)) for part in parts]
        for statements, test in reversed(tests):
            inner = [*statements, ast.If(test, inner, [])]
        return inner

    def test(self, condition: Condition, *, certain: bool) -> ast.expr:
        """The condition as an expression over loaded locals."""
        match condition:
            case Comparison():
                return self._comparison(condition, certain=certain)
            case AllOf(conditions=parts):
                return make.all_(*(self.test(part, certain=certain) for part in parts))
            case AnyOf(conditions=parts):
                return make.any_(*(self.test(part, certain=certain) for part in parts))
            case Not(condition=inner):
                return make.negate(self.test(inner, certain=not certain))
            case AnyElement(fact=fact):
                test = self._any_element(condition, certain=certain)
                return self._guarded(fact, self._name(Raw(fact)), Guard.TRUTHY, test, certain=certain)
            case IfApplicable(fact=fact, condition=inner):
                null = make.is_(self._name(Raw(fact)), ast.Constant(None))
                return make.any_(null, self.test(inner, certain=False))

    def _name(self, need: Need) -> ast.expr:
        return make.load(self._reader.local(need))

    def _value(self, need: Need) -> ast.expr:
        match need:
            case Raw(fact=fact):
                return self._raw(fact)
            case Folded(fact=fact):
                raw = self._name(Raw(fact))
                return make.all_(raw, self._folded(fact, raw))
            case Ago(duration=duration):
                return ast.BinOp(make.load("now"), ast.Sub(), self._reader.constant(duration))

    def _folded(self, fact: Fact, raw: ast.expr) -> ast.expr:
        if fact.type is FactType.TEXT:
            return make.method(raw, "casefold")
        return make.call(self._reader.constant(_fold_all), raw)

    def _raw(self, fact: Fact) -> ast.expr:
        """``root.a and root.a.b``: null and unknown are falsy, so the chain passes them on; structs are truthy."""
        root = make.load(fact.root.value)
        if fact.derive is not None:
            value = make.call(self._reader.constant(fact.derive), root, make.load("now"))
        else:
            value = root
            for depth, field in enumerate(fact.path):
                if depth == 0:
                    value = make.attribute(value, field)
                else:
                    value = make.all_(make.remember("part", value), make.attribute(make.load("part"), field))
        if fact.root is Root.APP and self._reader.over_events:
            return ast.IfExp(make.is_(root, ast.Constant(None)), make.load("UNKNOWN"), value)
        return value

    def _comparison(self, condition: Comparison, *, certain: bool) -> ast.expr:
        fact, operand, constant = condition.fact, condition.operand, self._reader.constant
        value = self._name(Folded(fact) if needs_folding(condition) else Raw(fact))
        if operand.dynamic is not None:
            now_usual = make.call(constant(operand.dynamic), make.load("event"), make.load("app"))
            return make.call(constant(dynamic_test(condition, certain=certain)), value, now_usual)
        moment = None
        if condition.operator in AGE and isinstance(operand.value, timedelta):
            moment = self._name(Ago(operand.value))
        test = literal_test(condition, value, constant, moment)
        return self._guarded(fact, value, guard_of(condition), test, certain=certain)

    def _guarded(self, fact: Fact, value: ast.expr, guard: Guard, test: ast.expr, *, certain: bool) -> ast.expr:
        """The test where there is a value; where there is none, no; where it is unknown, only *possible* says yes."""
        unknown_value = make.load("UNKNOWN")
        unknown = self._reader.may_be_unknown(fact)
        if guard is Guard.TRUTHY:
            test = make.all_(value, test)
        elif guard is Guard.KNOWN:
            test = make.all_(make.is_not(value, ast.Constant(None)), test)
            if unknown and certain:
                test = make.all_(make.is_not(value, unknown_value), test)
        return make.any_(make.is_(value, unknown_value), test) if unknown and not certain else test

    def _any_element(self, condition: AnyElement, *, certain: bool) -> ast.expr:
        """A call of a function of its own that loops over the elements."""
        inner = Loads(self._reader).blocks(condition.where, [ast.Return(ast.Constant(True))], certain=certain)
        loop = ast.For(ast.Name(Root.ELEMENT.value, ast.Store()), make.load("elements"), inner, [])
        name = f"any_{len(self._reader.functions)}"
        body: list[ast.stmt] = [loop, ast.Return(ast.Constant(False))]
        self._reader.functions.append(make.function(name, ("elements", *ARGUMENTS), body))
        return make.call(make.load(name), self._name(Raw(condition.fact)), *(make.load(item) for item in ARGUMENTS))


def _fold_all(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(str.casefold, values))
