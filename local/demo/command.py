"""``make demo``: storage, a tenant, a Teams channel and the function host on this machine, and a story that they live.

Nothing in it is recorded: the service collects from the tenant as from any other, and the story only watches, attacks
the tenant, and asks the service's API for what a person would.
"""

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import ClientError, ClientSession
from rich.console import Console

from local.azurite import Azurite, AzuriteError
from local.demo.errors import DemoError
from local.demo.narrator import Narrator
from local.demo.service import Service
from local.demo.story import tell_story
from local.host.errors import HostError
from local.host.http.server import bind
from local.host.process import HostProcess
from local.teams.receiver import TeamsReceiver
from local.tenant.identities import SUBSCRIPTION_ID
from local.tenant.process import TenantError, TenantProcess
from shared.domain.streams import Stream
from shared.settings.collection import APP_INFO

_APP = Path(__file__).resolve().parents[2]
_SOURCES = (APP_INFO, *sorted({*Stream} - {Stream.GRAPH_ACTIVITY_LOGS, Stream.AUDIT_SEARCH}))
"""All that do not tell the same as another one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="tell the story and end")
    parser.add_argument("--port", type=int, default=7071, help="port of the dashboard and the API (default 7071)")
    parser.add_argument("--persona", default="security-administrator", help="who the dashboard takes you for at first")
    parser.add_argument("--apps", type=int, default=40, help="apps in the tenant, Microsoft's own not counted")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same tenant")
    parser.add_argument("--fast", type=float, default=60, help="how many times faster time goes by in the tenant")


def run(args: argparse.Namespace) -> int:
    """0 when the story came to its end; 1 with one plain line if something is missing or taken."""
    try:
        refuse_taken_port(args.port)
        asyncio.run(_run(args, Narrator(Console(soft_wrap=True, highlight=False))))
    except* (AzuriteError, HostError, TenantError, ClientError, DemoError, OSError) as errors:
        print(f"demo: {errors.exceptions[0]}", file=sys.stderr)
    else:
        return 0
    return 1


def refuse_taken_port(port: int) -> None:
    """Before anything is started, which takes a while. Raises DemoError."""
    try:
        bind(port).close()
    except HostError as error:
        raise DemoError(f"{error} As with make: make demo PORT=7072") from error


async def _run(args: argparse.Namespace, narrator: Narrator) -> None:
    async with AsyncExitStack() as running:
        azurite = running.enter_context(await asyncio.to_thread(Azurite.start))
        narrator.says("storage is up (Azurite)")
        tenant = running.enter_context(
            await asyncio.to_thread(TenantProcess.start, apps=args.apps, seed=args.seed, fast=args.fast, daily_use=True)
        )
        narrator.says(f"a tenant is up: {args.apps} apps of its own and those of Microsoft, behind Microsoft Graph")
        teams = await running.enter_async_context(TeamsReceiver())
        narrator.says(f"a Teams channel is up ({teams.address})")
        environment = {
            **tenant.environment,
            "AzureWebJobsStorage": azurite.connection_string,
            "DataStorage": azurite.connection_string,
            "SOURCES": ",".join(_SOURCES),
            "AZURE_SUBSCRIPTION_IDS": SUBSCRIPTION_ID,
            "TEAMS_WEBHOOK_URL": teams.url,
            "TEAMS_ALLOWED_HOSTS": "127.0.0.1",
            "DASHBOARD_URL": f"http://127.0.0.1:{args.port}",
        }
        host = running.enter_context(await asyncio.to_thread(_start_host, environment, args))
        narrator.says(f"the function host is up ({host.address})")
        api = await running.enter_async_context(ClientSession(host.address))
        service = Service(api)
        timers = asyncio.create_task(service.keep_time(args.fast))
        try:
            await _tell(service, tenant, teams, narrator, args)
            narrator.invites(host.address, teams.address)
            if not args.once:
                await asyncio.to_thread(host.wait)
                raise DemoError(f"the function host ended:\n{host.output()[-2000:]}")
        finally:
            timers.cancel()


async def _tell(
    service: Service, tenant: TenantProcess, teams: TeamsReceiver, narrator: Narrator, args: argparse.Namespace
) -> None:
    """Where the story gets stuck, what runs is still worth a look; only a script wants to be told by the exit code."""
    try:
        await tell_story(service, tenant, teams, narrator, args.fast)
    except DemoError as error:
        if args.once:
            raise
        narrator.says(f"the story stops here: {error}")


def _start_host(environment: dict[str, str], args: argparse.Namespace) -> HostProcess:
    return HostProcess.start(app=_APP, environment=environment, persona=args.persona, port=args.port)
