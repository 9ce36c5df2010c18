"""Random conditions and documents from a seed, over a vocabulary of every type of fact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from msgspec import Struct

from shared.domain.known import UNKNOWN, Known
from shared.policies.baselines import Baseline
from shared.policies.forms import Form
from shared.policies.vocabulary import Fact, FactType, Root, Vocabulary

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)

WORDS = ["alpha", "Beta", "GAMMA", "mail.read", "straße", "", "{0.__class__}", "a'b\"c\\", "İ", "日本", "\x00x"]
APP_IDS = tuple(f"aaaaaaaa-0000-0000-0000-00000000000{number}" for number in range(4))
_WRITTEN = {Form.GUID: APP_IDS, Form.COUNTRY: ("FR", "NL"), Form.ADDRESS: ("192.0.2.1", "2001:db8::1")}
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


def _left(thing: Thing, now: datetime) -> object:
    return thing.time - now if thing.time else thing.time


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
        fact("age", FactType.DURATION, "time", derive=_age, grows=True),
        fact("left", FactType.DURATION, "time", derive=_left, falls=True),
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


@dataclass(frozen=True, slots=True)
class Dialect:
    """What random policies may name. ``values`` are those of tokens and texts; each name of ``lists`` may be empty."""

    vocabulary: Vocabulary
    number_baseline: str = "app.usual"
    texts_baseline: str = "app.places"
    values: Sequence[str] = tuple(WORDS)
    lists: Sequence[str] = ()
    parameters: Sequence[str] = ()


def random_condition(random: Random, prefixes: tuple[str, ...], depth: int = 0) -> dict[str, object]:
    """A condition as a policy would write it, about facts of the given roots of this vocabulary."""
    return ConditionWriter(random, Dialect(VOCABULARY)).condition(prefixes, depth)


@dataclass(frozen=True, slots=True)
class ConditionWriter:
    random: Random
    dialect: Dialect

    def condition(self, prefixes: tuple[str, ...], depth: int = 0) -> dict[str, object]:
        facts = [fact for fact in self.dialect.vocabulary.facts.values() if fact.name.split(".")[0] in prefixes]
        return self._condition(facts, depth)

    def _condition(self, facts: list[Fact], depth: int) -> dict[str, object]:
        random = self.random
        chance = random.random()
        if depth < 4 and chance < 0.45:
            word = random.choice(["all", "any", "not"])
            if word == "not":
                return {"not": self._condition(facts, depth + 1)}
            return {word: [self._condition(facts, depth + 1) for _ in range(random.randrange(1, 4))]}
        if chance < 0.55:
            return self._any_element(facts, depth) or self._leaf(random.choice(facts))
        if chance < 0.65:
            inner = self._leaf(random.choice(facts))
            return {"ifApplicable": {"not": inner} if random.random() < 0.3 else inner}
        return self._leaf(random.choice(facts))

    def _any_element(self, facts: list[Fact], depth: int) -> dict[str, object] | None:
        plural = [fact for fact in facts if fact.element is not None]
        if not plural:
            return None
        fact = self.random.choice(plural)
        assert fact.element is not None
        return {"any": {"of": fact.name, "where": self._condition(list(fact.element.facts.values()), depth + 1)}}

    def _leaf(self, fact: Fact) -> dict[str, object]:
        tests = dict(self._test(fact) for _ in range(self.random.choice([1, 1, 1, 2])))
        return {fact.name: tests}

    def _test(self, fact: Fact) -> tuple[str, object]:
        random = self.random
        if random.random() < 0.08:
            return "isNull", random.random() < 0.5
        match fact.type:
            case FactType.TOKEN if fact.ordered and random.random() < 0.8:
                return random.choice(["eq", "ne", "lt", "le", "gt", "ge"]), random.choice(fact.choices)
            case FactType.TOKEN | FactType.TEXT:
                return self._word_test(fact)
            case FactType.NUMBER:
                return self._number_test(fact)
            case FactType.BOOLEAN:
                return random.choice(["eq", "ne"]), random.random() < 0.5
            case FactType.TIME:
                return random.choice(["olderThan", "newerThan"]), self._days(fact)
            case FactType.DURATION:
                return random.choice(["lt", "le", "gt", "ge"]), self._days(fact)
        return self._plural_test(fact)

    def _days(self, fact: Fact) -> str:
        return f"{self.random.randrange(0 if fact.past else -40, 40)}d"

    def _plural_test(self, fact: Fact) -> tuple[str, object]:
        random = self.random
        if random.random() < 0.2 or fact.type is FactType.COLLECTION:
            return "count", {random.choice(["eq", "ne", "lt", "le", "gt", "ge"]): random.randrange(3)}
        operator = random.choice(["anyOf", "allOf", "noneOf"])
        if random.random() < 0.1:
            return operator, {"baseline": self.dialect.texts_baseline}
        return operator, self._words(fact)

    def _word_test(self, fact: Fact) -> tuple[str, object]:
        random = self.random
        if random.random() < 0.1:
            return random.choice(["in", "notIn"]), {"baseline": self.dialect.texts_baseline}
        if fact.type is FactType.TEXT and random.random() < 0.6:
            return self._text_test()
        if random.random() < 0.5:
            return random.choice(["in", "notIn"]), self._words(fact)
        if self.dialect.parameters and not (fact.choices or fact.form) and random.random() < 0.3:
            return random.choice(["eq", "ne"]), {"parameter": random.choice(self.dialect.parameters)}
        return random.choice(["eq", "ne"]), self._word(fact)

    def _words(self, fact: Fact) -> object:
        if self.dialect.lists and not (fact.choices or fact.form) and self.random.random() < 0.3:
            return {"list": self.random.choice(self.dialect.lists)}
        return [self._word(fact) for _ in range(self.random.randrange(1, 4))]

    def _word(self, fact: Fact) -> str:
        written = _WRITTEN[fact.form] if fact.form is not None else ()
        return self.random.choice(fact.choices or written or self.dialect.values)

    def _text_test(self) -> tuple[str, object]:
        random = self.random
        if random.random() < 0.2:
            return "matches", random.choice(["^a", "[b-g]{2}", "(ml|ss|ß)", "a$"])
        parts = [random.choice(["a", "B", "ss", "İ", "{0", "."]) for _ in range(random.randrange(1, 3))]
        operator = random.choice(["contains", "startsWith", "endsWith"])
        return operator, parts[0] if random.random() < 0.5 else parts

    def _number_test(self, fact: Fact) -> tuple[str, object]:
        random = self.random
        if random.random() < 0.15:
            return random.choice(["lt", "le", "gt", "ge"]), {"baseline": self.dialect.number_baseline, **self._change()}
        if random.random() < 0.2:
            return random.choice(["in", "notIn"]), [random.choice([0, 1, 3, 2.5])]
        farthest = -2 if fact.most is None else fact.most
        return random.choice(["eq", "ne", "lt", "le", "gt", "ge"]), random.choice([0, 1, 3, 2.5, farthest])

    def _change(self) -> dict[str, object]:
        """By how much it may differ from what is usual."""
        return self.random.choice([{"times": 2, "atLeast": 1}, {"percent": 150}, {"plus": 2}, {"deviations": 3}, {}])
