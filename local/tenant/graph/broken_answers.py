"""Answers that are lost on the way: cut off, endless, or not what they say they are."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from local.tenant.graph.faults import Fault, Faults

_HTML = "<!DOCTYPE html><html><body><h1>We are sorry, something went wrong.</h1></body></html>"
_CHUNK = b" " * (1 << 20)
_GZIP = 31
_LEVELS = 10_000


async def send_broken(request: web.Request, kind: Fault, body: Any, faults: Faults) -> web.StreamResponse:
    """Answer 200 in the broken way ``kind`` names; ``body`` is what should have been told."""
    whole = json.dumps(body).encode()
    match kind:
        case Fault.HTML:
            return web.Response(text=_HTML, content_type="text/html")
        case Fault.TRUNCATED:
            return _json(whole[: len(whole) // 2])
        case Fault.DEEP:
            return _json(b'{"value":' + b"[" * _LEVELS + b"]" * _LEVELS + b"}")
        case Fault.HUGE:
            return await _stream(request, _spaces(faults.huge_bytes))
        case Fault.GZIP_BOMB:
            return await _stream(request, _bomb(faults.huge_bytes), {"Content-Encoding": "gzip"})
        case Fault.HANG:
            await asyncio.sleep(faults.hang_seconds)
    return await _reset(request, whole)


def _json(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


async def _reset(request: web.Request, whole: bytes) -> web.StreamResponse:
    """Half of the body, then the connection is gone."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(whole))})
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.abort()
    return response


async def _stream(
    request: web.Request, parts: AsyncIterator[bytes], headers: dict[str, str] | None = None
) -> web.StreamResponse:
    """As much as the client takes."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", **(headers or {})})
    await response.prepare(request)
    async for part in parts:
        await response.write(part)
    return response


async def _spaces(size: int) -> AsyncIterator[bytes]:
    yield b'{"value":['
    for _ in range(0, size, len(_CHUNK)):
        yield _CHUNK
    yield b"]}"


async def _bomb(size: int) -> AsyncIterator[bytes]:
    """About a thousandth of the size that it unpacks to."""
    packed = zlib.compressobj(wbits=_GZIP)
    async for part in _spaces(size):
        yield packed.compress(part)
    yield packed.flush()
