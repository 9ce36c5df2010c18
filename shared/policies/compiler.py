"""Compiles many conditions to one plain function over structs.

The way of a condition, one module a step: ``loads`` puts the facts that it reads into locals; ``comparisons`` writes
its comparisons, and ``readings`` the whole condition over these locals; ``generated_module`` collects the functions
and makes them real; this module says which functions there are.

Truth has three values, a plain function two, so each condition is written in two readings: *certain* (true for sure)
and *possible* (true or unknown). The fused function tests *possible*, which is false for nearly every rule on nearly
every document; only for its hits does *certain* tell a finding from a rule that was not evaluated.
"""

import ast
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from shared.policies import expressions as make
from shared.policies.condition_keys import key_of
from shared.policies.conditions import AllOf, Condition
from shared.policies.generated_module import ARGUMENTS, GeneratedModule
from shared.policies.loads import Input, Loads, inputs_of
from shared.policies.readings import Reading, parts_of

type Hits = Callable[[object, object, datetime], list[int]]
type Test = Callable[[object, object, datetime], object]


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled conditions. All functions take (event, app, now); a truthy answer of a test means yes."""

    hits: Hits
    """The indexes of the conditions that are possible, in order."""
    possible: tuple[Test, ...]
    """Each condition alone, for when one of them raised and the others must still be judged."""
    certain: tuple[Test, ...]


def compile_conditions(conditions: Sequence[Condition], *, over_events: bool) -> Program:
    """Compiles the conditions together. With ``over_events`` the app may be None: its facts are unknown then."""
    module = GeneratedModule(over_events=over_events)
    possible, certain = Reading(module, certain=False), Reading(module, certain=True)
    _define_hits(module, possible, conditions)
    for index, condition in enumerate(conditions):
        _define_test(module, f"possible_{index}", possible, condition)
        _define_test(module, f"certain_{index}", certain, condition)
    functions = module.run()
    return Program(
        hits=cast(Hits, functions["hits"]),
        possible=tuple(cast(Test, functions[f"possible_{index}"]) for index in range(len(conditions))),
        certain=tuple(cast(Test, functions[f"certain_{index}"]) for index in range(len(conditions))),
    )


def _define_hits(module: GeneratedModule, reading: Reading, conditions: Sequence[Condition]) -> None:
    """``def hits(event, app, now)``: loads what several conditions begin with, then has one block for each of those.

    Few documents pass the first test of a condition, so what only later tests read is loaded behind it.
    """
    rest = [_Rest(index, parts_of(condition)) for index, condition in enumerate(conditions)]
    heads = [next(iter(group)).parts[:1] for group in _alike(rest)]
    uses = Counter[Input](needed for head in heads for part in head for needed in dict.fromkeys(inputs_of(part)))
    loads = Loads(module)
    body = [make.assign("found", ast.List([], ast.Load()))]
    body.extend(loads.missing(needed for needed, count in uses.items() if count > 1))
    body.extend(_blocks(rest, reading, loads))
    # Conditions that begin alike stand together: the order of all is made again.
    body.append(ast.Expr(make.method(make.load("found"), "sort")))
    body.append(ast.Return(make.load("found")))
    module.define("hits", ARGUMENTS, body)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is left to test of one condition."""

    index: int
    parts: tuple[Condition, ...]


def _alike(rest: Sequence[_Rest]) -> list[list[_Rest]]:
    """Those that begin with the same test together."""
    groups: dict[Hashable, list[_Rest]] = {}
    for one in rest:
        groups.setdefault(key_of(one.parts[0]) if one.parts else (one.index,), []).append(one)
    return list(groups.values())


def _blocks(rest: Sequence[_Rest], reading: Reading, loads: Loads) -> Iterator[ast.stmt]:
    """The statements that record the indexes of the conditions that hold."""
    for group in _alike(rest):
        first = group[0]
        if len(group) == 1:
            record = ast.Expr(make.method(make.load("found"), "append", ast.Constant(first.index)))
            yield from reading.where(AllOf(first.parts), loads.copy(), [record])
        else:
            inside = loads.copy()
            yield from inside.missing(inputs_of(first.parts[0]))
            others = [_Rest(one.index, one.parts[1:]) for one in group]
            yield ast.If(reading.test(first.parts[0]), list(_blocks(others, reading, inside)), [])


def _define_test(module: GeneratedModule, name: str, reading: Reading, condition: Condition) -> None:
    body = reading.where(condition, Loads(module), [ast.Return(ast.Constant(True))])
    module.define(name, ARGUMENTS, [*body, ast.Return(ast.Constant(False))])
