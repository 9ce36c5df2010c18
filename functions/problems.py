"""What goes wrong while a request is served, and how the API says so (RFC 9457)."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from functions.models.problems import FieldError, Problem, ProblemKind
from shared.domain.authentication import ClientNotAllowed, NotAuthenticated
from shared.domain.errors import Misconfigured, Unavailable
from shared.domain.lifecycle import IllegalTransition
from shared.domain.triage import TriageRefused
from shared.pipeline.detection.triage import StaleEtag, UnknownAlert
from shared.pipeline.inventory.export_apps import UnknownExport
from shared.pipeline.remediation.errors import (
    NothingToUndo,
    RemediationActive,
    RemediationRefused,
    RequestKeyReused,
    UnfitAlert,
    UnknownApp,
    UnknownRemediation,
)

_log = logging.getLogger(__name__)


class RequestRefused(Exception):
    """The API itself refuses the request. ``detail`` is shown to the caller and repeats nothing that it sent."""

    def __init__(
        self, kind: ProblemKind, detail: str, *errors: FieldError, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.headers = headers
        self.kind = kind
        self.detail = detail
        self.errors = errors


def invalid(*errors: FieldError) -> RequestRefused:
    return RequestRefused(ProblemKind.INVALID_REQUEST, "The request is not valid.", *errors)


def invalid_by(error: ValidationError) -> RequestRefused:
    """Names every parameter or member that the model refused."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return invalid(*(FieldError(field=_place(each["loc"]), message=_message(each)) for each in found))


_TOLD: Final[Mapping[type[Exception], tuple[ProblemKind, str]]] = {
    NotAuthenticated: (ProblemKind.NOT_AUTHENTICATED, "Sign in, or send a valid bearer token."),
    ClientNotAllowed: (ProblemKind.CLIENT_NOT_ALLOWED, "The program that you call with is not allowed."),
    UnknownAlert: (ProblemKind.NOT_FOUND, "There is no such alert."),
    UnknownApp: (ProblemKind.NOT_FOUND, "There is no such app."),
    UnknownRemediation: (ProblemKind.NOT_FOUND, "There is no such remediation."),
    UnknownExport: (ProblemKind.NOT_FOUND, "You have no such export."),
    StaleEtag: (ProblemKind.STALE_ETAG, "The alert has changed: read it again."),
    Unavailable: (ProblemKind.UNAVAILABLE, "Try again in a moment."),
}
"""Errors of which callers are told no more than this."""


def problem_of(error: Exception) -> Problem:
    """The problem that tells a caller of ``error``. An error that nobody foresaw is logged and tells nothing."""
    told = next((told for kind, told in _TOLD.items() if isinstance(error, kind)), None)
    if told is not None:
        return _problem(*told)
    match error:
        case RequestRefused():
            return _problem(error.kind, error.detail, error.errors)
        case IllegalTransition():
            return _refused_field(ProblemKind.ILLEGAL_TRANSITION, "status", str(error))
        case TriageRefused():
            return _refused_field(ProblemKind.INVALID_REQUEST, error.field, str(error))
        case UnfitAlert():
            return _refused_field(ProblemKind.INVALID_REQUEST, "alertId", str(error))
        case RequestKeyReused():
            return _refused_field(ProblemKind.KEY_REUSED, "Idempotency-Key", "stands for another request of yours")
        case RemediationRefused():
            advice = FieldError(field=error.obstacle.code, message=error.obstacle.advice)
            return _problem(ProblemKind.REMEDIATION_REFUSED, error.obstacle.message, (advice,))
        case RemediationActive() | NothingToUndo():
            active = isinstance(error, RemediationActive)
            return _problem(ProblemKind.REMEDIATION_ACTIVE if active else ProblemKind.NOTHING_TO_UNDO, str(error))
        case Misconfigured():
            _log.error("wrong settings: %s", error)
            return _problem(
                ProblemKind.MISCONFIGURED, "The service is not set up; its operator has to look at its log."
            )
        case _:
            _log.error("request failed", exc_info=error)
            return _problem(ProblemKind.INTERNAL_ERROR, "Something went wrong on our side.")


def _refused_field(kind: ProblemKind, field: str, message: str) -> Problem:
    return _problem(kind, message, (FieldError(field=field, message=message),))


def _problem(kind: ProblemKind, detail: str, errors: tuple[FieldError, ...] = ()) -> Problem:
    return Problem(type=kind.type, title=kind.status.phrase, status=kind.status.value, detail=detail, errors=errors)


def _place(location: tuple[int | str, ...]) -> str:
    """``changes.status`` or ``ids[3]``; empty for the request as a whole."""
    place = ""
    for part in location:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place


def _message(found: Mapping[str, Any]) -> str:
    if found["type"] == "extra_forbidden":
        return "is not known here"
    return str(found["msg"]).removeprefix("Value error, ")
