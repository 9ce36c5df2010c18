"""Bodies of answers, decoded into the shape that is expected or told to be something else."""

from typing import TYPE_CHECKING, Any

import msgspec

from shared.domain.display import inert
from shared.domain.errors import Unavailable
from shared.graph.endpoints import Endpoint

if TYPE_CHECKING:
    import httpx


def decoded[T](endpoint: Endpoint, response: "httpx.Response", shape: type[T]) -> T:
    """The body of a success. Raises Unavailable if it is not whole JSON of that shape: a proxy's page, or cut short."""
    told = response.headers.get("content-type", "none").partition(";")[0].strip().lower()
    if response.status_code != 200 or told != "application/json":
        raise Unavailable(f"{endpoint.name} answered {response.status_code} with content type {inert(told, 40)}")
    try:
        # Checked here, since what is kept as it came is not decoded and may hold anything.
        response.content.decode()
        return msgspec.json.decode(response.content, type=shape)
    except (ValueError, RecursionError) as error:
        raise Unavailable(f"{endpoint.name} answered with {_fault(error)}") from None


def converted[T](endpoint: Endpoint, body: Any, shape: type[T]) -> T:
    """The same for a body inside a batch, which is decoded already."""
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        raise Unavailable(f"{endpoint.name} answered with {_fault(error)}") from None


def _fault(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "JSON that is nested too deeply"
    if isinstance(error, msgspec.ValidationError):
        return f"JSON of another shape: {inert(str(error), 120)}"
    return "broken JSON"
