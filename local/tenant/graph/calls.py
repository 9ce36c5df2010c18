"""One call of an operation: the request, who sends it, and the names from its path."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.tenant.graph.messages import Answer, Request
from local.tenant.graph.tokens import Caller


@dataclass(frozen=True, slots=True)
class Call:
    """``names`` are the values of the braces in the route's template."""

    request: Request
    caller: Caller
    names: Mapping[str, str]


type Operation = Callable[[Call], Answer]
