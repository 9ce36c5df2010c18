"""What may go wrong outside, in the words of the verbs. Adapters translate their SDK's errors into these."""

from datetime import timedelta


class Conflict(Exception):
    """Somebody else changed it first: read again, decide again."""


class Misconfigured(Exception):
    """A setting is wrong, so nothing can work until an operator mends it: one line per setting, without its value."""


class Unavailable(Exception):
    """The outside is down, busy or throttling: try again, not before ``retry_after`` where it said so.

    The message is stored and shown to operators: it must hold no secret.
    """

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class PermissionMissing(Exception):
    """Our identity may not do this: only an administrator can help, by granting one of ``permissions``."""

    def __init__(self, endpoint: str, permissions: tuple[str, ...]) -> None:
        super().__init__(f"{endpoint} needs {' or '.join(permissions)}")
        self.endpoint = endpoint
        self.permissions = permissions


class NotLicensed(Exception):
    """The tenant has no licence for what was asked."""


class NotFound(Exception):
    """The object is not there, or not there yet: replicas of the directory lag by seconds to minutes."""


class Refused(Exception):
    """The outside understood the request and will never do it. The message holds no secret."""


class DeltaExpired(Exception):
    """The link for changes is too old or no longer known: a full read has to begin anew."""
