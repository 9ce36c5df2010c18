"""The values on the right of an operator: literals, parameters, named lists and baselines.

A checked operand has the form that its operator needs:

==============================  =============================================
operator                        value
==============================  =============================================
eq, ne                          str (casefolded for texts), number or bool
in, notIn, anyOf, allOf, noneOf  frozenset of these
lt, le, gt, ge                  number or timedelta; for ordered tokens the frozenset of those that satisfy
olderThan, newerThan            timedelta
contains, startsWith, endsWith  tuple of casefolded str; any of them will do
matches                         re.Pattern
isNull                          bool
==============================  =============================================
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from pydantic import ValidationError

from shared.domain.known import UNKNOWN
from shared.policies.baselines import Baseline, BaselineLookup, BaselineReference
from shared.policies.conditions import DynamicValue, Operand
from shared.policies.errors import KeyPath, PolicyError, Problem, quoted
from shared.policies.forms import Form, in_form
from shared.policies.model import Parameter
from shared.policies.operators import AGE, EQUALITY, MEMBERSHIP, ORDERING, OVERLAP, SUBSTRING, Operator
from shared.policies.patterns import PatternError, compile_pattern
from shared.policies.quantities import parse_duration, parse_size
from shared.policies.vocabulary import Fact, FactType, Vocabulary, suggestion

_TEXTS = (FactType.TEXT, FactType.TEXTS)
_LONGEST = timedelta(days=36_500)
"""A century: now and twenty of them would be before the calendar begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """What the values of one policy may refer to."""

    vocabulary: Vocabulary
    parameters: Mapping[str, Parameter]
    lists: Mapping[str, tuple[str, ...]]
    baselines: BaselineLookup | None

    def operand(self, fact: Fact, operator: Operator, raw: object, path: KeyPath) -> Operand:
        """The checked operand. Raises PolicyError with the path and the fix."""
        reference = raw if isinstance(raw, dict) else {}
        if "baseline" in reference:
            return self._baseline(fact, operator, reference, path)
        plain = self.plain(raw, path)
        if plain == [] and "list" in reference and operator in MEMBERSHIP | OVERLAP | SUBSTRING:
            # A list that the tenant has not filled yet: nothing is in it.
            return Operand(() if operator in SUBSTRING else frozenset(), _shown(raw, plain))
        return Operand(_literal(fact, operator, plain, path), _shown(raw, plain))

    def plain(self, raw: object, path: KeyPath) -> object:
        """The literal behind ``{parameter: …}`` or ``{list: …}``, or the literal itself."""
        if not isinstance(raw, dict):
            return raw
        match raw:
            case {"parameter": str(name), **rest} if not rest:
                if name not in self.parameters:
                    raise refused(path, f"unknown parameter {name:.80}{suggestion(name, self.parameters)}")
                default = self.parameters[name].default
                return list(default) if isinstance(default, tuple) else default
            case {"list": str(name), **rest} if not rest:
                if name not in self.lists:
                    raise refused(path, f"unknown list {name:.80}{suggestion(name, self.lists)}")
                return list(self.lists[name])
        raise refused(path, "write a literal, {parameter: NAME}, {list: NAME} or {baseline: NAME, …}")

    def _baseline(self, fact: Fact, operator: Operator, raw: dict[str, object], path: KeyPath) -> Operand:
        # Its numbers may be parameters: thresholds are there to be tuned.
        plain = {key: self.plain(value, (*path, key)) for key, value in raw.items()}
        try:
            reference = BaselineReference.model_validate_json(msgspec.json.encode(plain))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise refused((*path, *first["loc"]), first["msg"]) from None
        known = self.vocabulary.baselines
        if reference.baseline not in known:
            name = reference.baseline
            raise refused(path, f"unknown baseline {name:.80}{suggestion(name, known)}")
        kind = known[reference.baseline]
        if kind is FactType.NUMBER and fact.type is FactType.NUMBER and operator in ORDERING:
            changes = (reference.times, reference.percent, reference.plus, reference.deviations)
            if sum(change is not None for change in changes) > 1:
                raise refused(path, "write only one of times, percent, plus, deviations")
        elif not (
            kind is FactType.TEXTS
            and fact.type is not FactType.NUMBER
            and operator in MEMBERSHIP | OVERLAP
            and reference.is_plain
        ):
            raise refused(path, f"the baseline {reference.baseline} ({kind}) cannot be compared by {operator} here")
        return Operand(None, _shown(plain, plain), self._dynamic(fact, reference))

    def _dynamic(self, fact: Fact, reference: BaselineReference) -> DynamicValue:
        lookup, key_of_app = self.baselines, self.vocabulary.key_of_app
        folds = fact.type in _TEXTS

        def value(event: object, app: object) -> object:
            key = key_of_app(event, app)
            found = lookup(reference.baseline, key) if lookup is not None and key is not None else UNKNOWN
            if not isinstance(found, Baseline):
                return found
            if fact.type is FactType.NUMBER:
                return reference.number(found)
            return frozenset(map(str.casefold, found.values)) if folds else found.values

        return value


def refused(path: KeyPath, text: str) -> PolicyError:
    return PolicyError(Problem(text, path))


