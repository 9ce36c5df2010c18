"""``docs/reference/language.md``, from the vocabulary of the policy language and its operators."""

from collections.abc import Iterable, Iterator

from local.docs.markdown import codes, table
from shared.domain.activities import Activity
from shared.policies.app_facts import APP_FACTS
from shared.policies.event_facts import EVENT_FACTS
from shared.policies.facts import BASELINES
from shared.policies.lists import load_lists
from shared.policies.operators import Operator, operators_of
from shared.policies.usage_facts import USAGE_FACTS
from shared.policies.vocabulary import Fact, FactType, Vocabulary

_PAGE = """\
# Language

Every name that a policy or detection may use. Written by `python -m local docs` from `shared/policies/`: change it
there. How they are put together: [write a detection](../write-a-detection.md).

## Types and operators

Any fact takes `isNull: true` or `isNull: false`. Texts are compared without regard to case, tokens exactly.

{types}

`gt`, `ge`, `lt` and `le` also compare the tokens whose values are given in an order below, lowest first.

## Facts of an app

{app_facts}

## Facts of an event

Facts that a log does not carry are unknown. In a policy on events, facts of its app may be used as well.

{event_facts}

## Facts of elements

They are used inside `any: {{of: COLLECTION, where: CONDITION}}`.

{element_facts}

## Activities

For `on`:
{activities}.

## Lists

For `{{list: NAME}}`; what is in them stands with the [detections](detections.md#lists):
{lists}.

## Baselines

For `{{baseline: NAME}}`:
{baselines}.

A number may be changed by one of `times`, `percent`, `plus` and `deviations`, and bounded by `atLeast`.
What is usual, and since when: [baselines](../baselines.md). Until it is known, the comparison is unknown.
"""

_VALUES: dict[FactType, str] = {
    FactType.TOKEN: "text of a fixed form, such as an id",
    FactType.TEXT: "free text",
    FactType.NUMBER: "`10`, `2.5`",
    FactType.BOOLEAN: "`true`, `false`",
    FactType.TIME: "compared with now: a duration, negative for the future",
    FactType.DURATION: "`90s`, `30m`, `12h`, `7d`",
    FactType.TOKENS: "several tokens",
    FactType.TEXTS: "several texts",
    FactType.COLLECTION: "several elements, each with facts of its own",
}


def language_page() -> str:
    """The whole page."""
    return _PAGE.format(
        types=table(["type", "values", "operators"], map(_type_row, FactType)),
        app_facts=_facts(APP_FACTS),
        event_facts=_facts((*EVENT_FACTS, *USAGE_FACTS)),
        element_facts=table(["of", "fact", "type", "meaning"], _element_rows((*APP_FACTS, *EVENT_FACTS))),
        activities=codes(activity for activity in Activity if activity is not Activity.OTHER),
        lists=codes(sorted(load_lists())),
        baselines=codes(BASELINES),
    )


def _type_row(kind: FactType) -> list[str]:
    element = Vocabulary(()) if kind is FactType.COLLECTION else None
    operators = operators_of(Fact("any", kind, (), "", element=element)) - {Operator.IS_NULL}
    return [kind, _VALUES[kind], codes(operator for operator in Operator if operator in operators)]


def _facts(facts: Iterable[Fact]) -> str:
    return table(["fact", "type", "meaning"], ([f"`{fact.name}`", fact.type, _meaning(fact)] for fact in facts))


def _element_rows(facts: Iterable[Fact]) -> Iterator[list[str]]:
    """Collections with the same elements share their rows."""
    owners: dict[Vocabulary, list[str]] = {}
    for fact in facts:
        if fact.element is not None:
            owners.setdefault(fact.element, []).append(fact.name)
    for element, names in owners.items():
        of = codes(names)
        for fact in element.facts.values():
            yield [of, f"`{fact.name}`", fact.type, _meaning(fact)]
            of = ""


def _meaning(fact: Fact) -> str:
    if fact.form is not None:
        return f"{fact.description} Written as {fact.form.value}."
    if not fact.choices or fact.name == "event.activity":
        return fact.description
    order = ", lowest first" if fact.ordered else ""
    return f"{fact.description} One of {codes(fact.choices)}{order}."
