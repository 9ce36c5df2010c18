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
