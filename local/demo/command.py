"""``make demo``: Azurite, the function host, a recording of an attack, and the alerts as they are raised."""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession
from rich.console import Console
from rich.text import Text

from local.azurite import Azurite, AzuriteError
from local.demo.feed import feed, recorded
from local.host.errors import HostError
from local.host.identity.personas import API_CLIENT_ID, TENANT_ID
from local.host.process import HostProcess
from local.severity_styles import SEVERITY_STYLES
from shared.bootstrap import build
from shared.domain.display import inert
from shared.pipeline.services import Services
from shared.settings import read_settings

_APP = Path(__file__).resolve().parents[2]
_POLL_SECONDS = 0.3
_QUIET_POLLS = 5
_PATIENCE_SECONDS = 90


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="print the alerts and end")
    parser.add_argument("--port", type=int, default=7071, help="port of the API (default 7071)")
    parser.add_argument("--persona", default="security-administrator", help="who the API takes you for")


def run(args: argparse.Namespace) -> int:
    """0 when every chunk was judged; 1 with one plain line if something is missing or taken."""
    console = Console(soft_wrap=True, highlight=False)
    try:
        with Azurite.start() as azurite:
            _say(console, "storage is up (Azurite)")
            environment = {"DataStorage": azurite.connection_string, "AzureWebJobsStorage": azurite.connection_string}
            with HostProcess.start(app=_APP, environment=environment, persona=args.persona, port=args.port) as host:
                _say(console, f"the function host is up ({host.address})")
                asyncio.run(_show(console, host.address, azurite.connection_string))
                if not args.once:
                    _serve(console, host)
                return 0
    except* (AzuriteError, HostError, ClientError, DemoError) as errors:
        print(f"demo: {errors.exceptions[0]}", file=sys.stderr)
    return 1


class DemoError(Exception):
    """The demonstration did not come to its end."""


async def _show(console: Console, address: str, connection_string: str) -> None:
    application = build(read_settings(_settings(connection_string)))
    try:
        async with ClientSession(address) as api, asyncio.TaskGroup() as tasks:
            feeding = tasks.create_task(_feed(console, application.services))
            await _tell_alerts(console, api, feeding)
    finally:
        await application.close()


def _serve(console: Console, host: HostProcess) -> None:
    """Until Ctrl-C, or until the host ends by itself, which is an error."""
    console.print(f"The API: {host.address}/api/alerts, described in {host.address}/api/openapi.json")
    console.print(f"  curl '{host.address}/api/alerts?severity=high&top=5'")
    console.print("Ctrl-C ends it.")
    host.wait()
    raise DemoError(f"the function host ended:\n{host.output()[-2000:]}")


def _settings(connection_string: str) -> dict[str, str]:
    return {"DataStorage": connection_string, "TENANT_ID": TENANT_ID, "API_CLIENT_ID": API_CLIENT_ID}


async def _feed(console: Console, services: Services) -> None:
    _say(console, f"feeding {sum(map(len, recorded()))} recorded events of an attack")
    async for chunk in feed(services):
        _say(console, f"chunk {chunk.sequence}: {chunk.rows} records collected, {chunk.events} events to judge")


async def _tell_alerts(console: Console, api: ClientSession, feeding: asyncio.Task[None]) -> None:
    """Print alerts as they appear until all is judged and the list has been quiet for a while."""
    shown: set[str] = set()
    quiet = 0
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        new = [alert for alert in await _values(api, "/api/alerts?top=200") if alert["id"] not in shown]
        for alert in reversed(new):
            shown.add(alert["id"])
            _print_alert(console, alert)
        waiting = not feeding.done() or any(source["waiting"] for source in await _values(api, "/api/coverage"))
        quiet = 0 if new or waiting else quiet + 1
        if quiet >= _QUIET_POLLS:
            console.print(f"\n{len(shown)} alerts; every record was judged.")
            return
        await asyncio.sleep(_POLL_SECONDS)
    raise DemoError(f"not every record was judged within {_PATIENCE_SECONDS} seconds")


async def _values(api: ClientSession, path: str) -> list[dict[str, Any]]:
    async with api.get(path) as response:
        response.raise_for_status()
        return list((await response.json())["value"])


def _print_alert(console: Console, alert: dict[str, Any]) -> None:
    line = Text(f"  {alert['severity']:<14}", style=SEVERITY_STYLES[alert["severity"]])
    line.append(inert(alert["title"]), style="default")
    console.print(line)


def _say(console: Console, text: str) -> None:
    console.print(Text(text, style="dim"))
