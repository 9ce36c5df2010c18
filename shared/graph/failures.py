"""What Graph answers when it does not answer, in the words of the domain.

Messages are stored and shown: they name the endpoint, the status and Graph's code, never an address, a token or text
of the answer.
"""

import re
from datetime import timedelta

import msgspec

from shared.domain.errors import Conflict, DeltaExpired, NotFound, NotLicensed, PermissionMissing, Refused, Unavailable
from shared.graph.endpoints import Endpoint


class AnswerTooLarge(Unavailable):
    """The answer has more bytes than are read at once. The same request would be answered so again."""


class TooOld(Refused):
    """The window begins before what the service still lists."""


_CODE = re.compile(r"[A-Za-z0-9_.]{1,80}")
_EXPIRED = frozenset(
    {"syncstatenotfound", "syncstateinvalid", "resyncrequired", "directory_expiredpagetoken", "expiredpagetoken"}
)
"""Of links that Graph no longer follows, in lower case: it spells them in more than one way."""
_NOT_LICENSED = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
_NO_LICENCE = re.compile(r"premium licen[cs]e", re.IGNORECASE)
_BUSY_STATUSES = frozenset({408, 409, 412, 423, 425, 429})
"""With all from 500 on: the same request may succeed later."""
_BUSY_CODES = frozenset(
    {"TooManyRequests", "ApplicationThrottled", "Directory_ConcurrencyViolation", "AF429", "AF50000"}
)
_BY_CODE: dict[str, type[Exception]] = {
    "AF20022": NotFound,
    "AF20023": NotFound,
    "AF20024": Conflict,
    "AF20030": TooOld,
    "AF20050": NotFound,
    "AF20051": NotFound,
    "AF20055": TooOld,
}
"""Of the Management Activity API, which answers 400 to nearly everything: no subscription, or one that an
administrator ended; one that is there already; a window that is too long, as ours never are, or too long ago; content
that is not there, or no longer."""
_NO_ACTIVITY_FEED = "AF10001"


def failure_of(endpoint: Endpoint, status: int, code: str | None, retry_after: timedelta | None) -> Exception:
    """The error for an answer that is no success. ``code``: as ``code_in`` found it in the body."""
    told = f"{endpoint.name} answered {status} {code or ''}".rstrip()
    if status >= 500 or status in _BUSY_STATUSES or code in _BUSY_CODES:
        return Unavailable(told, retry_after)
    if code in _BY_CODE:
        return _BY_CODE[code](told)
    if code == _NO_ACTIVITY_FEED:
        return PermissionMissing(endpoint.name, endpoint.permissions)
    if status == 401:
        return Unavailable(f"{told}: the token was refused")
    if status == 410 or (code or "").lower() in _EXPIRED:
        return DeltaExpired(told)
    if code is None:
        # A proxy or a gateway in between said so: it knows nothing of permissions, nor of what exists.
        return Unavailable(f"{told}, without Graph's error")
    if code == _NOT_LICENSED:
        return NotLicensed(f"{endpoint.name} needs {endpoint.licence} that the tenant does not have")
    if status == 403:
        return PermissionMissing(endpoint.name, endpoint.permissions)
    return NotFound(told) if status == 404 else Refused(told)


def code_in(body: bytes | object) -> str | None:
    """The code in Graph's error body, as bytes or decoded; None where there is none that may be shown.

    That of a missing licence also where only the message tells of it: some services give the code of a missing
    permission, and whoever granted that would not know what to do.
    """
    if isinstance(body, bytes):
        try:
            body = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return None
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return None
    code, message = error.get("code"), error.get("message")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return None
    return _NOT_LICENSED if isinstance(message, str) and _NO_LICENCE.search(message) else code
