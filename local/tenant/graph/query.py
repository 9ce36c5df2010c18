"""The query options of a list, checked against the type that is listed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from local.tenant.graph.filters import Filter, Object, read_filter
from local.tenant.graph.messages import GraphError, Request, bad_request, unsupported
from local.tenant.graph.schema import Kind

_KNOWN = frozenset({"$select", "$filter", "$top", "$expand", "$orderby", "$count", "$search", "$skiptoken", "$format"})
_EXPAND = re.compile(r"(?P<name>\w+)(?:\(\$select=(?P<select>[\w,\s]+)\))?")
_ORDER = re.compile(r"(?P<name>\w+)(?:\s+(?P<direction>asc|desc))?")
_SEARCH = re.compile(r'"(?P<name>\w+):(?P<text>[^"]*)"')


@dataclass(frozen=True, slots=True)
class Expand:
    """The one relation that comes with each object, and what of its objects."""

    name: str
    select: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Order:
    """``$orderby`` of one property."""

    name: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """What a list is asked for. ``select`` is None where everything is wanted that comes by itself."""

    top: int
    select: frozenset[str] | None = None
    filter: Filter | None = None
    expand: Expand | None = None
    order: Order | None = None
    search: tuple[str, str] | None = None
    # Told on the first page only, and by the eventual index only.
    counts: bool = False
    skip_token: str | None = None

    def matches(self, found: Object) -> bool:
        """Whether the object belongs to the list."""
        if self.search is not None:
            name, text = self.search
            if not any(word.startswith(text) for word in str(found.get(name) or "").casefold().split()):
                return False
        return self.filter is None or self.filter.matches(found)


def read_query(request: Request, asked: Kind) -> Query:
    """Raises GraphError: 400 for what the type does not know, or not without ``ConsistencyLevel: eventual``."""
    options = request.query
    for name in options:
        if name.startswith("$") and name not in _KNOWN:
            raise _unknown_option(name)
    query = Query(
        top=read_top(options.get("$top"), asked),
        select=read_select(options.get("$select"), asked),
        filter=read_filter(options["$filter"], asked) if "$filter" in options else None,
        expand=_expand(options.get("$expand"), asked),
        order=_order(options.get("$orderby"), asked),
        search=_search(options.get("$search"), asked),
        counts=request.is_eventual and options.get("$count", "").lower() == "true",
        skip_token=options.get("$skiptoken"),
    )
    if asked.is_directory:
        _check_advanced(query, request)
    return query


def read_select(text: str | None, asked: Kind) -> frozenset[str] | None:
    """The selected properties. Raises GraphError (400) for one that the type does not have."""
    if text is None:
        return None
    names = frozenset(name.strip() for name in text.split(","))
    check_names(names, asked)
    return names


def check_names(names: Iterable[str], asked: Kind) -> None:
    """Raises GraphError (400) for a property that the type does not have."""
    for name in sorted(names):
        if name not in asked.properties:
            raise _unknown(name, asked)


def _unknown(name: str, asked: Kind) -> GraphError:
    return bad_request(
        f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on type '{asked.type}'."
    )


def _unknown_option(name: str) -> GraphError:
    if name == "$skip":
        return bad_request("'$skip' is not supported by the service.", "Request_BadRequest")
    return bad_request(f"The query parameter '{name}' is not supported.")


def _check_advanced(query: Query, request: Request) -> None:
    is_advanced = (query.filter is not None and query.filter.is_advanced) or query.search is not None
    is_advanced = is_advanced or (query.filter is not None and query.order is not None)
    if not is_advanced:
        return
    if not request.is_eventual or (query.search is None and not query.counts):
        raise unsupported("Operator or query option is not supported without ConsistencyLevel: eventual and $count.")
    if query.expand is not None:
        raise unsupported("The $expand query option is not supported with advanced queries.")


def read_top(text: str | None, asked: Kind) -> int:
    """The size of a page. Raises GraphError (400) beyond what the type allows."""
    if text is None:
        return asked.page_size
    if not text.isdecimal() or not 1 <= int(text) <= asked.page_most:
        raise bad_request(
            f"Invalid page size specified: '{text}'. Must be between 1 and {asked.page_most} inclusive.",
            "Request_BadRequest",
        )
    return int(text)


def _expand(text: str | None, asked: Kind) -> Expand | None:
    if text is None:
        return None
    found = _EXPAND.fullmatch(text.strip())
    if found is None:
        raise bad_request("Parsing OData Select and Expand failed: one relation can be expanded, with $select only.")
    if found["name"] not in asked.expands:
        raise _unknown(found["name"], asked)
    chosen = found["select"]
    return Expand(found["name"], None if chosen is None else frozenset(name.strip() for name in chosen.split(",")))


def _order(text: str | None, asked: Kind) -> Order | None:
    if text is None:
        return None
    found = _ORDER.fullmatch(text.strip())
    if found is None:
        raise bad_request("Invalid $orderby clause.")
    if found["name"] not in asked.properties:
        raise bad_request(f"Could not find a property named '{found['name']}' on type '{asked.type}'.")
    if found["name"] not in asked.sorts:
        raise unsupported(f"Sorting is not supported for property '{found['name']}' of '{asked.resource}'.")
    return Order(found["name"], found["direction"] == "desc")


def _search(text: str | None, asked: Kind) -> tuple[str, str] | None:
    if text is None:
        return None
    found = _SEARCH.fullmatch(text.strip())
    if found is None or found["name"] not in asked.search:
        raise bad_request('Invalid $search clause: "property:text" of a searchable property is expected.')
    return found["name"], found["text"].casefold()
