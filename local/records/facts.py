"""Whether a record that was read again tells the same facts as the event it was written from."""

from collections.abc import Iterator

import msgspec

from shared.domain.events import Event

_OWN_WAY = frozenset({"id", "source", "activity", "succeeded", "time", "operation", "changes"})
"""Fields that are no facts of the event, or that are compared in a way of their own."""

_PROVENANCE = "resolution"
"""How an appId was found; it follows from the record, not from what happened."""


def lost_facts(told: Event, read: Event) -> tuple[str, ...]:
    """The facts that ``told`` states and ``read`` does not state as well, by their dotted names.

    What ``told`` leaves open, ``read`` may fill in: every record carries more than a short example says.
    """
    return tuple(_lost(told, read))


def _lost(told: Event, read: Event) -> Iterator[str]:
    if told.activity is not read.activity:
        yield f"activity (it is {read.activity})"
    if told.succeeded != read.succeeded:
        yield "succeeded"
    # The unified audit log keeps whole seconds.
    if told.time is not None and (read.time is None or abs((told.time - read.time).total_seconds()) >= 1):
        yield "time"
    # An event that was made up, rather than read, has its activity in place of a name.
    if told.operation not in (read.operation, told.activity):
        yield "operation"
    if any(change not in read.changes for change in told.changes):
        yield "changes"
    facts = msgspec.to_builtins(read)
    for name, value in msgspec.to_builtins(told).items():
        if name not in _OWN_WAY:
            yield from _missing(value, facts.get(name, msgspec.UNSET), name)


def _missing(told: object, read: object, path: str) -> Iterator[str]:
    match told, read:
        case dict(), dict():
            for key, value in told.items():
                if key != _PROVENANCE:
                    yield from _missing(value, read.get(key, msgspec.UNSET), f"{path}.{key}")
        case tuple(), tuple() if len(told) == len(read):
            for index, value in enumerate(told):
                yield from _missing(value, read[index], f"{path}[{index}]")
        case _ if told != read:
            yield path
