"""Problems, after RFC 9457: their kinds, one table for code, OpenAPI document and reference page, and their bodies."""

from enum import Enum
from http import HTTPStatus

from functions.models.shapes import Sent


class ProblemKind(Enum):
    """The stable end of a problem's ``type``, its status, and what it means."""

    INVALID_REQUEST = ("invalid-request", 400, "A parameter or member is not valid; `errors` names each")
    NOT_AUTHENTICATED = ("not-authenticated", 401, "Nobody known calls")
    MISSING_RIGHT = ("missing-right", 403, "None of the caller's roles has the right")
    CLIENT_NOT_ALLOWED = ("client-not-allowed", 403, "The program that the caller uses is not allowed")
    CROSS_SITE_REQUEST = ("cross-site-request", 403, "A page of another site sent a change with this user's session")
    NOT_FOUND = ("not-found", 404, "There is no such thing")
    ILLEGAL_TRANSITION = ("illegal-transition", 409, "The alert cannot go from its status to the one asked for")
    REMEDIATION_REFUSED = (
        "remediation-refused",
        409,
        "A guard stands in the way of the remediation; `errors` names it by its code",
    )
    REMEDIATION_ACTIVE = ("remediation-active", 409, "Another remediation of the app is not finished")
    NOTHING_TO_UNDO = ("nothing-to-undo", 409, "The remediation wrote nothing, is undone, or was overtaken")
    POLICY_EXISTS = ("policy-exists", 409, "The id is taken by another policy, of the tenant or of the product")
    NOT_TUNABLE = ("not-tunable", 409, "A bundled policy can be tuned and switched, not rewritten or deleted")
    STALE_ETAG = ("stale-etag", 412, "It is no longer the version that If-Match names")
    BODY_TOO_LARGE = ("body-too-large", 413, "The body is too large")
    UNSUPPORTED_MEDIA_TYPE = ("unsupported-media-type", 415, "The body is not application/json")
    RANGE_NOT_SATISFIABLE = ("range-not-satisfiable", 416, "The range lies outside the file")
    KEY_REUSED = ("idempotency-key-reused", 422, "The key of this caller stands for another request")
    INTERNAL_ERROR = ("internal-error", 500, "Something went wrong on the service's side; its log says what")
    UNAVAILABLE = (
        "unavailable",
        503,
        "Storage or the authority does not answer, or others write all the time; try again",
    )
    MISCONFIGURED = ("misconfigured", 503, "A setting of the service is wrong; its log names it")
    AUTHENTICATION_BROKEN = (
        "authentication-broken",
        503,
        "The hourly probe found that the platform lets forged identities through",
    )

    def __init__(self, name: str, status: int, meaning: str) -> None:
        self.type = f"urn:consentry:problem:{name}"
        self.status = HTTPStatus(status)
        self.meaning = meaning


class FieldError(Sent):
    """What is wrong with one member or parameter. What the caller sent is never repeated."""

    field: str
    message: str


class Problem(Sent):
    """``application/problem+json``. ``type`` is stable and meant for programs, ``detail`` for people."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: tuple[FieldError, ...] = ()
