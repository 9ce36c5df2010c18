"""HTTP for the Graph SDK: reads an answer whole, up to a size, and follows no redirect.

Imported on first use only, as all that imports ``httpx`` here.
"""

import zlib

import httpx

_ENCODING_HEADERS = {"content-encoding", "content-length", "transfer-encoding"}
"""They speak of the body as it was on the wire, and no longer of what is handed on."""
# The SDK would answer a challenge by asking for another token. A managed identity only ever has the one.
_CHALLENGE_HEADER = "www-authenticate"


class UnusableAnswer(Exception):
    """An answer that is not read. The message says why, free of anything that the other side sent."""


class TooManyBytes(UnusableAnswer):
    """The body is longer than the cap."""


class CappedTransport(httpx.AsyncBaseTransport):
    """Unpacks bodies itself, so that the cap counts unpacked bytes while they arrive: a bomb never gets to unfold."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        try:
            if 300 <= response.status_code < 400:
                # The SDK's typed calls would take it for a success.
                raise UnusableAnswer(f"answered {response.status_code}: redirects are not followed")
            body = await self._body(response)
        finally:
            await response.aclose()
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name not in _ENCODING_HEADERS and name != _CHALLENGE_HEADER
        ]
        return httpx.Response(response.status_code, headers=headers, content=body, extensions=response.extensions)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _body(self, response: httpx.Response) -> bytes:
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding not in {"gzip", "identity"}:
            raise UnusableAnswer("came in an encoding that was not asked for")
        unpacker = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += self._unpacked(unpacker, chunk, self._most_bytes + 1 - len(body)) if unpacker else chunk
            if len(body) > self._most_bytes:
                raise TooManyBytes(f"sent more than {self._most_bytes} bytes")
        if unpacker and not unpacker.eof and body:
            raise UnusableAnswer("broke off")
        return bytes(body)

    @staticmethod
    def _unpacked(unpacker: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
        try:
            return unpacker.decompress(chunk, room)
        except zlib.error:
            raise UnusableAnswer("cannot be unpacked") from None
