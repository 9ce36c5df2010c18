"""The events and apps of a policy's own tests: short in YAML, whole when decoded.

An event needs its activity and what the test is about; id, source, operation, time and app have defaults. Beside the
event's own fields there are three keys: ``at`` (its time after the moment of the example, ``90m``) and, for windows,
``times`` and ``every``, which repeat it: ``{n}`` in a text is then the number of the repetition. Any time may be
written as a duration from the moment of the example: ``created: -3d``.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
from msgspec import inspect
from pydantic import JsonValue

from shared.domain.apps import App
from shared.domain.events import Event
from shared.policies.errors import quoted
from shared.policies.model import PolicyTest
from shared.policies.quantities import parse_duration
from shared.policies.vocabulary import suggestion

MOMENT = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""When every example happens; also the ``now`` that its policy is judged at."""

_MOST_EVENTS = 2_000
_APP_ID = "11111111-1111-4111-8111-111111111111"


class ExampleError(ValueError):
    """An example cannot be decoded; the text names the key."""


def app_of(test: PolicyTest) -> App | None:
    """The app of the example. Raises ExampleError."""
    if test.app is None:
        return None
    return _decode({"appId": _APP_ID, **test.app}, App)


def events_of(test: PolicyTest) -> tuple[Event, ...]:
    """The events of the example, in its order. Raises ExampleError."""
    given = [*([test.event] if test.event is not None else []), *test.events]
    events = [event for number, raw in enumerate(given, 1) for event in _repeated(raw, f"event-{number}")]
    if len(events) > _MOST_EVENTS:
        raise ExampleError(f"an example has at most {_MOST_EVENTS} events")
    return tuple(events)


def event_count(test: PolicyTest) -> int:
    """How many events the example has, without making them; none where their number is no sound one."""
    given = [*([test.event] if test.event is not None else []), *test.events]
    return sum(times for raw in given if isinstance(times := raw.get("times", 1), int) and 0 < times <= _MOST_EVENTS)


def _repeated(raw: Mapping[str, JsonValue], name: str) -> Iterator[Event]:
    fields = dict(raw)
    start = _duration(fields.pop("at", "0s"), "at")
    every = _duration(fields.pop("every", "1s"), "every")
    times = fields.pop("times", 1)
    if not isinstance(times, int) or not 1 <= times <= _MOST_EVENTS:
        raise ExampleError(f"times is a number from 1 to {_MOST_EVENTS}")
    for number in range(1, times + 1):
        own = {key: _numbered(value, number) for key, value in fields.items()}
        defaults: dict[str, object] = {
            "id": name if times == 1 else f"{name}-{number}",
            "source": "directoryAudits",
            "operation": own.get("activity", ""),
            "time": (MOMENT + start + (number - 1) * every).isoformat(),
            "app": {"appId": _APP_ID},
        }
        yield _decode({**defaults, **own}, Event)


def _duration(value: JsonValue, key: str) -> timedelta:
    duration = parse_duration(value) if isinstance(value, str) else None
    if duration is None:
        raise ExampleError(f"{key} is a duration such as 90m, not {quoted(value)}")
    return duration


def _numbered(value: JsonValue, number: int) -> JsonValue:
    match value:
        case str():
            return value.replace("{n}", str(number))
        case list():
            return [_numbered(item, number) for item in value]
        case dict():
            return {key: _numbered(item, number) for key, item in value.items()}
    return value


def _decode[T: (App, Event)](raw: Mapping[str, object], kind: type[T]) -> T:
    prepared = _prepared(dict(raw), _described(kind), kind.__name__)
    try:
        return msgspec.convert(prepared, kind)
    except msgspec.ValidationError as error:
        said, at, place = str(error).rpartition(" - at ")
        raise ExampleError(f"{kind.__name__}: {said:.100}{at}{place:.100}") from None


@cache
def _described(kind: type) -> inspect.Type:
    """To look a type up takes a hundred times as long as to decode by it."""
    return inspect.type_info(kind)


def _prepared(value: object, kind: inspect.Type, path: str) -> object:
    """Refuses keys that the type does not have, and turns durations into times."""
    match kind:
        case inspect.StructType(fields=fields) if isinstance(value, dict):
            types = {field.encode_name: field.type for field in fields}
            for key in value.keys() - types.keys():
                raise ExampleError(f"{path} has no field {key:.80}{suggestion(key, types)}")
            return {key: _prepared(item, types[key], f"{path}.{key}") for key, item in value.items()}
        case inspect.VarTupleType(item_type=item_type) if isinstance(value, list):
            return [_prepared(item, item_type, path) for item in value]
        case inspect.UnionType(types=types_):
            # A field that may be null or unknown: its one other type decides.
            for member in types_:
                value = _prepared(value, member, path)
            return value
        case inspect.DateTimeType() if isinstance(value, str):
            offset = parse_duration(value)
            return value if offset is None else (MOMENT + offset).isoformat()
    return value
