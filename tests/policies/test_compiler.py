"""The compiler against the interpreter, on random policies and documents."""

from collections import Counter
from random import Random

import pytest

from shared.policies.compiler import compile_conditions
from shared.policies.conditions import Condition
from shared.policies.grammar import Grammar
from shared.policies.interpreter import Subject, evaluate
from shared.policies.model import Kind
from shared.policies.operands import Values
from tests.policies.random_policies import NOW, VOCABULARY, lookup, random_condition, random_thing

CONDITIONS, DOCUMENTS = 25, 80


def parse(raw: object, *, over_events: bool) -> Condition:
    kind = Kind.EVENT if over_events else Kind.APP
    return Grammar(Values(VOCABULARY, {}, {}, lookup), kind).condition(raw, ("when",))


def compare(seed: int) -> Counter[str]:
    """Compiles 25 random conditions together, and compares every answer on 80 random documents."""
    random = Random(seed)
    over_events = random.random() < 0.5
    prefixes = ("event", "app") if over_events else ("app",)
    written = [random_condition(random, prefixes) for _ in range(CONDITIONS)]
    conditions = [parse(raw, over_events=over_events) for raw in written]
    program = compile_conditions(conditions, over_events=over_events)
    outcomes = Counter[str]()
    for _ in range(DOCUMENTS):
        event = random_thing(random) if over_events else None
        app = None if over_events and random.random() < 0.3 else random_thing(random)
        hits = set(program.hits(event, app, NOW))
        for index, condition in enumerate(conditions):
            expected = evaluate(condition, Subject(event, app, NOW))
            certain = bool(program.certain[index](event, app, NOW))
            possible = bool(program.possible[index](event, app, NOW))
            answer = True if certain else None if possible else False
            assert answer is expected, (seed, written[index], event, app)
            assert (index in hits) is possible, (seed, written[index], event, app)
            outcomes[str(expected)] += 1
    return outcomes


def test_compiled_policies_answer_as_the_interpreter_does() -> None:
    outcomes = sum((compare(seed) for seed in range(25)), Counter[str]())
    assert outcomes.total() == 50_000
    assert min(outcomes["True"], outcomes["False"], outcomes["None"]) > 5_000, outcomes


@pytest.mark.soak
def test_a_million_random_evaluations_agree() -> None:
    outcomes = sum((compare(seed) for seed in range(1_000, 1_500)), Counter[str]())
    assert outcomes.total() == 1_000_000
