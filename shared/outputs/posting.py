"""Posts a body to one guarded address: what webhook and Teams have in common."""

from collections.abc import Mapping
from datetime import timedelta

import aiohttp

from shared.domain.errors import Unavailable
from shared.outputs.addresses import PublicResolver, RefusedAddress, check_address

_LONGEST_RETRY_AFTER = timedelta(hours=1)
_MOST_READ_BYTES = 4096


class NotAccepted(Unavailable):
    """The other side answered, and not with success."""

    def __init__(self, receiver: str, status: int, retry_after: timedelta | None) -> None:
        super().__init__(f"{receiver} answered {status}", retry_after)
        self.status = status


class GuardedPost:
    """Keeps a session for the life of the process, made on first use. ``receiver`` is what errors call the other side.

    ``url`` may carry a signature: no error repeats any of it but the host.
    """

    def __init__(self, receiver: str, url: str, allowed_hosts: frozenset[str], timeout_seconds: float = 20) -> None:
        self._receiver = receiver
        self._url = url
        self._allowed_hosts = allowed_hosts
        self._timeout_seconds = timeout_seconds
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        """Returns the beginning of the answer, at most 4 KiB as they came. Raises Unavailable."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        try:
            check_address(self._url, self._allowed_hosts)
            async with self._open().post(self._url, data=body, headers=sent, allow_redirects=False) as response:
                if not 200 <= response.status < 300:
                    raise NotAccepted(self._receiver, response.status, _retry_after(response))
                return await _beginning(response)
        except RefusedAddress as error:
            raise Unavailable(str(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # The error's own text holds the address, and with it the signature: only its kind is told.
            raise Unavailable(f"{self._receiver} could not be reached: {type(error).__name__}") from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=PublicResolver()),
                timeout=aiohttp.ClientTimeout(total=self._timeout_seconds),
                # One that cannot be unpacked is still an answer: taken for a failure, it would be sent again.
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """The status has said that it was taken: an answer that breaks off changes nothing about that."""
    try:
        return await response.content.read(_MOST_READ_BYTES)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return b""


def _retry_after(response: aiohttp.ClientResponse) -> timedelta | None:
    """Seconds only: a date would trust the other side's clock."""
    value = response.headers.get("Retry-After", "")
    if not (value.isascii() and value.isdigit()):
        return None
    # Compared by length first: Python refuses to read thousands of digits.
    return _LONGEST_RETRY_AFTER if len(value) > 9 else min(timedelta(seconds=int(value)), _LONGEST_RETRY_AFTER)
