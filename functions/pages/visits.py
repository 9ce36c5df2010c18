"""From a request to what its page reads: who asks, and the query and form, validated by the route's own models."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import azure.functions as func
from pydantic import ValidationError

from functions.models.shapes import Parameters
from functions.pages.forms import Form, forged, read_fields, refuse_other_sites
from functions.pages.route import PageRoute
from functions.problems import invalid_by
from shared.bootstrap import access
from shared.domain.roles import Caller


@dataclass(frozen=True, kw_only=True)
class Visit[P: Parameters, F: Form]:
    """One request, read and validated. ``query`` is as sent, without its empty values; ``now`` is UTC."""

    caller: Caller
    parameters: P
    form: F
    path: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    now: datetime

    def link(self, **changes: str | None) -> str:
        """This page with other parameters, relative to itself; None takes a parameter away."""
        kept = [(name, value) for name, value in self.query if name not in changes]
        query = urlencode([*kept, *((name, value) for name, value in changes.items() if value is not None)])
        return f"?{query}"


async def read_visit[P: Parameters, F: Form](
    route: PageRoute[P, F], request: func.HttpRequest, caller: Caller, now: datetime
) -> Visit[P, F]:
    """Raises RequestRefused."""
    fields = await _own_fields(route, request, caller, now) if route.method == "POST" else {}
    try:
        return Visit(
            caller=caller,
            # A filter that was left empty does not filter: browsers send its field all the same.
            parameters=route.parameters.model_validate({name: text for name, text in request.params.items() if text}),
            form=route.form.model_validate(fields),
            path=request.route_params,
            query=query_of(request),
            now=now,
        )
    except ValidationError as error:
        raise invalid_by(error) from None


def query_of(request: func.HttpRequest) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(urlsplit(request.url).query))


async def _own_fields[P: Parameters, F: Form](
    route: PageRoute[P, F], request: func.HttpRequest, caller: Caller, now: datetime
) -> dict[str, str]:
    """Both signs that the form is ours are asked for: either alone has been got round in some browser."""
    refuse_other_sites(request)
    fields, token = read_fields(request, route.most_form_bytes)
    if not await access().form_tokens.accepts(token, caller.id, now):
        raise forged()
    return fields
