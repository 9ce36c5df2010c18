"""``python -m local host``: run the app on this machine."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from local.host.errors import HostError
from local.host.host import HostOptions
from local.host.host import run as run_host
from local.host.identity.personas import PERSONAS
from shared.settings import settings_of_this_process

_APP = Path(__file__).resolve().parents[2]
_ANONYMOUS = "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--app", type=Path, default=_APP, help="folder of the app (default: this project)")
    parser.add_argument("--port", type=int, default=7071, help="port to listen on; 0 takes any free one")
    settings = parser.add_mutually_exclusive_group()
    settings.add_argument("--settings", type=Path, help="default: local.settings.json of the app")
    settings.add_argument("--no-settings", action="store_true", help="take all settings from the environment")
    parser.add_argument(
        "--persona",
        choices=[*PERSONAS, _ANONYMOUS],
        default="security-administrator",
        metavar="NAME",
        help=f"who a request without a token comes from: {', '.join([*PERSONAS, _ANONYMOUS])}",
    )
    parser.add_argument(
        "--stop-with-stdin",
        action="store_true",
        help="stop when standard input ends, so that the host ends with the program that started it",
    )


def run(args: argparse.Namespace) -> int:
    """Run the host until it is told to stop; 0 after a graceful end, 1 where it could not start."""
    app: Path = args.app.resolve()
    options = HostOptions(
        app=app,
        port=args.port,
        settings=None if args.no_settings else _settings(app, args.settings),
        persona=PERSONAS.get(args.persona),
        check=settings_of_this_process if app == _APP else None,
    )
    _configure_logging()
    try:
        _enter(app)
        asyncio.run(_run_until_stopped(options, stop_with_stdin=args.stop_with_stdin))
    except HostError as error:
        print(f"host: {error}", file=sys.stderr)
        return 1
    return 0


def _enter(app: Path) -> None:
    """As in Azure, relative paths of the app start in its own folder."""
    try:
        os.chdir(app)
    except OSError as error:
        raise HostError(f"{app} is no folder of an app: {error.strerror}.") from error


def _settings(app: Path, chosen: Path | None) -> Path | None:
    if chosen is not None:
        return chosen.resolve()
    own = app / "local.settings.json"
    return own if own.exists() else None


async def _run_until_stopped(options: HostOptions, stop_with_stdin: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask(number: int, _frame: object) -> None:
        # A second time ends the process at once.
        signal.signal(number, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    if stop_with_stdin:
        loop.add_reader(sys.stdin.fileno(), _stop_at_end_of_input, loop, stop)
    await run_host(options, stop)


def _stop_at_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        loop.remove_reader(sys.stdin.fileno())
        stop.set()


def _configure_logging() -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # The storage clients log every request, the server every start and end.
    for name in ("azure", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
