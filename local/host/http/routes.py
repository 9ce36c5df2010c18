"""Routes of HTTP functions: ASP.NET templates, tried in alphabetical order of the function's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from local.host.functions import HTTP_TRIGGER, Function
from local.host.http.route_templates import Template, can_share_a_path


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP function's template and the methods that it takes; no methods means all."""

    function: Function
    template: Template
    methods: frozenset[str]

    def takes(self, method: str) -> bool:
        """Whether a request of this method may reach the function."""
        return not self.methods or method.upper() in self.methods


def routes(functions: Iterable[Function], prefix: str) -> tuple[Route, ...]:
    """The routes of all HTTP functions, in the order in which they are tried. Raises HostError.

    The platform goes by the function's name, not by how precise a template is: of two that fit a path, the
    first in the alphabet wins. So no two should; see ``overlaps``.
    """
    return tuple(
        Route(function, _template(function, prefix), _methods(function))
        for function in sorted(functions, key=lambda each: each.name.casefold())
        if function.trigger.type == HTTP_TRIGGER
    )


def find(table: Iterable[Route], method: str, path: str) -> tuple[Function, dict[str, str]] | None:
    """The function for a request and its route values. ``path`` is decoded but for %2F."""
    for route in table:
        # A method that the function does not take is a route that does not fit: 404, not 405.
        if route.takes(method) and (values := route.template.match(path)) is not None:
            return route.function, values
    return None


def overlaps(table: Iterable[Route]) -> list[tuple[str, str]]:
    """Pairs of functions for which some request would fit both routes.

    Errs on the side of naming a pair: constraints are weighed against literals, not against each other.
    """
    return [
        (one.function.name, other.function.name)
        for one, other in combinations(table, 2)
        if _share_a_method(one, other) and can_share_a_path(one.template, other.template)
    ]


def _share_a_method(one: Route, other: Route) -> bool:
    return not one.methods or not other.methods or not one.methods.isdisjoint(other.methods)


def _template(function: Function, prefix: str) -> Template:
    own = function.trigger.text("route", default=function.name)
    own = own.removeprefix("~/").removeprefix("/")
    return Template.parse(f"{prefix}/{own}".strip("/"))


def _methods(function: Function) -> frozenset[str]:
    methods = function.trigger.properties.get("methods")
    return frozenset(str(method).upper() for method in methods) if isinstance(methods, list) else frozenset()
