"""Counts that grow event by event, each bounded in memory: what ``usage_counting`` is made of."""

from collections.abc import Mapping
from typing import Final

from shared.domain.app_use import OTHER_CALLS, Calls, ServiceUse
from shared.domain.distinct import MOST_EXACT, Distinct, Tally, distinct, hash_of, tally, union
from shared.domain.events import Service

_MOST_COUNTED: Final = 2_000
"""Values that are counted one by one in an hour: with more of them, which ones count depends on their order."""
_LONGEST_COUNTED: Final = 300
_LONGEST_KEPT: Final = 100
_LONGEST_OPERATION: Final = 200
_MOST_WAITING: Final = 4 * MOST_EXACT


class DifferentValues:
    """How many there are. A long value is kept by its hash: whoever names files chooses their length."""

    def __init__(self) -> None:
        self._known = Distinct()
        self._waiting = set[str]()

    def add(self, value: str | None) -> None:
        if not value:
            return
        self._waiting.add(value if len(value) <= _LONGEST_KEPT else f"{hash_of(value):016x}")
        if len(self._waiting) >= _MOST_WAITING:
            self._known, self._waiting = self.counted(), set()

    def counted(self) -> Distinct:
        return union((self._known, distinct(self._waiting)))


class ValueCounts:
    """How often each came. A value that is too long to keep, or that comes after too many others, is one of the
    others: it would be compared with whole ones later.
    """

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._others = 0

    def add(self, value: str | None) -> None:
        if not value:
            return
        if value in self._counts:
            self._counts[value] += 1
        elif len(self._counts) < _MOST_COUNTED and len(value) <= _LONGEST_COUNTED:
            self._counts[value] = 1
        else:
            self._others += 1

    def counted(self, most: int) -> Tally:
        return tally(self._counts, most, self._others)


class CallCounts:
    """How often each operation was called, and how many of the calls failed."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}

    def add(self, operation: str, *, failed: bool) -> None:
        is_kept = operation in self._counts or (
            len(self._counts) < _MOST_COUNTED and len(operation) <= _LONGEST_OPERATION
        )
        counts = self._counts.setdefault(operation if is_kept else OTHER_CALLS, [0, 0])
        counts[0] += 1
        counts[1] += failed

    def counted(self) -> dict[str, Calls]:
        return {name: Calls(count=count, errors=errors) for name, (count, errors) in self._counts.items()}


class ServiceCounts:
    """By the fields of ``ServiceUse``."""

    def __init__(self) -> None:
        self._numbers: dict[Service, dict[str, int]] = {}

    def add(self, service: Service, amounts: Mapping[str, int]) -> None:
        numbers = self._numbers.setdefault(service, dict.fromkeys(ServiceUse.__struct_fields__, 0))
        for name, amount in amounts.items():
            numbers[name] += amount

    def counted(self) -> dict[Service, ServiceUse]:
        return {service: ServiceUse(**numbers) for service, numbers in sorted(self._numbers.items())}
