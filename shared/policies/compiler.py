"""Compiles many conditions to one plain function over structs.

Kleene's logic without a third value at run time: negation is pushed down, and every condition has two readings,
*certain* (true for sure) and *possible* (true or unknown). ``not c`` is certain where ``c`` is not possible, and the
other way round. The fused function tests *possible*, which is false for nearly every rule on nearly every document;
only for its hits does *certain* tell a finding from a rule that was not evaluated.

Code is built from syntax nodes. Attribute names come from the vocabulary's declared paths and values are constants,
so no text of a policy ever becomes code. A fact that several rules read is loaded once, into a local.
"""

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from shared.domain.known import UNKNOWN
from shared.policies import expressions as make
from shared.policies.conditions import Condition
from shared.policies.readings import ARGUMENTS, Loads, Need, Reader, needs_of

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
    reader = Reader(over_events=over_events)
    body: list[ast.stmt] = [_fused(conditions, reader)]
    for index, condition in enumerate(conditions):
        body.append(_alone(f"possible_{index}", condition, reader, certain=False))
        body.append(_alone(f"certain_{index}", condition, reader, certain=True))
    namespace = _run([*reader.functions, *body], reader.constants)
    return Program(
        hits=cast(Hits, namespace["hits"]),
        possible=tuple(cast(Test, namespace[f"possible_{index}"]) for index in range(len(conditions))),
        certain=tuple(cast(Test, namespace[f"certain_{index}"]) for index in range(len(conditions))),
    )


def _run(body: list[ast.stmt], constants: dict[str, object]) -> dict[str, object]:
    module = ast.fix_missing_locations(ast.Module(body, []))
    namespace: dict[str, object] = {"__builtins__": {}, "UNKNOWN": UNKNOWN, **constants}
    exec(compile(module, "<policies>", "exec"), namespace)  # noqa: S102 -- nodes built here, no text of a policy
    return namespace


def _fused(conditions: Sequence[Condition], reader: Reader) -> ast.stmt:
    """``def hits(event, app, now)``: shared loads first, then one block for each condition."""
    uses = Counter[Need](need for condition in conditions for need in dict.fromkeys(needs_of(condition)))
    shared = Loads(reader)
    body = [make.assign("found", ast.List([], ast.Load()))]
    body.extend(shared.statements(need for need, count in uses.items() if count > 1))
    for index, condition in enumerate(conditions):
        record = ast.Expr(make.method(make.load("found"), "append", ast.Constant(index)))
        body.extend(shared.copy().blocks(condition, [record], certain=False))
    body.append(ast.Return(make.load("found")))
    return make.function("hits", ARGUMENTS, body)


def _alone(name: str, condition: Condition, reader: Reader, *, certain: bool) -> ast.stmt:
    body = Loads(reader).blocks(condition, [ast.Return(ast.Constant(True))], certain=certain)
    return make.function(name, ARGUMENTS, [*body, ast.Return(ast.Constant(False))])
