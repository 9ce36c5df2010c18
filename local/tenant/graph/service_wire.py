"""The wire of the services that are not Graph: the same faults and the same counts, in their own words."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import ClientConnectionResetError, web

from local.tenant.graph.batch import query_options
from local.tenant.graph.broken_answers import send_broken
from local.tenant.graph.faults import BROKEN, PAGES, REFUSALS, Fault, Faults
from local.tenant.graph.messages import Answer, GraphError, Request
from local.tenant.graph.throttling import Throttling


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One call: ``endpoint`` as faults and counts name it, and how this service says that there were too many.

    ``link_name`` is the property that leads to the next page, None for what has no pages; ``in_header`` says that it
    is a header.
    """

    endpoint: str
    client_id: str
    throttled: GraphError
    link_name: str | None = None
    in_header: bool = False


class ServiceWire:
    """Shared by all services of the tenant, since the counts are."""

    def __init__(self, faults: Faults, throttling: Throttling) -> None:
        self._faults = faults
        self._throttling = throttling

    async def respond(
        self, request: web.Request, call: ServiceCall, operate: Callable[[], Answer]
    ) -> web.StreamResponse:
        """Raises GraphError for what is refused, before anything happens."""
        faults = self._faults
        self._throttling.admit(call.endpoint, call.client_id, faults.retry_after)
        fault = faults.draw(call.endpoint, REFUSALS | BROKEN | (PAGES if call.link_name else frozenset()))
        if fault in REFUSALS:
            refusal = faults.refusal(fault, call.throttled)
            raise self._throttling.told(call.endpoint, call.client_id, refusal)
        answer = operate()
        if fault in PAGES and call.link_name:
            answer = faults.page(fault, read_request(request), answer, call.link_name, in_header=call.in_header)
        return await self._sent(request, answer, fault)

    async def _sent(self, request: web.Request, answer: Answer, fault: Fault | None) -> web.StreamResponse:
        if fault is not None and fault in BROKEN:
            try:
                return await send_broken(request, fault, answer.body, self._faults)
            except ClientConnectionResetError:
                # The client has seen enough.
                return web.Response()
        if answer.body is None:
            return web.Response(status=answer.status, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)


def read_request(request: web.Request) -> Request:
    return Request(
        method=request.method,
        path=request.path,
        query=query_options(request.rel_url.raw_query_string),
        headers={name.lower(): value for name, value in request.headers.items()},
        base=f"{request.scheme}://{request.host}",
    )
