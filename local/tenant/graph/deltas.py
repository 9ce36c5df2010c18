"""Delta queries: everything once, then what has changed since."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import msgspec

from local.tenant.directory.clock import Clock
from local.tenant.directory.collections import Change, Object
from local.tenant.graph.calls import Call, Operation
from local.tenant.graph.messages import Answer, GraphError, Request, bad_request
from local.tenant.graph.pages import make_token, malformed_token, open_token
from local.tenant.graph.query import read_select, read_top
from local.tenant.graph.replicas import Replicas, View
from local.tenant.graph.schema import Kind, kind
from local.tenant.graph.shapes import project

_LIFE = timedelta(days=7)
_OPTIONS = frozenset({"$select", "$top", "$deltatoken", "$skiptoken"})
_ODDITY = 0.1
"""The share of pages that are out of order or tell something twice, and of changes that tell more than they must."""


class _Token(NamedTuple):
    """Where a reader stands: it has all up to the version ``since``.

    ``after`` is the last id it has while it reads everything for the first time, None later. ``until`` is the version
    to which the present round of changes leads, of which it has ``done``; None between two rounds.
    """

    set: str
    issued: datetime
    top: int
    select: list[str] | None
    since: int
    after: str | None = ""
    until: int | None = None
    done: int = 0


class Deltas:
    """The ``delta`` operations. ``seed`` draws the oddities that clients have to bear."""

    def __init__(self, replicas: Replicas, clock: Clock, seed: int) -> None:
        self._replicas = replicas
        self._clock = clock
        self._random = Random(seed)

    def of(self, name: str) -> Operation:
        """The delta of one type."""
        asked = kind(name)

        def operation(call: Call) -> Answer:
            options = call.request.query
            for option in options:
                if option.startswith("$") and option not in _OPTIONS:
                    raise bad_request(
                        f"The query parameter '{option}' is not supported by delta.", "Request_BadRequest"
                    )
            view = self._replicas.of(name)
            given = options.get("$skiptoken") or options.get("$deltatoken", "")
            if given.lower() in ("", "latest"):
                return self._begin(call.request, asked, view, is_latest=bool(given))
            token = self._open(given, call.request, asked)
            read = self._changed if token.after is None else self._all
            return read(call.request, asked, view, token)

        return operation

    def _begin(self, request: Request, asked: Kind, view: View, *, is_latest: bool) -> Answer:
        select = read_select(request.query.get("$select"), asked)
        top = read_top(request.query.get("$top"), asked)
        chosen = None if select is None else sorted(select)
        token = _Token(asked.name, self._clock.now(), top, chosen, view.version)
        if is_latest:
            return _page(request, asked, [], token._replace(after=None), is_last=True)
        return self._all(request, asked, view, token)

    def _all(self, request: Request, asked: Kind, view: View, token: _Token) -> Answer:
        """The first reading. What changes meanwhile is told again by the next round, so nothing is missed."""
        select = _selected(token)
        objects = view.all()
        start = bisect_right(objects, token.after or "", key=_id)
        end = start + token.top
        values = [project(one, asked, select) | {"id": one["id"]} for one in objects[start:end]]
        is_last = end >= len(objects)
        return _page(
            request, asked, values, token._replace(after=None if is_last else values[-1]["id"]), is_last=is_last
        )

    def _changed(self, request: Request, asked: Kind, view: View, token: _Token) -> Answer:
        """A round of changes. Its end is fixed when it begins: what comes later is for the next one."""
        until = view.version if token.until is None else token.until
        select = _selected(token)
        changes = [change for change in view.changes_since(token.since) if change.version <= until]
        told = [change for change in _merged(changes) if _concerns(change, select)]
        end = token.done + token.top
        values = self._with_oddities([self._value(one, view, asked, select) for one in told[token.done : end]])
        if end < len(told):
            return _page(request, asked, values, token._replace(until=until, done=end), is_last=False)
        return _page(request, asked, values, token._replace(since=until, until=None, done=0), is_last=True)

    def _value(self, change: Change, view: View, asked: Kind, select: frozenset[str] | None) -> Object:
        found = view.get(change.id)
        if change.removed or found is None:
            return {"id": change.id, "@removed": {"reason": change.removed or "deleted"}}
        wanted = asked.properties if select is None else select
        told = change.properties & wanted
        if self._random.random() < _ODDITY:
            told |= {self._random.choice(sorted(wanted))}
        return {"id": change.id, **project(found, asked, told & found.keys())}

    def _with_oddities(self, values: list[Object]) -> list[Object]:
        if values and self._random.random() < _ODDITY:
            values = [*values, self._random.choice(values)]
        if self._random.random() < _ODDITY:
            self._random.shuffle(values)
        return values

    def _open(self, given: str, request: Request, asked: Kind) -> _Token:
        try:
            token = msgspec.convert(open_token(given), _Token, strict=False)
        except msgspec.ValidationError:
            raise malformed_token() from None
        if token.set != asked.name:
            raise malformed_token()
        # Only a finished round waits for days; its pages follow each other.
        if self._clock.now() - token.issued > _LIFE:
            raise expired(request, in_place=self._random.random() < 0.5)
        if "$deltatoken" in request.query:
            token = token._replace(issued=self._clock.now())
        return token


def expired(request: Request, *, in_place: bool) -> GraphError:
    """The token is too old: 410 that leads to a new beginning, or 400 in the services that know no better."""
    message = "The sync state generation is not found; a full synchronisation is needed."
    if in_place:
        return bad_request(message, "syncStateNotFound")
    return GraphError(410, "resyncRequired", message, {"Location": f"{request.base}{request.path}"})


def _page(request: Request, asked: Kind, values: Sequence[Object], token: _Token, *, is_last: bool) -> Answer:
    name, option = ("@odata.deltaLink", "$deltatoken") if is_last else ("@odata.nextLink", "$skiptoken")
    body = {
        "@odata.context": f"{request.base}/$metadata#{asked.set}",
        name: f"{request.base}{request.path}?{option}={make_token((token.set, token.issued.isoformat(), *token[2:]))}",
        "value": list(values),
    }
    return Answer(200, body)


def _id(found: Object) -> str:
    return str(found["id"])


def _selected(token: _Token) -> frozenset[str] | None:
    return None if token.select is None else frozenset(token.select)


def _merged(changes: Sequence[Change]) -> list[Change]:
    """One for each object, in the order of the last: how it ended, with all that changed on the way."""
    merged: dict[str, Change] = {}
    for change in changes:
        before = merged.pop(change.id, None)
        carried = before.properties if before is not None and not change.removed else frozenset()
        merged[change.id] = Change(change.version, change.id, change.removed, change.properties | carried)
    return list(merged.values())


def _concerns(change: Change, select: frozenset[str] | None) -> bool:
    """Whether a reader of these properties is told: of what is gone always, else if one of them changed."""
    return change.removed is not None or select is None or not select.isdisjoint(change.properties - {"id"})
