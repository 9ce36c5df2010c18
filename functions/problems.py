"""What goes wrong while a request is served, and how the API says so (RFC 9457)."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from functions.models.problems import FieldError, Problem, ProblemKind
from shared.domain.authentication import ClientNotAllowed, NotAuthenticated
from shared.domain.errors import Conflict, Misconfigured, Unavailable
from shared.domain.lifecycle import IllegalTransition
from shared.domain.triage import TriageRefused
from shared.pipeline.detection.triage import StaleEtag, UnknownAlert
from shared.pipeline.governance.acting_policies import ActingPolicy
from shared.pipeline.governance.errors import NotTunable, PolicyExists, PolicyRefused, StalePolicy, UnknownPolicy
from shared.pipeline.governance.simulations import UnknownSimulation
from shared.pipeline.governance.told_problems import told
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
_LONGEST_PART: Final = 80


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


def told_fields(error: PolicyRefused, member: str | None = None) -> tuple[FieldError, ...]:
    """Places and texts, from the member of the body on in which the policy stands."""
    return tuple(FieldError.model_validate(one) for one in told(error.problems, member))


_TOLD: Final[Mapping[type[Exception], tuple[ProblemKind, str]]] = {
    NotAuthenticated: (ProblemKind.NOT_AUTHENTICATED, "Sign in, or send a valid bearer token."),
    ClientNotAllowed: (ProblemKind.CLIENT_NOT_ALLOWED, "The program that you call with is not allowed."),
    UnknownAlert: (ProblemKind.NOT_FOUND, "There is no such alert."),
    UnknownApp: (ProblemKind.NOT_FOUND, "There is no such app."),
    UnknownRemediation: (ProblemKind.NOT_FOUND, "There is no such remediation."),
    UnknownSimulation: (ProblemKind.NOT_FOUND, "There is no such simulation, or it has had its time."),
    UnknownExport: (ProblemKind.NOT_FOUND, "You have no such export."),
    UnknownPolicy: (ProblemKind.NOT_FOUND, "There is no such policy, version, template, exemption or list."),
    PolicyExists: (ProblemKind.POLICY_EXISTS, "There is a policy of this id already: choose another one."),
    StalePolicy: (ProblemKind.STALE_ETAG, "It has changed: read it again."),
    StaleEtag: (ProblemKind.STALE_ETAG, "The alert has changed: read it again."),
    Conflict: (ProblemKind.UNAVAILABLE, "Others change it all the time: try again in a moment."),
    Unavailable: (ProblemKind.UNAVAILABLE, "Try again in a moment."),
}
"""Errors of which callers are told no more than this."""

_EXPLAINED: Final[Mapping[type[Exception], ProblemKind]] = {
    ActingPolicy: ProblemKind.MISSING_RIGHT,
    NotTunable: ProblemKind.NOT_TUNABLE,
    RemediationActive: ProblemKind.REMEDIATION_ACTIVE,
    NothingToUndo: ProblemKind.NOTHING_TO_UNDO,
}
"""Errors whose own text is for callers."""
_QUOTING: Final = (PolicyRefused, PolicyExists, UnknownPolicy)


def problem_of(error: Exception) -> Problem:
    """The problem that tells a caller of ``error``. An error that nobody foresaw is logged and tells nothing."""
    told = next((told for kind, told in _TOLD.items() if isinstance(error, kind)), None)
    if told is not None:
        return _problem(*told)
    explained = next((kind for each, kind in _EXPLAINED.items() if isinstance(error, each)), None)
    if explained is not None:
        return _problem(explained, str(error))
    match error:
        case RequestRefused():
            return _problem(error.kind, error.detail, error.errors)
        case PolicyRefused():
            return _problem(ProblemKind.INVALID_REQUEST, "It cannot be used as it is.", told_fields(error))
        case IllegalTransition() | TriageRefused() | UnfitAlert() | RequestKeyReused():
            return _of_field(error)
        case RemediationRefused():
            advice = FieldError(field=error.obstacle.code, message=error.obstacle.advice)
            return _problem(ProblemKind.REMEDIATION_REFUSED, error.obstacle.message, (advice,))
        case Misconfigured():
            _log.error("wrong settings: %s", error)
            return _problem(
                ProblemKind.MISCONFIGURED, "The service is not set up; its operator has to look at its log."
            )
        case _:
            _log.error("request failed", exc_info=error)
            return _problem(ProblemKind.INTERNAL_ERROR, "Something went wrong on our side.")


def reason_of(error: Exception, problem: Problem) -> str:
    """For the log. An error that quotes the address or the body is told as its caller was told it."""
    return problem.detail or "" if isinstance(error, _QUOTING) else str(error)


def _of_field(error: IllegalTransition | TriageRefused | UnfitAlert | RequestKeyReused) -> Problem:
    match error:
        case IllegalTransition():
            return _refused_field(ProblemKind.ILLEGAL_TRANSITION, "status", str(error))
        case TriageRefused():
            return _refused_field(ProblemKind.INVALID_REQUEST, error.field, str(error))
        case UnfitAlert():
            return _refused_field(ProblemKind.INVALID_REQUEST, "alertId", str(error))
        case RequestKeyReused():
            return _refused_field(ProblemKind.KEY_REUSED, "Idempotency-Key", "stands for another request of yours")


def _refused_field(kind: ProblemKind, field: str, message: str) -> Problem:
    return _problem(kind, message, (FieldError(field=field, message=message),))


def _problem(kind: ProblemKind, detail: str, errors: tuple[FieldError, ...] = ()) -> Problem:
    return Problem(type=kind.type, title=kind.status.phrase, status=kind.status.value, detail=detail, errors=errors)


def _place(location: tuple[int | str, ...]) -> str:
    """``changes.status`` or ``ids[3]``; empty for the request as a whole."""
    place = ""
    for part in location:
        # The keys of a body are whatever the caller sent.
        named = part if isinstance(part, int) else part[:_LONGEST_PART]
        place += f"[{named}]" if isinstance(named, int) else f".{named}" if place else named
    return place


def _message(found: Mapping[str, Any]) -> str:
    if found["type"] == "extra_forbidden":
        return "is not known here"
    return str(found["msg"]).removeprefix("Value error, ")
