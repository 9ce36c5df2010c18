"""The keys that the tenant's tokens are signed with: fetched from one pinned address, when first needed."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.domain.errors import Unavailable

if TYPE_CHECKING:  # they take a third of a second to import: only who sends a token waits for it
    import jwt

_REFRESH_SECONDS = 300.0
"""Least time between two fetches, so that made-up key ids cannot make us call the authority."""
_RETRY_SECONDS = 10.0
"""Least time between two fetches while there is no key at all."""
_LIFETIME_SECONDS = 86_400.0
"""A key that the authority has withdrawn is forgotten within a day."""
_MOST_BYTES = 1_000_000
_TIMEOUT_SECONDS = 10


class SigningKeys:
    """Keys by their id. ``clock`` counts seconds from any start."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._tried: float | None = None
        self._one_at_a_time = asyncio.Lock()

    async def get(self, key_id: str) -> "jwt.PyJWK | None":
        """The key, or None if the authority has none of that id. Raises Unavailable while no key could be read."""
        async with self._one_at_a_time:
            if self._is_due(key_id):
                self._tried = self._clock()
                try:
                    self._keys = _rsa_keys(await self._fetch())
                except Unavailable:
                    # Keys that worked a moment ago outlive an outage of the authority.
                    if not self._keys:
                        raise
        if not self._keys:
            raise Unavailable("the authority's signing keys have not been read yet")
        return self._keys.get(key_id)

    def _is_due(self, key_id: str) -> bool:
        if self._tried is None:
            return True
        age = self._clock() - self._tried
        if not self._keys:
            return age >= _RETRY_SECONDS
        return age >= _LIFETIME_SECONDS or (key_id not in self._keys and age >= _REFRESH_SECONDS)

    async def _fetch(self) -> bytes:
        import aiohttp

        body = bytearray()
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(self._url, allow_redirects=False) as response,
            ):
                if response.status != 200:
                    raise Unavailable(f"the authority answered {response.status} for its signing keys")
                async for part in response.content.iter_chunked(65_536):
                    body += part
                    if len(body) > _MOST_BYTES:
                        raise Unavailable("the authority's signing keys are too large")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(f"the authority's signing keys could not be read: {type(error).__name__}") from None
        return bytes(body)


def _rsa_keys(body: bytes) -> "dict[str, jwt.PyJWK]":
    """The RSA keys of a JSON Web Key Set; keys of other kinds sign nothing that we accept."""
    import jwt

    try:
        keys = [key for key in json.loads(body)["keys"] if key["kty"] == "RSA" and key.get("use", "sig") == "sig"]
        return {key["kid"]: jwt.PyJWK(key, algorithm="RS256") for key in keys}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, jwt.PyJWTError):
        raise Unavailable("the authority's signing keys are not a key set") from None
