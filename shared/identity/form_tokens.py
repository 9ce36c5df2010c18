"""Tokens in forms: proof that the form came from a page which this service gave to this very caller, lately.

A token is a keyed hash of the caller's id and the day, so nothing is stored for it. That of the day before is accepted
too: a page may stay open over midnight.
"""

import hashlib
import hmac
from datetime import date, datetime, timedelta
from typing import Protocol

_DAYS = (timedelta(0), timedelta(days=1))


class FormKey(Protocol):
    """The secret that all instances share."""

    async def read(self) -> bytes: ...


class FormTokens:
    """Raises Unavailable while the key cannot be read; it is read once."""

    def __init__(self, key: FormKey) -> None:
        self._stored = key
        self._key: bytes | None = None

    async def issue(self, caller_id: str, now: datetime) -> str:
        """The token for the forms of a page. ``now`` is UTC."""
        return _token(await self._read(), caller_id, now.date())

    async def accepts(self, token: str, caller_id: str, now: datetime) -> bool:
        """Whether a form with this token came from a page of this caller, of today or yesterday."""
        key = await self._read()
        given = token.encode("utf-8", "replace")
        return any(hmac.compare_digest(given, _token(key, caller_id, (now - ago).date()).encode()) for ago in _DAYS)

    async def _read(self) -> bytes:
        if self._key is None:
            self._key = await self._stored.read()
        return self._key


def _token(key: bytes, caller_id: str, day: date) -> str:
    return hmac.new(key, f"{day.isoformat()} {caller_id}".encode(), hashlib.sha256).hexdigest()
