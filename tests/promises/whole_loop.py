"""The whole product on this machine: storage, a tenant, receivers and the function host, each over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession

from local.azurite import Azurite
from local.demo.service import Service
from local.host.identity.personas import API_CLIENT_ID
from local.teams.receiver import TeamsReceiver
from local.tenant.process import TenantProcess
from tests.soak.receiver import Receiver
from tests.soak.service import Host

FAST = 60.0
"""So many times faster do timers run and audits arrive. Graph takes five requests for audits in ten seconds of ours."""


@dataclass(frozen=True)
class Loop:
    azurite: Azurite
    tenant: TenantProcess
    teams: TeamsReceiver
    webhook: Receiver
    host: Host
    environment: Mapping[str, str]


@asynccontextmanager
async def whole_loop(settings: Mapping[str, str], apps: int = 10) -> AsyncIterator[Loop]:
    """Everything runs but the host, which the caller starts. ``settings`` come on top, and may hold ``{webhook}`` and
    ``{teams}`` for the addresses of the receivers.
    """
    async with AsyncExitStack() as running:
        azurite = running.enter_context(await asyncio.to_thread(Azurite.start))
        tenant = running.enter_context(await asyncio.to_thread(TenantProcess.start, apps=apps, fast=FAST))
        teams = await running.enter_async_context(TeamsReceiver())
        webhook = await running.enter_async_context(Receiver.listening())
        own = {
            **tenant.environment,
            **webhook.settings,
            "API_CLIENT_ID": API_CLIENT_ID,
            "AzureWebJobsStorage": azurite.connection_string,
            "DataStorage": azurite.connection_string,
            "TEAMS_WEBHOOK_URL": teams.url,
            "TEAMS_ALLOWED_HOSTS": "127.0.0.1",
        }
        addresses = {"webhook": own["WEBHOOK_URL"], "teams": own["TEAMS_WEBHOOK_URL"]}
        environment = {**own, **{name: value.format_map(addresses) for name, value in settings.items()}}
        host = Host(environment)
        try:
            yield Loop(azurite, tenant, teams, webhook, host, environment)
        finally:
            host.kill()


@asynccontextmanager
async def served(loop: Loop) -> AsyncIterator[Service]:
    """The running host as a person uses it, its timers run as fast as the tenant's time goes by."""
    async with ClientSession(loop.host.address) as api:
        service = Service(api)
        timers = asyncio.create_task(service.keep_time(FAST))
        try:
            yield service
        finally:
            timers.cancel()
            await asyncio.gather(timers, return_exceptions=True)