def _literal(fact: Fact, operator: Operator, plain: object, path: KeyPath) -> object:
    if operator is Operator.IS_NULL:
        if not isinstance(plain, bool):
            raise refused(path, "isNull takes true or false")
        return plain
    if operator in MEMBERSHIP | OVERLAP:
        return frozenset(_scalar(fact, item, path) for item in _items(plain, path))
    if operator in SUBSTRING:
        return _substrings(plain, path)
    if operator is Operator.MATCHES:
        return _pattern(plain, path)
    if operator in ORDERING and fact.ordered:
        return _ranks(fact, operator, plain, path)
    if operator in AGE:
        return _duration(fact, plain, path)
    if operator in EQUALITY | ORDERING:
        return _scalar(fact, plain, path)
    raise refused(path, f"{operator} takes no value here")


def _items(plain: object, path: KeyPath) -> list[object]:
    if not isinstance(plain, list) or not plain:
        raise refused(path, "write a list with at least one value, or {list: NAME}")
    return plain


def _scalar(fact: Fact, plain: object, path: KeyPath) -> object:
    match fact.type:
        case FactType.BOOLEAN:
            if not isinstance(plain, bool):
                raise refused(path, f"{fact.name} is true or false")
            return plain
        case FactType.NUMBER:
            return _number(fact, plain, path)
        case FactType.DURATION:
            return _duration(fact, plain, path)
    if not isinstance(plain, str):
        raise refused(path, f"{fact.name} is text, not {_kind(plain)}; put it in quotation marks")
    if fact.choices and plain not in fact.choices:
        raise refused(path, f"{quoted(plain)} is no value of {fact.name}{suggestion(plain, fact.choices)}")
    if fact.form is not None:
        return _in_form(fact, fact.form, plain, path)
    if fact.type in _TEXTS:
        return plain.casefold()
    return plain.lower() if fact.lower else plain


def _in_form(fact: Fact, form: Form, plain: str, path: KeyPath) -> str:
    read = in_form(form, plain)
    if read is None:
        raise refused(path, f"{fact.name} is {form.value}, which {quoted(plain)} is not: it would never be equal")
    return read


def _number(fact: Fact, plain: object, path: KeyPath) -> int | float:
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        if fact.most is not None and not 0 <= plain <= fact.most:
            raise refused(path, f"{fact.name} is a number from 0 to {fact.most}")
        return plain
    size = parse_size(plain) if isinstance(plain, str) and fact.unit == "bytes" else None
    if size is None:
        wanted = "a number or a size such as 1GB" if fact.unit == "bytes" else f"a number of {fact.unit or 'units'}"
        raise refused(path, f"{fact.name} takes {wanted}, not {quoted(plain)}")
    return size


def _duration(fact: Fact, plain: object, path: KeyPath) -> object:
    duration = parse_duration(plain) if isinstance(plain, str) else None
    if duration is None:
        raise refused(path, f"{fact.name} takes a duration such as 7d, 12h, 30m or 90s, not {quoted(plain)}")
    if abs(duration) > _LONGEST:
        raise refused(path, f"{fact.name} takes a duration of at most {_LONGEST.days}d")
    if fact.past and duration < timedelta(0):
        raise refused(path, f"{fact.name} never lies ahead of now, so its duration has no minus sign")
    return duration


def _substrings(plain: object, path: KeyPath) -> tuple[str, ...]:
    parts = plain if isinstance(plain, list) else [plain]
    if not parts or not all(isinstance(part, str) and part for part in parts):
        raise refused(path, "write text that is not empty, or a list of such texts")
    return tuple(dict.fromkeys(str(part).casefold() for part in parts))


def _pattern(plain: object, path: KeyPath) -> object:
    if not isinstance(plain, str):
        raise refused(path, "matches takes a regular expression as text")
    try:
        return compile_pattern(plain)
    except PatternError as error:
        raise refused(path, f"the pattern is refused: {error}") from None


def _ranks(fact: Fact, operator: Operator, plain: object, path: KeyPath) -> frozenset[str]:
    """A comparison by rank as the set of tokens that satisfy it: one look-up, and no rank at run time."""
    limit = fact.choices.index(str(_scalar(fact, plain, path)))
    match operator:
        case Operator.LT:
            kept = fact.choices[:limit]
        case Operator.LE:
            kept = fact.choices[: limit + 1]
        case Operator.GT:
            kept = fact.choices[limit + 1 :]
        case _:
            kept = fact.choices[limit:]
    return frozenset(kept)


def _kind(plain: object) -> str:
    match plain:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case None:
            return "nothing"
    return "a mapping"


def _shown(raw: object, plain: object) -> str:
    """The value as the policy's reader knows it: its own words, and what a short reference stands for."""
    if isinstance(raw, dict) and "parameter" in raw:
        return f"{_text(plain)} (parameter {raw['parameter']})"
    if isinstance(raw, dict) and "list" in raw:
        return f"the list {raw['list']}"
    return _text(plain)


def _text(plain: object) -> str:
    text = plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()
    return text if len(text) <= 120 else text[:119] + "…"
