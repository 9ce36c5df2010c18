"""What conditions read, loaded into locals of the generated function before they are tested.

A test only ever names locals. Whoever builds a function loads them first, each once, in the order of ``inputs_of``;
a test that is reached late loads late. An input is null (None) or ``UNKNOWN`` where its fact is: both are falsy, and
every load passes them on.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from shared.policies import expressions as make
from shared.policies.comparisons import needs_folding
from shared.policies.conditions import AllOf, AnyElement, AnyOf, Comparison, Condition, IfApplicable, Not
from shared.policies.generated_module import GeneratedModule
from shared.policies.operators import AGE
from shared.policies.vocabulary import Fact, FactType


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a fact."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Folded:
    """The value of a text or of texts, casefolded. Its plain value is loaded before it."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The moment so long before ``now``."""

    age: timedelta


type Input = Value | Folded | Cutoff
"""The content of one local. Equal inputs share it."""


def inputs_of(condition: Condition) -> Iterator[Input]:
    """What the condition reads, in an order in which it can be loaded. What elements read is loaded in their loop."""
    match condition:
        case Comparison(fact=fact):
            yield Value(fact)
            if needs_folding(condition):
                yield Folded(fact)
            if cutoff := cutoff_of(condition):
                yield cutoff
        case AnyElement(fact=fact):
            yield Value(fact)
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            for part in parts:
                yield from inputs_of(part)
        case Not(condition=inner) | IfApplicable(condition=inner):
            yield from inputs_of(inner)


def cutoff_of(condition: Comparison) -> Cutoff | None:
    """An age is compared as a moment: older than 7 days is before ``now`` minus 7 days."""
    age = condition.operand.value
    return Cutoff(age) if condition.operator in AGE and isinstance(age, timedelta) else None


class Loads:
    """The inputs that are loaded at one point of a function."""

    def __init__(self, module: GeneratedModule, loaded: Iterable[Input] = ()) -> None:
        self._module = module
        self._loaded = set(loaded)

    def copy(self) -> "Loads":
        return Loads(self._module, self._loaded)

    def missing(self, inputs: Iterable[Input]) -> list[ast.stmt]:
        """The statements that load what is not loaded yet; from here on it counts as loaded."""
        statements = []
        for needed in inputs:
            if needed not in self._loaded:
                self._loaded.add(needed)
                statements.append(make.assign(self._module.local(needed), _content(needed, self._module)))
        return statements


def _content(content: Input, module: GeneratedModule) -> ast.expr:
    match content:
        case Value(fact=fact):
            return _value(fact, module)
        case Folded(fact=fact):
            plain = make.load(module.local(Value(fact)))
            return make.all_(plain, _folded(fact, plain, module))
        case Cutoff(age=age):
            return ast.BinOp(make.load("now"), ast.Sub(), module.constant(age))


def _value(fact: Fact, module: GeneratedModule) -> ast.expr:
    root = make.load(fact.root.value)
    if fact.derive is not None:
        value = make.call(module.constant(fact.derive), root, make.load("now"))
    else:
        value = _at_path(root, fact.path)
    if module.may_lack(fact.root):
        return ast.IfExp(make.is_(root, make.null()), make.unknown(), value)
    return value


def _at_path(root: ast.expr, path: tuple[str, ...]) -> ast.expr:
    """``root.a.b`` as ``(part := root.a) and part.b``: a struct is truthy, and what is falsy ends the chain."""
    if not path:
        return root
    first, *others = path
    value = make.attribute(root, first)
    for field in others:
        value = make.all_(make.remember("part", value), make.attribute(make.load("part"), field))
    return value


def _folded(fact: Fact, plain: ast.expr, module: GeneratedModule) -> ast.expr:
    if fact.type is FactType.TEXT:
        return make.method(plain, "casefold")
    return make.call(module.constant(_fold_all), plain)


def _fold_all(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(str.casefold, values))
