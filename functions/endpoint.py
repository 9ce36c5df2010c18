"""Makes an HTTP function of a handler: who calls, may they, what do they ask; then the handler; then the answer.

The order is fixed. A stranger learns nothing but 401, not even whether what he sent was valid; a caller without the
right learns nothing but 403; only then is the request read.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import azure.functions as func

from functions.admission import admit
from functions.models.problems import ProblemKind
from functions.models.shapes import Body, Parameters
from functions.problems import RequestRefused, problem_of, reason_of
from functions.replies import FileReply, Reply, problem_response, response_to
from functions.requests import Call, read_call, refuse_cross_site
from functions.route import Open, Route
from shared.bootstrap import services
from shared.domain.errors import Unavailable
from shared.domain.roles import Caller
from shared.pipeline.services import Services

_ANYBODY: Final = Caller(id="", name="anybody", is_user=False, roles=frozenset())
_log = logging.getLogger(__name__)

type Handler[P: Parameters, B: Body] = Callable[[Call[P, B], Services], Awaitable[Reply | FileReply]]


def endpoint[P: Parameters, B: Body](
    blueprint: func.Blueprint, route: Route[P, B]
) -> Callable[[Handler[P, B]], Handler[P, B]]:
    """Registers the decorated handler as the function of ``route``, and leaves it callable as it is."""

    def register(handler: Handler[P, B]) -> Handler[P, B]:
        async def answer(request: func.HttpRequest) -> func.HttpResponse:
            return await _answer(route, handler, request)

        trigger = blueprint.route(
            route.template,
            trigger_arg_name="request",
            methods=[route.method],
            auth_level=func.AuthLevel.ANONYMOUS,  # the platform's authentication guards all; keys guard nothing
        )
        blueprint.function_name(route.name)(trigger(answer))
        return handler

    return register


async def _answer[P: Parameters, B: Body](
    route: Route[P, B], handler: Handler[P, B], request: func.HttpRequest
) -> func.HttpResponse:
    started = time.perf_counter()
    facts: dict[str, object] = {"route": route.name}
    try:
        now = datetime.now(UTC)
        caller = await _admit(route, request, now)
        facts["caller"] = caller.id
        reply = await handler(read_call(route, request, caller, now), services())
        last_complete_read = None if caller is _ANYBODY else await services().freshness.last_complete_read(now)
        response = response_to(reply, last_complete_read)
    except Exception as error:  # whatever it is, the caller gets a problem body that tells no internals
        problem = problem_of(error)
        facts["problem"] = problem.type
        if problem.status != 500:
            facts["reason"] = reason_of(error, problem)
        response = problem_response(
            problem,
            error.retry_after if isinstance(error, Unavailable) else None,
            error.headers if isinstance(error, RequestRefused) else None,
        )
    milliseconds = round((time.perf_counter() - started) * 1000)
    # Never the address, a header or the body: they hold what callers look for, and what attackers write.
    facts |= {"status": response.status_code, "milliseconds": milliseconds}
    _log.info("%s answered %d", route.name, response.status_code, extra=facts)
    return response


async def _admit[P: Parameters, B: Body](route: Route[P, B], request: func.HttpRequest, now: datetime) -> Caller:
    """The caller, if he may call this route. Raises what ``problem_of`` knows."""
    if isinstance(route.right, Open):
        return _ANYBODY
    caller = await admit(request, now)
    if not caller.may(route.right):
        raise RequestRefused(ProblemKind.MISSING_RIGHT, f"This needs the right {route.right.value!r}.")
    refuse_cross_site(request)
    return caller
