"""Collections of directory objects that remember what changed, as delta queries need it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

type Object = dict[str, Any]
"""A Graph object as on the wire, with all its properties. It is never changed in place: a write replaces it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One write. ``removed`` is "changed" for the recycle bin, from which there is a way back, and "deleted" for good.

    ``properties`` names what has changed; for a new or restored object, all it has.
    """

    version: int
    id: str
    removed: Literal["changed", "deleted"] | None
    properties: frozenset[str]


class Collection:
    """Objects by id, those in the recycle bin apart. ``version`` grows with each change.

    ``indexes`` are the properties that ``where`` can look up without a walk over all objects.
    """

    def __init__(self, indexes: Iterable[str] = ()) -> None:
        self.version = 0
        self._objects: dict[str, Object] = {}
        self._bin: dict[str, Object] = {}
        self._changes: list[Change] = []
        self._indexes: dict[str, dict[Any, dict[str, None]]] = {name: {} for name in indexes}
        self._ordered: list[Object] | None = None

    def get(self, object_id: str) -> Object | None:
        return self._objects.get(object_id)

    def all(self) -> Sequence[Object]:
        """Every object that is not deleted, ordered by id."""
        if self._ordered is None:
            self._ordered = [self._objects[key] for key in sorted(self._objects)]
        return self._ordered

    def where(self, name: str, value: object) -> list[Object]:
        """The objects whose indexed property has this value, oldest first."""
        return [self._objects[key] for key in self._indexes[name].get(value, ())]

    def deleted(self) -> list[Object]:
        """What is in the recycle bin."""
        return list(self._bin.values())

    def get_deleted(self, object_id: str) -> Object | None:
        return self._bin.get(object_id)

    def changes_since(self, version: int) -> list[Change]:
        """The changes after this version, in their order; several of one object are all told."""
        return self._changes[bisect_right(self._changes, version, key=lambda change: change.version) :]

    def load(self, objects: Iterable[Object]) -> None:
        """Objects that have always been there: no change tells of them."""
        for item in objects:
            self._keep(item)

    def load_deleted(self, objects: Iterable[Object]) -> None:
        """Objects that have always been in the recycle bin."""
        self._bin.update((item["id"], item) for item in objects)

    def put(self, item: Object) -> None:
        """Adds, or replaces the object with the same id; it leaves the recycle bin if it was there."""
        before = self._objects.get(item["id"], {})
        self._bin.pop(item["id"], None)
        self._keep(item)
        changed = frozenset(name for name in item.keys() | before.keys() if item.get(name) != before.get(name))
        self._record(item["id"], None, changed if before else frozenset(item))

    def recycle(self, item: Object) -> None:
        """Moves the object to the recycle bin, in this state."""
        self._drop(item["id"])
        self._bin[item["id"]] = item
        self._record(item["id"], "changed", frozenset())

    def remove(self, object_id: str) -> None:
        """Deletes for good, from the recycle bin too."""
        if object_id in self._objects:
            self._drop(object_id)
        self._bin.pop(object_id, None)
        self._record(object_id, "deleted", frozenset())

    def _record(
        self, object_id: str, removed: Literal["changed", "deleted"] | None, properties: frozenset[str]
    ) -> None:
        self.version += 1
        self._changes.append(Change(self.version, object_id, removed, properties))

    def _keep(self, item: Object) -> None:
        if item["id"] in self._objects:
            self._drop(item["id"])
        self._objects[item["id"]] = item
        self._ordered = None
        for name, index in self._indexes.items():
            index.setdefault(item.get(name), {})[item["id"]] = None

    def _drop(self, object_id: str) -> None:
        item = self._objects.pop(object_id)
        self._ordered = None
        for name, index in self._indexes.items():
            del index[item.get(name)][object_id]
