"""``python -m local tenant``: a made-up tenant behind Microsoft Graph on this machine."""

import argparse
import asyncio
import os
import signal
import sys

from local.host.identity.personas import TENANT_ID
from local.tenant.directory.clock import Clock, SystemClock
from local.tenant.directory.daily_use import DailyUse
from local.tenant.directory.generate import generate
from local.tenant.directory.scenario import load_scenarios
from local.tenant.directory.tenant import Tenant
from local.tenant.identities import own_identities
from local.tenant.server import serve

_TICK_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--apps", type=int, default=40, help="service principals, Microsoft's own not counted")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same tenant")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes any free one")
    parser.add_argument("--fast", type=float, default=1, help="60 makes minutes of scenarios and audits seconds")
    parser.add_argument("--scenario", choices=[*load_scenarios()], action="append", default=[], help="start with it")
    parser.add_argument("--daily-use", action="store_true", help="apps are at work, and have been for a week")
    parser.add_argument(
        "--stop-with-stdin",
        action="store_true",
        help="stop when standard input ends, so that the tenant ends with the program that started it",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop; 0 after a graceful end, 1 where the port cannot be taken."""
    try:
        asyncio.run(_serve_until_stopped(args))
    except (OSError, OverflowError) as error:
        print(f"tenant: Port {args.port} cannot be used: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve_until_stopped(args: argparse.Namespace) -> None:
    tenant = generate(seed=args.seed, apps=args.apps, tenant_id=TENANT_ID, clock=SystemClock())
    tenant.audits.factor = args.fast
    use = _daily_use(tenant, args.seed) if args.daily_use else None
    async with serve(tenant, own_identities(tenant), port=args.port, seed=args.seed) as server:
        at_work = asyncio.create_task(_go_on(use, tenant.clock, args.fast)) if use else None
        for scenario in args.scenario:
            server.stories.start(scenario, args.fast)
        print(f"Listening on {server.address}", flush=True)
        await _stopped(with_stdin=args.stop_with_stdin)
        if at_work is not None:
            at_work.cancel()


def _daily_use(tenant: Tenant, seed: int) -> DailyUse:
    """With the past that it has. Apps of an attack on what apps do are at work before it."""
    use = DailyUse(tenant, seed, load_scenarios()["data-theft"].apps)
    use.load()
    return use


async def _go_on(use: DailyUse, clock: Clock, fast: float) -> None:
    """Until cancelled, ``fast`` times as fast as the clock."""
    start = told = clock.now()
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        until = start + (clock.now() - start) * fast
        use.go_on(told, until)
        told = until


async def _stopped(*, with_stdin: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if with_stdin:
        loop.add_reader(sys.stdin.fileno(), _stop_at_end_of_input, loop, stop)
    await stop.wait()


def _stop_at_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        loop.remove_reader(sys.stdin.fileno())
        stop.set()
