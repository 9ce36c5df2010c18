"""What the storage services answer, in the words of the domain: Conflict, Unavailable, or a bug that passes through.

Messages of Unavailable are stored and shown: they name the status and the service's code, never an address or a key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
)

from shared.domain.errors import Conflict, Unavailable


class RowTooLarge(Exception):
    """A row, or a batch of rows that belong together, is beyond what Table Storage takes."""


class NewerSchema(Exception):
    """A row was written by a newer version: this one would misread it."""


_CHANGED_CODES = frozenset(
    {"ConditionNotMet", "EntityAlreadyExists", "EntityNotFound", "ResourceNotFound", "UpdateConditionNotSatisfied"}
)
"""Of a condition that no longer holds. Azurite answers them with status 400 inside a batch."""
_BEING_DELETED = frozenset({"ContainerBeingDeleted", "QueueBeingDeleted", "TableBeingDeleted"})
_BUSY_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
_REFUSED_STATUSES = frozenset({401, 403})
"""A role is missing, or so new that it does not count yet, or the account's network rules keep us out. An operator can
mend each of them, so the work must wait for that rather than be given up.
"""


@contextmanager
def translated() -> Iterator[None]:
    """Turn a client's errors into Conflict and Unavailable; anything else passes as it is."""
    try:
        yield
    except HttpResponseError as error:
        raise _translation(error) from error
    except (ServiceRequestError, ServiceResponseError, IncompleteReadError, TimeoutError, OSError) as error:
        raise Unavailable(f"storage could not be reached: {type(error).__name__}") from error


def code_of(error: HttpResponseError) -> str:
    """The service's own name for what is wrong, empty where it gave none."""
    code = getattr(error, "error_code", None)
    return str(getattr(code, "value", code) or "")


def _translation(error: HttpResponseError) -> Exception:
    code = code_of(error)
    if error.status_code in _BUSY_STATUSES or code in _BEING_DELETED:
        return Unavailable(f"storage answered {error.status_code} {code}".rstrip(), _retry_after(error))
    if error.status_code in _REFUSED_STATUSES or isinstance(error, ClientAuthenticationError):
        # A credential that could not be had has no status.
        shown = f"{error.status_code} {code}".rstrip() if error.status_code else type(error).__name__
        return Unavailable(f"storage refused the service: {shown}")
    if error.status_code in {409, 412} or code in _CHANGED_CODES:
        return Conflict(code or str(error.status_code))
    return error


def _retry_after(error: HttpResponseError) -> timedelta | None:
    """The services give whole seconds; anything else counts as not given."""
    header: str = getattr(error.response, "headers", {}).get("Retry-After", "")
    return timedelta(seconds=int(header)) if header.isascii() and header.isdigit() and len(header) < 6 else None
