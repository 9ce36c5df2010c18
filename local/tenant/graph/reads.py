"""Lists, counts and single objects."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call, Operation
from local.tenant.graph.messages import Answer, GraphError, bad_request, not_found
from local.tenant.graph.pages import Key, context, cut, listing
from local.tenant.graph.query import Query, read_query, read_select
from local.tenant.graph.relations import KINDS, Relations
from local.tenant.graph.replicas import Replicas
from local.tenant.graph.schema import Kind, kind
from local.tenant.graph.shapes import project, typed

_BY_APP_ID = re.compile(r"\(appId='(?P<id>[^']*)'\)")
_MOST_IDS = 1000
_MOST_EXPANDED = 20


class Reads:
    """The operations that read objects of the directory."""

    def __init__(self, tenant: Tenant, replicas: Replicas, relations: Relations) -> None:
        self._tenant = tenant
        self._replicas = replicas
        self._relations = relations

    def list(self, name: str) -> Operation:
        """The objects of a type."""
        asked = kind(name)

        def operation(call: Call) -> Answer:
            query = read_query(call.request, asked)
            _check_list_expand(query, asked, call)
            descending = query.order is not None and query.order.descending
            objects = self._replicas.of(name).all()
            if query.order is not None:
                objects = sorted(objects, key=_key(query), reverse=descending)
            found, after = cut(objects, query, _key(query), descending=descending)
            count = sum(map(query.matches, objects)) if query.counts and query.skip_token is None else None
            values = [self._shown(one, asked, query, call) for one in found]
            return listing(call.request, asked, query, values, after, count)

        return operation

    def count(self, name: str) -> Operation:
        """How many objects of a type, as plain text."""
        asked = kind(name)

        def operation(call: Call) -> Answer:
            if not call.request.is_eventual:
                raise bad_request("$count is not currently supported.", "Request_BadRequest")
            if call.request.headers.get("accept", "").startswith("application/json"):
                raise GraphError(415, "Request_BadRequest", "The only supported media type is 'text/plain'.")
            query = read_query(replace(call.request, query={**call.request.query, "$count": "true"}), asked)
            return Answer(200, str(sum(map(query.matches, self._replicas.of(name).all()))))

        return operation

    def get(self, name: str) -> Operation:
        """One object, by id or by ``(appId='…')``."""
        asked = kind(name)

        def operation(call: Call) -> Answer:
            query = read_query(call.request, asked)
            found = self.find(name, call.names["id"])
            wants_keys = query.select is not None and "keyCredentials" in query.select
            shown = self._shown(found, asked, query, call, with_keys=wants_keys)
            stated = context(call.request, asked, query.select, "/$entity")
            return Answer(200, {"@odata.context": stated, **shown})

        return operation

    def related(self, name: str, relation: str) -> Operation:
        """What a relation of one object leads to."""
        asked = kind(KINDS[relation])

        def operation(call: Call) -> Answer:
            query = read_query(call.request, asked)
            owner = self.find(name, call.names["id"])
            found, after = cut(self._relations.objects(relation, owner["id"]), query, _by_id)
            values = [self._relations.shown(relation, one, query.select, call.caller) for one in found]
            return listing(call.request, asked, query, values, after)

        return operation

    def by_ids(self, call: Call) -> Answer:
        """Objects of any of the asked types; ids that lead nowhere are left out."""
        body = call.request.body if isinstance(call.request.body, dict) else {}
        ids = body.get("ids")
        if not isinstance(ids, list) or not 1 <= len(ids) <= _MOST_IDS or not all(isinstance(one, str) for one in ids):
            raise bad_request(f"The ids must be a list of 1 to {_MOST_IDS} texts.", "Request_BadRequest")
        types = body.get("types") or ["directoryObject"]
        select = read_select(call.request.query.get("$select"), kind("directoryObject"))
        values = [
            typed(project(item, kind(name), select), name)
            for name, item in filter(None, map(self._replicas.find, dict.fromkeys(ids)))
            if name in types or "directoryObject" in types
        ]
        stated = context(call.request, kind("directoryObject"), select)
        return Answer(200, {"@odata.context": stated, "value": values})

    def any_object(self, call: Call) -> Answer:
        """One object of whatever type."""
        found = self._replicas.find(call.names["id"])
        if found is None:
            raise not_found(call.names["id"])
        name, item = found
        stated = context(call.request, kind("directoryObject"), None, "/$entity")
        return Answer(200, {"@odata.context": stated, **typed(project(item, kind(name), None), name)})

    def deleted(self, name: str) -> Operation:
        """What of a type lies in the recycle bin."""
        asked = kind(name)

        def operation(call: Call) -> Answer:
            query = read_query(call.request, asked)
            items = sorted(self._deleted(name), key=_by_id)
            found, after = cut(items, query, _by_id)
            return listing(call.request, asked, query, [project(one, asked, query.select) for one in found], after)

        return operation

    def deleted_object(self, call: Call) -> Answer:
        """One object in the recycle bin."""
        for name in ("application", "servicePrincipal"):
            for item in self._deleted(name):
                if item["id"] == call.names["id"]:
                    return Answer(200, typed(project(item, kind(name), None), name))
        raise not_found(call.names["id"])

    def find(self, name: str, key: str) -> Object:
        """The object with that id or ``(appId='…')``. Raises GraphError (404)."""
        view = self._replicas.of(name)
        by_app_id = _BY_APP_ID.fullmatch(key)
        found = view.get(key) if by_app_id is None else next(iter(view.where("appId", by_app_id["id"])), None)
        if found is None:
            raise not_found(key)
        return found

    def _deleted(self, name: str) -> Iterable[Object]:
        self._tenant.empty_recycle_bin()
        collections = {"application": self._tenant.applications, "servicePrincipal": self._tenant.service_principals}
        return collections[name].deleted()

    def _shown(self, found: Object, asked: Kind, query: Query, call: Call, *, with_keys: bool = False) -> Object:
        shown = project(found, asked, query.select, with_keys=with_keys)
        if query.expand is not None:
            name, select = query.expand.name, query.expand.select
            shown[name] = self._relations.of(name, found, select, call.caller, _MOST_EXPANDED)
        return shown


def _check_list_expand(query: Query, asked: Kind, call: Call) -> None:
    """Raises GraphError (400) for a relation that only beta expands in a list."""
    if query.expand is not None and query.expand.name in asked.beta_list_expands and not call.request.is_beta:
        raise bad_request(
            f"Expand of property '{query.expand.name}' is not supported on a collection of '{asked.resource}'.",
            "Request_UnsupportedQuery",
        )


def _by_id(found: Object) -> Key:
    return (found["id"],)


def _key(query: Query) -> Callable[[Object], Key]:
    """By id, as the directory keeps them, or by the text that is asked for."""
    order = query.order
    if order is None:
        return _by_id
    return lambda found: (str(found.get(order.name) or "").casefold(), found["id"])
