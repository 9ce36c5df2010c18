"""What goes wrong, and how the API says so: one table from errors to problem bodies (RFC 9457)."""

import logging
from http import HTTPStatus

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from functions.models.problems import FieldError, Problem
from shared.domain.authentication import ClientNotAllowed, NotAuthenticated
from shared.domain.errors import Unavailable
from shared.domain.roles import Right
from shared.domain.triage import IllegalTransition, TriageRefused
from shared.pipeline.triage import StaleEtag, UnknownAlert

_log = logging.getLogger(__name__)


class RequestRefused(Exception):
    """A request that the API itself refuses; the detail is shown to the caller and repeats nothing it sent."""

    status: HTTPStatus
    kind: str

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class MissingRight(RequestRefused):
    status, kind = HTTPStatus.FORBIDDEN, "missing-right"

    def __init__(self, right: Right) -> None:
        super().__init__(f"None of your roles has the right {right.value!r}.")


class CrossSiteRequest(RequestRefused):
    status, kind = HTTPStatus.FORBIDDEN, "cross-site-request"


class NotFound(RequestRefused):
    status, kind = HTTPStatus.NOT_FOUND, "not-found"


class BodyTooLarge(RequestRefused):
    status, kind = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-too-large"


class UnsupportedMediaType(RequestRefused):
    status, kind = HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type"


class AuthenticationBroken(RequestRefused):
    status, kind = HTTPStatus.SERVICE_UNAVAILABLE, "authentication-broken"


class InvalidRequest(RequestRefused):
    """Parameters or members that cannot be; each is named."""

    status, kind = HTTPStatus.BAD_REQUEST, "invalid-request"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("The request is not valid.")
        self.errors = errors

    @classmethod
    def by(cls, error: ValidationError) -> "InvalidRequest":
        found = error.errors(include_input=False, include_url=False, include_context=False)
        return cls(*(FieldError(field=_place(each["loc"]), message=_message(each)) for each in found))


def problem_of(error: Exception) -> Problem:
    """The problem that tells a caller of ``error``. An error that nobody foresaw is logged and tells nothing."""
    match error:
        case InvalidRequest():
            return _problem(error.status, error.kind, error.detail, error.errors)
        case RequestRefused():
            return _problem(error.status, error.kind, error.detail)
        case NotAuthenticated():
            return _problem(HTTPStatus.UNAUTHORIZED, "not-authenticated", "Sign in, or send a valid bearer token.")
        case ClientNotAllowed():
            return _problem(HTTPStatus.FORBIDDEN, "client-not-allowed", "The program you call with is not allowed.")
        case UnknownAlert():
            return _problem(HTTPStatus.NOT_FOUND, "not-found", "There is no such alert.")
        case StaleEtag():
            return _problem(HTTPStatus.PRECONDITION_FAILED, "stale-etag", "The alert has changed: read it again.")
        case IllegalTransition():
            return _refused_field(HTTPStatus.CONFLICT, "illegal-transition", error)
        case TriageRefused():
            return _refused_field(HTTPStatus.BAD_REQUEST, "invalid-request", error)
        case Unavailable():
            return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Try again in a moment.")
        case _:
            _log.error("request failed", exc_info=error)
            return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", "Something went wrong on our side.")


def _refused_field(status: HTTPStatus, kind: str, error: TriageRefused) -> Problem:
    message = str(error)
    return _problem(
        status, kind, f"{message[0].upper()}{message[1:]}.", (FieldError(field=error.field, message=message),)
    )


def _problem(status: HTTPStatus, kind: str, detail: str, errors: tuple[FieldError, ...] = ()) -> Problem:
    return Problem(
        type=f"urn:consentry:problem:{kind}", title=status.phrase, status=status.value, detail=detail, errors=errors
    )


def _place(location: tuple[int | str, ...]) -> str:
    """``changes.status`` or ``ids[3]``; empty for the request as a whole."""
    place = ""
    for part in location:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place


def _message(found: ErrorDetails) -> str:
    if found["type"] == "extra_forbidden":
        return "is not known here"
    return found["msg"].removeprefix("Value error, ")
