"""The two readings of a condition, as code.

A condition has three answers, true, false and unknown; a generated test has two. So every condition can be read in two
ways: *certain* is true where the condition is true, *possible* where it is true or unknown. They differ in three rules:

1. An unknown fact makes a comparison, or a search among elements, false in *certain* and true in *possible*. A null
   fact makes it false in both.
2. ``not`` changes the reading: ``not c`` is certain where ``c`` is not possible, and possible where it is not certain.
3. ``ifApplicable`` is never unknown: both readings read the condition in it as *possible*.

Every other condition hands its reading down to its parts.
"""

import ast
from dataclasses import dataclass

from shared.policies import expressions as make
from shared.policies.comparisons import Guard, dynamic_test, guard_of, literal_test, needs_folding
from shared.policies.conditions import AllOf, AnyElement, AnyOf, Comparison, Condition, DynamicValue, IfApplicable, Not
from shared.policies.generated_module import ARGUMENTS, GeneratedModule
from shared.policies.loads import Folded, Input, Loads, Value, cutoff_of, inputs_of
from shared.policies.vocabulary import Fact, Root

# Beyond this, ``all`` becomes one expression rather than nested blocks: Python limits how deep blocks may nest.
_MOST_BLOCKS = 16


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """What is tested one after the other, each in a block within that of the one before."""
    parts = condition.conditions if isinstance(condition, AllOf) else (condition,)
    return parts if len(parts) <= _MOST_BLOCKS else (condition,)


@dataclass(frozen=True, slots=True)
class Reading:
    """Writes conditions as code of a module: the *certain* reading, or the *possible* one."""

    module: GeneratedModule
    certain: bool

    def where(self, condition: Condition, loads: Loads, body: list[ast.stmt]) -> list[ast.stmt]:
        """Statements that run ``body`` where the condition holds.

        The parts of ``all`` become nested ifs, each of which loads what it reads: most documents fail the first, and
        never pay for the rest.
        """
        tests = [(loads.missing(inputs_of(part)), self.test(part)) for part in parts_of(condition)]
        for statements, test in reversed(tests):
            body = [*statements, ast.If(test, body, [])]
        return body

    def test(self, condition: Condition) -> ast.expr:
        """The condition as an expression over locals, all of which must be loaded (see ``inputs_of``)."""
        match condition:
            case Comparison():
                return self._comparison(condition)
            case AllOf(conditions=parts):
                return make.all_(*map(self.test, parts))
            case AnyOf(conditions=parts):
                return make.any_(*map(self.test, parts))
            case Not(condition=inner):
                return make.negate(Reading(self.module, not self.certain).test(inner))
            case AnyElement():
                return self._any_element(condition)
            case IfApplicable(fact=fact, condition=inner):
                is_null = make.is_(self._local(Value(fact)), make.null())
                return make.any_(is_null, Reading(self.module, certain=False).test(inner))

    def _comparison(self, condition: Comparison) -> ast.expr:
        fact, constant = condition.fact, self.module.constant
        value = self._local(Folded(fact) if needs_folding(condition) else Value(fact))
        if condition.operand.dynamic is not None:
            return self._dynamic_comparison(condition, condition.operand.dynamic, value)
        cutoff = cutoff_of(condition)
        test = literal_test(condition, value, constant, self._local(cutoff) if cutoff else None)
        return self._guarded(test, guard_of(condition), fact, value)

    def _dynamic_comparison(self, condition: Comparison, operand: DynamicValue, value: ast.expr) -> ast.expr:
        """Calls that guard themselves: the operand may be null or unknown as well."""
        current = make.call(self.module.constant(operand), make.load("event"), make.load("app"))
        return make.call(self.module.constant(dynamic_test(condition, certain=self.certain)), value, current)

    def _any_element(self, condition: AnyElement) -> ast.expr:
        """A call of a function of its own, which loops over the elements."""
        elements = self._local(Value(condition.fact))
        found: list[ast.stmt] = [ast.Return(ast.Constant(True))]
        loop = ast.For(
            ast.Name(Root.ELEMENT.value, ast.Store()),
            make.load("elements"),
            self.where(condition.where, Loads(self.module), found),
            [],
        )
        name = self.module.define_numbered("any", ("elements", *ARGUMENTS), [loop, ast.Return(ast.Constant(False))])
        call = make.call(name, elements, *map(make.load, ARGUMENTS))
        return self._guarded(call, Guard.TRUTHY, condition.fact, elements)

    def _guarded(self, test: ast.expr, guard: Guard, fact: Fact, value: ast.expr) -> ast.expr:
        """The test, kept from null and unknown values by rule 1.

        ========  ================================================  ================================================
        guard     certain                                           possible
        ========  ================================================  ================================================
        NONE      test                                              v is UNKNOWN or test
        TRUTHY    v and test                                        v is UNKNOWN or v and test
        KNOWN     v is not UNKNOWN and v is not None and test       v is UNKNOWN or v is not None and test
        ========  ================================================  ================================================

        For a fact that is never unknown the checks for UNKNOWN are left out, and both readings guard alike.
        """
        may_be_unknown = fact.may_be_unknown or self.module.may_lack(fact.root)
        if guard is Guard.TRUTHY:
            test = make.all_(value, test)
        elif guard is Guard.KNOWN:
            test = make.all_(make.is_not(value, make.null()), test)
            if may_be_unknown and self.certain:
                test = make.all_(make.is_not(value, make.unknown()), test)
        if may_be_unknown and not self.certain:
            return make.any_(make.is_(value, make.unknown()), test)
        return test

    def _local(self, content: Input) -> ast.expr:
        return make.load(self.module.local(content))
