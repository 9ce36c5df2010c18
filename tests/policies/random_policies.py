"""Random conditions and documents from a seed, over a vocabulary of every type of fact."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from msgspec import Struct

from shared.domain.known import UNKNOWN, Known
from shared.policies.baselines import Baseline
from shared.policies.vocabulary import Fact, FactType, Root, Vocabulary

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)

WORDS = ["alpha", "Beta", "GAMMA", "mail.read", "straße", "", "{0.__class__}", "a'b\"c\\", "İ", "日本", "\x00x"]
LEVELS = ("low", "medium", "high")


class Part(Struct, kw_only=True):
    kind: Known[str] = UNKNOWN
    label: Known[str] = UNKNOWN
    size: Known[int] = UNKNOWN
    ends: Known[datetime] = UNKNOWN


class Inner(Struct, kw_only=True):
    word: Known[str] = UNKNOWN
    deeper: Known[Part] = UNKNOWN


class Thing(Struct, kw_only=True):
    token: Known[str] = UNKNOWN
    level: Known[str] = UNKNOWN
    text: Known[str] = UNKNOWN
    number: Known[float] = UNKNOWN
    flag: Known[bool] = UNKNOWN
    time: Known[datetime] = UNKNOWN
    tokens: Known[tuple[str, ...]] = UNKNOWN
    texts: Known[tuple[str, ...]] = UNKNOWN
    parts: Known[tuple[Part, ...]] = UNKNOWN
    inner: Known[Inner] = UNKNOWN
    always: str | None = "alpha"
    """Never unknown, but may be null in a document all the same."""


def _age(thing: Thing, now: datetime) -> object:
    return now - thing.time if thing.time else thing.time


_PART = Vocabulary(
    [
        Fact("kind", FactType.TOKEN, ("kind",), ""),
        Fact("label", FactType.TEXT, ("label",), ""),
        Fact("size", FactType.NUMBER, ("size",), "", unit="bytes"),
        Fact("ends", FactType.TIME, ("ends",), ""),
    ]
)
_WORD = Vocabulary([Fact("text", FactType.TEXT, (), "", may_be_unknown=False)])


def _facts(root: Root) -> list[Fact]:
    name = root.value

    def fact(key: str, kind: FactType, *path: str, **more: object) -> Fact:
        return Fact(f"{name}.{key}", kind, path, "", root=root, **more)  # type: ignore[arg-type]

    return [
        fact("token", FactType.TOKEN, "token"),
        fact("level", FactType.TOKEN, "level", choices=LEVELS, ordered=True),
        fact("text", FactType.TEXT, "text"),
        fact("number", FactType.NUMBER, "number"),
        fact("flag", FactType.BOOLEAN, "flag"),
        fact("time", FactType.TIME, "time"),
        fact("age", FactType.DURATION, "time", derive=_age),
        fact("tokens", FactType.TOKENS, "tokens", element=_WORD),
        fact("texts", FactType.TEXTS, "texts", element=_WORD),
        fact("parts", FactType.COLLECTION, "parts", element=_PART),
        fact("word", FactType.TEXT, "inner", "word"),
        fact("deep", FactType.NUMBER, "inner", "deeper", "size"),
        fact("always", FactType.TOKEN, "always", may_be_unknown=False),
    ]


VOCABULARY = Vocabulary(
    [*_facts(Root.APP), *_facts(Root.EVENT)],
    activities=["happened"],
    baselines={"app.usual": FactType.NUMBER, "app.places": FactType.TEXTS},
    key_of_app=lambda event, _app: event.token if isinstance(event, Thing) and event.token else None,
)


def lookup(_name: str, key: str) -> Known[Baseline]:
    """A baseline that is known for some keys, null for one and unknown for the rest."""
    if key == "alpha":
        return Baseline(mean=3.0, deviation=1.0, values=frozenset({"alpha", "Beta"}))
    return None if key == "Beta" else UNKNOWN


def random_thing(random: Random) -> Thing:
    """A document with null, unknown, empty and hostile values everywhere."""
    return Thing(
        token=_known(random, lambda: random.choice(WORDS)),
        level=_known(random, lambda: random.choice(LEVELS)),
        text=_known(random, lambda: random.choice(WORDS) + random.choice(WORDS)),
        number=_known(random, lambda: random.choice([0, 1, 3, -2, 2.5, 10**18])),
        flag=_known(random, lambda: random.random() < 0.5),
        time=_known(random, lambda: NOW + random.randrange(-40, 40) * DAY),
        tokens=_known(random, lambda: tuple(random.choices(WORDS, k=random.randrange(4)))),
        texts=_known(random, lambda: tuple(random.choices(WORDS, k=random.randrange(4)))),
        parts=_known(random, lambda: tuple(_part(random) for _ in range(random.randrange(4)))),
        inner=_known(random, lambda: Inner(word=_word(random), deeper=_known(random, lambda: _part(random)))),
        always=random.choice(["alpha", "Beta", None]),
    )


def _part(random: Random) -> Part:
    return Part(
        kind=_word(random),
        label=_word(random),
        size=_known(random, lambda: random.choice([0, 1, 10**9])),
        ends=_known(random, lambda: NOW + random.randrange(-40, 40) * DAY),
    )


def _word(random: Random) -> Known[str]:
    return _known(random, lambda: random.choice(WORDS))


def _known[T](random: Random, make: Callable[[], T]) -> Known[T]:
    chance = random.random()
    return UNKNOWN if chance < 0.15 else None if chance < 0.3 else make()


def random_condition(random: Random, prefixes: tuple[str, ...], depth: int = 0) -> dict[str, object]:
    """A condition as a policy would write it, about facts of the given roots."""
    facts = [fact for fact in VOCABULARY.facts.values() if fact.name.split(".")[0] in prefixes]
    return _condition(random, facts, depth)


def _condition(random: Random, facts: list[Fact], depth: int) -> dict[str, object]:
    chance = random.random()
    if depth < 4 and chance < 0.45:
        word = random.choice(["all", "any", "not"])
        if word == "not":
            return {"not": _condition(random, facts, depth + 1)}
        return {word: [_condition(random, facts, depth + 1) for _ in range(random.randrange(1, 4))]}
    if chance < 0.55:
        return _any_element(random, facts, depth) or _leaf(random, random.choice(facts))
    if chance < 0.65:
        inner = _leaf(random, random.choice(facts))
        return {"ifApplicable": {"not": inner} if random.random() < 0.3 else inner}
    return _leaf(random, random.choice(facts))


def _any_element(random: Random, facts: list[Fact], depth: int) -> dict[str, object] | None:
    plural = [fact for fact in facts if fact.element is not None]
    if not plural:
        return None
    fact = random.choice(plural)
    assert fact.element is not None
    return {"any": {"of": fact.name, "where": _condition(random, list(fact.element.facts.values()), depth + 1)}}


def _leaf(random: Random, fact: Fact) -> dict[str, object]:
    tests = dict(_test(random, fact) for _ in range(random.choice([1, 1, 1, 2])))
    return {fact.name: tests}


def _test(random: Random, fact: Fact) -> tuple[str, object]:
    if random.random() < 0.08:
        return "isNull", random.random() < 0.5
    match fact.type:
        case FactType.TOKEN if fact.ordered:
            return random.choice(["eq", "ne", "lt", "le", "gt", "ge"]), random.choice(LEVELS)
        case FactType.TOKEN | FactType.TEXT:
            return _word_test(random, fact)
        case FactType.NUMBER:
            return _number_test(random)
        case FactType.BOOLEAN:
            return random.choice(["eq", "ne"]), random.random() < 0.5
        case FactType.TIME:
            return random.choice(["olderThan", "newerThan"]), f"{random.randrange(-40, 40)}d"
        case FactType.DURATION:
            return random.choice(["lt", "le", "gt", "ge"]), f"{random.randrange(-40, 40)}d"
    return _plural_test(random, fact)


def _plural_test(random: Random, fact: Fact) -> tuple[str, object]:
    if random.random() < 0.2 or fact.type is FactType.COLLECTION:
        return "count", {random.choice(["eq", "ne", "lt", "le", "gt", "ge"]): random.randrange(3)}
    operator = random.choice(["anyOf", "allOf", "noneOf"])
    return operator, {"baseline": "app.places"} if random.random() < 0.1 else _words(random)


def _word_test(random: Random, fact: Fact) -> tuple[str, object]:
    if random.random() < 0.1:
        return random.choice(["in", "notIn"]), {"baseline": "app.places"}
    if fact.type is FactType.TEXT and random.random() < 0.6:
        return _text_test(random)
    if random.random() < 0.5:
        return random.choice(["in", "notIn"]), _words(random)
    return random.choice(["eq", "ne"]), random.choice(WORDS)


def _words(random: Random) -> list[str]:
    return [random.choice(WORDS) for _ in range(random.randrange(1, 4))]


def _text_test(random: Random) -> tuple[str, object]:
    if random.random() < 0.2:
        return "matches", random.choice(["^a", "[b-g]{2}", "(ml|ss|ß)", "a$"])
    parts = [random.choice(["a", "B", "ss", "İ", "{0", "."]) for _ in range(random.randrange(1, 3))]
    operator = random.choice(["contains", "startsWith", "endsWith"])
    return operator, parts[0] if random.random() < 0.5 else parts


def _number_test(random: Random) -> tuple[str, object]:
    if random.random() < 0.15:
        return random.choice(["lt", "le", "gt", "ge"]), {"baseline": "app.usual", "times": 2, "atLeast": 1}
    if random.random() < 0.2:
        return random.choice(["in", "notIn"]), [random.choice([0, 1, 3, 2.5])]
    return random.choice(["eq", "ne", "lt", "le", "gt", "ge"]), random.choice([0, 1, 3, -2, 2.5])
