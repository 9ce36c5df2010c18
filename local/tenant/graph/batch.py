"""``POST /$batch``: up to twenty requests in one, each answered as if it had come alone."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any
from urllib.parse import parse_qsl

from local.tenant.graph.messages import Answer, Request, bad_request

_MOST = 20
_FAILED_PARENT = {"error": {"code": "FailedDependency", "message": "A request that this one depends on failed."}}


def answer_batch(request: Request, answer: Callable[[Request], Answer], random: Random) -> Answer:
    """The answers, in an order of their own. Raises GraphError (400) for a batch that is malformed as a whole.

    ``answer`` takes one inner request and never raises. Those with ``dependsOn`` wait for theirs, and answer 424 if
    one failed.
    """
    inner = _requests(request.body)
    answers: dict[str, Answer] = {}
    for told in inner:
        failed = [parent for parent in told.get("dependsOn", ()) if answers[parent].status >= 400]
        answers[told["id"]] = Answer(424, _FAILED_PARENT) if failed else answer(_inner(told, request))
    responses = [
        {
            "id": key,
            "status": given.status,
            "headers": {**({"Content-Type": "application/json"} if given.body is not None else {}), **given.headers},
            **({} if given.body is None else {"body": given.body}),
        }
        for key, given in answers.items()
    ]
    random.shuffle(responses)
    return Answer(200, {"responses": responses})


def _requests(body: Any) -> list[dict[str, Any]]:
    inner = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(inner, list) or not inner:
        raise bad_request("Invalid batch payload format.")
    if len(inner) > _MOST:
        raise bad_request(f"The number of batch requests exceeds the maximum of {_MOST}.")
    known: set[str] = set()
    for told in inner:
        _check(told, known)
        known.add(told["id"])
    return inner


def _check(told: Any, known: set[str]) -> None:
    """A request may depend only on those before it."""
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in ("id", "method", "url")):
        raise bad_request("Each request of a batch needs an id, a method and a url.")
    if told["id"] in known:
        raise bad_request(f"Request Id '{told['id']}' is not unique in the batch.")
    if not told["url"].startswith("/"):
        raise bad_request(f"The url of request '{told['id']}' must be relative.")
    if not set(told.get("dependsOn", ())) <= known:
        raise bad_request(f"The dependsOn of request '{told['id']}' names no request before it.")
    content_type = {name.lower(): value for name, value in told.get("headers", {}).items()}.get("content-type")
    if "body" in told and content_type is None:
        raise bad_request(f"Request '{told['id']}' has a body but no Content-Type header.")


def _inner(told: Mapping[str, Any], outer: Request) -> Request:
    path, _, query = told["url"].partition("?")
    headers = {name.lower(): str(value) for name, value in told.get("headers", {}).items()}
    return Request(
        method=told["method"].upper(),
        path=path,
        query=query_options(query),
        headers={**headers, "authorization": outer.headers.get("authorization", "")},
        body=told.get("body"),
        base=outer.base,
    )


def query_options(query: str) -> dict[str, str]:
    """Decoded; names of the system's own options in lower case. Raises GraphError (400) for one that stands twice."""
    options: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        key = name.lower() if name.startswith("$") else name
        if key in options:
            raise bad_request(f"Query option '{key}' was specified more than once.")
        options[key] = value
    return options
