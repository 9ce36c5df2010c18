"""Random apps and events: every field of them empty, unknown, hostile or filled, as its type has it."""

from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any, cast

from msgspec import NODEFAULT, Struct, inspect

from shared.domain.known import UNKNOWN
from tests.policies.random_policies import APP_IDS, WORDS

NOW = datetime(2026, 6, 1, tzinfo=UTC)
VALUES = (*WORDS, *APP_IDS, "GET", "FR")

_known_type = cache(inspect.type_info)


def random_struct[T: Struct](random: Random, kind: type[T]) -> T:
    return cast(T, _value(random, _known_type(kind), kind.__name__))


# Any: the types of fields decide what is made.
def _value(random: Random, kind: inspect.Type, name: str) -> Any:
    match kind:
        case inspect.StructType():
            fields = {field.name: _field(random, field) for field in kind.fields if field.required or _is_given(random)}
            return kind.cls(**fields)
        case inspect.UnionType(types=types):
            return None if random.random() < 0.2 else _value(random, random.choice(_filled(types)), name)
        case inspect.VarTupleType(item_type=item):
            return tuple(_value(random, item, name) for _ in range(random.randrange(3)))
        case inspect.DictType(key_type=key, value_type=value):
            return {_value(random, key, name): _value(random, value, name) for _ in range(random.randrange(3))}
        case inspect.EnumType(cls=cls):
            return random.choice(list(cls))
    return _scalar(random, kind, name)


def _scalar(random: Random, kind: inspect.Type, name: str) -> Any:
    match kind:
        case inspect.StrType():
            return random.choice(APP_IDS if name == "app_id" else VALUES)
        case inspect.BoolType():
            return random.random() < 0.5
        case inspect.IntType():
            return random.choice([0, 1, 3, -2, 10**18])
        case inspect.FloatType():
            return random.choice([0.0, 1.0, 2.5, -2.0])
        case inspect.DateTimeType():
            return NOW + random.randrange(-40, 40) * timedelta(days=1)
        case inspect.DateType():
            return (NOW + random.randrange(-40, 40) * timedelta(days=1)).date()
    raise TypeError(f"no value of {kind} is made yet")


def _field(random: Random, field: inspect.Field) -> Any:
    """Without a default, and yet not required: the field may be unknown."""
    may_be_unknown = not field.required and field.default is NODEFAULT and field.default_factory is NODEFAULT
    return UNKNOWN if may_be_unknown and random.random() < 0.1 else _value(random, field.type, field.name)


def _is_given(random: Random) -> bool:
    return random.random() < 0.85


def _filled(types: tuple[inspect.Type, ...]) -> list[inspect.Type]:
    return [one for one in types if not isinstance(one, inspect.NoneType)]
