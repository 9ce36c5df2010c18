"""What the scripted server may say: good answers, and everything that goes wrong on the way."""

import asyncio
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from tests.graph.scripted_graph import Reply

JSON = "application/json;odata.metadata=minimal;charset=utf-8"


def raw(
    body: bytes, status: int = 200, content_type: str | None = JSON, headers: Mapping[str, str] | None = None
) -> Reply:
    async def reply(_: web.Request) -> web.StreamResponse:
        told = {"Content-Type": content_type} if content_type else {}
        return web.Response(status=status, body=body, headers={**told, **(headers or {})})

    return reply


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return raw(json.dumps(content).encode(), status, headers=headers)


def page(*values: Any, next_link: str | None = None, delta_link: str | None = None) -> Reply:
    links = {"@odata.nextLink": next_link, "@odata.deltaLink": delta_link}
    return answer({"value": list(values)} | {name: link for name, link in links.items() if link is not None})


def error(status: int, code: str, headers: Mapping[str, str] | None = None) -> Reply:
    return answer({"error": {"code": code, "message": "made up"}}, status, headers)


def broken_off(body: bytes, promised: int) -> Reply:
    """Sends less than its length says, and hangs up."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": JSON, "Content-Length": str(promised)})
        await response.prepare(request)
        await response.write(body)
        assert request.transport is not None
        request.transport.abort()
        return response

    return reply


def silence(seconds: float) -> Reply:
    async def reply(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return web.Response()

    return reply


def dripping(seconds: float) -> Reply:
    """A byte now and then, so that no single wait is long."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": JSON})
        await response.prepare(request)
        for _ in range(int(seconds / 0.05)):
            await asyncio.sleep(0.05)
            await response.write(b" ")
        return response

    return reply


def endless(encoding: str) -> Reply:
    """A body without end, plain or as a gzip that unfolds a thousandfold. Ends when the other side hangs up."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": JSON, "Content-Encoding": encoding})
        await response.prepare(request)
        packer = zlib.compressobj(wbits=31) if encoding == "gzip" else None
        chunk = b" " * 1_000_000
        while True:
            await response.write(packer.compress(chunk) if packer else chunk)
            # Packed chunks fit into buffers: without a pause they would fill the memory of the test.
            await asyncio.sleep(0)

    return reply


type Inner = tuple[int, Any] | tuple[int, Any, dict[str, str]]
"""Status, body and perhaps headers of one answer within a batch."""


def batch(inner: Callable[[str], Inner | None]) -> Reply:
    """Answers each request within by its path without the query, last first; leaves out those that are None."""

    async def reply(request: web.Request) -> web.StreamResponse:
        responses = []
        for asked in reversed((await request.json())["requests"]):
            answered = inner(asked["url"].partition("?")[0])
            if answered is not None:
                names = ("status", "body", "headers")
                responses.append({"id": asked["id"], **dict(zip(names, answered, strict=False))})
        return web.json_response({"responses": responses})

    return reply
