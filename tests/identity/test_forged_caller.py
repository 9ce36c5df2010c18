"""The probe, against servers that stop a forged identity, believe it, or do neither."""

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from shared.domain.probes import ProbeOutcome
from shared.identity.bearer_tokens import BearerTokens
from shared.identity.callers import PlatformAuthentication, identify
from shared.identity.forged_caller import probe_platform
from tests.identity.tokens import AUTHORITY, CLIENT, TENANT, USER

type Answer = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/api/me", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    try:
        yield f"{host}:{port}"
    finally:
        await runner.cleanup()


async def believes(request: web.Request) -> web.Response:
    """Our own rules, on a platform that claims to be on and removes nothing."""
    platform = PlatformAuthentication(
        enabled=True,
        tenant_id=TENANT,
        api_client_id=CLIENT,
        allowed_client_ids=frozenset({USER}),
        tokens=BearerTokens(AUTHORITY, TENANT, CLIENT),
    )
    caller = await identify({name.lower(): value for name, value in request.headers.items()}, platform)
    assert caller.is_user
    return web.json_response({"id": caller.id, "roles": sorted(caller.roles)})


async def test_a_server_that_believes_the_header_is_found_out() -> None:
    async with serving(believes) as hostname:
        assert await probe_platform(hostname, TENANT, CLIENT) is ProbeOutcome.ACCEPTED


async def test_a_server_that_puts_in_a_caller_of_its_own_is_not() -> None:
    async def replaces(_: web.Request) -> web.Response:
        return web.json_response({"id": USER})

    async with serving(replaces) as hostname:
        assert await probe_platform(hostname, TENANT, CLIENT) is ProbeOutcome.REFUSED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, ProbeOutcome.REFUSED),
        (403, ProbeOutcome.REFUSED),
        (302, ProbeOutcome.REFUSED),
        (404, ProbeOutcome.INCONCLUSIVE),
        (500, ProbeOutcome.INCONCLUSIVE),
        (503, ProbeOutcome.INCONCLUSIVE),
    ],
)
async def test_other_answers_are_read_by_their_status(status: int, outcome: ProbeOutcome) -> None:
    async def answers(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/api/me"})

    async with serving(answers) as hostname:
        assert await probe_platform(hostname, TENANT, CLIENT) is outcome


async def test_each_probe_is_somebody_else() -> None:
    seen: list[str] = []

    async def records(request: web.Request) -> web.Response:
        document = json.loads(base64.b64decode(request.headers["X-MS-CLIENT-PRINCIPAL"]))
        seen.extend(claim["val"] for claim in document["claims"] if claim["typ"] == "oid")
        return web.Response(status=401)

    async with serving(records) as hostname:
        for _ in range(3):
            await probe_platform(hostname, TENANT, CLIENT)
    assert len(set(seen)) == 3


async def test_no_answer_is_inconclusive() -> None:
    assert await probe_platform("127.0.0.1:9", TENANT, CLIENT) is ProbeOutcome.INCONCLUSIVE
