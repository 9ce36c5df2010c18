"""Makes an HTTP function of a page: who asks, may he, what does he ask; then the page; then the answer.

The order is that of the API's endpoints. Whoever is not signed in is sent to sign in; whoever has no right learns which
one it takes and which roles have it; only then is the request read.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import azure.functions as func

from functions.admission import admit
from functions.models.shapes import Parameters
from functions.pages.answers import (
    Answer,
    AssetFile,
    FileDownload,
    SeeOther,
    View,
    asset_response,
    download_response,
    page_response,
    redirect_response,
)
from functions.pages.forms import Form
from functions.pages.rendering import Frame, render
from functions.pages.route import PageRoute
from functions.pages.visits import Visit, query_of, read_visit
from functions.problems import problem_of
from shared.bootstrap import access, services
from shared.domain.authentication import NotAuthenticated
from shared.domain.roles import RIGHTS, Caller, Right
from shared.pipeline.services import Services

_SIGN_IN = "/.auth/login/aad"
_log = logging.getLogger(__name__)

type Handler[P: Parameters, F: Form] = Callable[[Visit[P, F], Services], Awaitable[Answer]]


class _NoRight(Exception):
    def __init__(self, caller: Caller, right: Right) -> None:
        super().__init__(right.value)
        self.caller = caller
        self.right = right


def page[P: Parameters, F: Form](
    blueprint: func.Blueprint, route: PageRoute[P, F]
) -> Callable[[Handler[P, F]], Handler[P, F]]:
    """Registers the decorated handler as the function of ``route``, and leaves it callable as it is."""

    def register(handler: Handler[P, F]) -> Handler[P, F]:
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


async def _answer[P: Parameters, F: Form](
    route: PageRoute[P, F], handler: Handler[P, F], request: func.HttpRequest
) -> func.HttpResponse:
    started = time.perf_counter()
    facts: dict[str, object] = {"route": route.name}
    now = datetime.now(UTC)
    caller: Caller | None = None
    try:
        caller = await _admit(route, request, now)
        facts["caller"] = caller.id
        visit = await read_visit(route, request, caller, now)
        response = await _response(await handler(visit, services()), caller, now)
    except NotAuthenticated as error:
        facts["reason"] = str(error)
        response = redirect_response(_sign_in(route, request))
    except _NoRight as error:
        facts |= {"caller": error.caller.id, "right": error.right.value}
        response = _refusal(error, now)
    except Exception as error:  # whatever it is, the visitor gets a page that tells no internals
        problem = problem_of(error)
        facts["problem"] = problem.type
        view = View(template="problem.html", values={"problem": problem}, status=problem.status)
        response = page_response(render(view, Frame(now=now, caller=caller)), problem.status)
    milliseconds = round((time.perf_counter() - started) * 1000)
    # Never the address, a header or the form: they hold what people look for, and what attackers write.
    facts |= {"status": response.status_code, "milliseconds": milliseconds}
    _log.info("%s answered %d", route.name, response.status_code, extra=facts)
    return response


async def _admit[P: Parameters, F: Form](route: PageRoute[P, F], request: func.HttpRequest, now: datetime) -> Caller:
    """The visitor, if he may see this page. Raises what ``problem_of`` knows, NotAuthenticated and _NoRight."""
    caller = await admit(request, now)
    if isinstance(route.right, Right) and not caller.may(route.right):
        raise _NoRight(caller, route.right)
    return caller


async def _response(answer: Answer, caller: Caller, now: datetime) -> func.HttpResponse:
    match answer:
        case View():
            token = await access().form_tokens.issue(caller.id, now)
            return page_response(render(answer, Frame(now=now, caller=caller, form_token=token)), answer.status)
        case SeeOther():
            return redirect_response(answer.address)
        case AssetFile():
            return asset_response(answer)
        case FileDownload():
            return download_response(answer)


def _refusal(refused: _NoRight, now: datetime) -> func.HttpResponse:
    roles = [role for role, rights in RIGHTS.items() if refused.right in rights]
    values = {"right": refused.right, "roles": roles}
    view = View(template="no_right.html", values=values, status=403)
    return page_response(render(view, Frame(now=now, caller=refused.caller)), view.status)


def _sign_in[P: Parameters, F: Form](route: PageRoute[P, F], request: func.HttpRequest) -> str:
    """Back to the same page afterwards. Its address is made from the route, so it is one of ours whatever was sent."""
    back = route.address(**request.route_params)
    if route.method == "GET" and (query := query_of(request)):
        back += f"?{urlencode(query)}"
    return f"{_SIGN_IN}?{urlencode({'post_login_redirect_uri': back})}"
