"""The function host: runs an unmodified Functions app on one machine, as Azure would."""

import asyncio
import hashlib
import logging
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from azure.core.exceptions import AzureError

from local.host import worker
from local.host.environment import prepare_environment
from local.host.errors import HostError
from local.host.functions import Function, refuse_unknown_bindings
from local.host.host_json import HostJson, read_host_json
from local.host.http.admin import Admin, HostState
from local.host.http.application import Application
from local.host.http.routes import routes
from local.host.http.server import LOOPBACK, bind, serving
from local.host.http.triggers import HttpTriggers
from local.host.identity import authority
from local.host.identity.easy_auth import EasyAuth
from local.host.identity.personas import Persona
from local.host.identity.sign_in import SignIn
from local.host.identity.signing_key import SigningKey
from local.host.identity.tokens import Tokens
from local.host.invoker import Invoker
from local.host.listeners import Listener, check_queue_outputs, queue_listeners, timers
from local.host.queues.clients import QueueClients
from local.host.settings import is_disabled, is_true
from local.host.timers.status import TimerStatuses

# Hosts that share a storage account keep the status of their timers apart by their ids.
_HOST_ID_SETTING = "AzureFunctionsWebHost__hostid"


@dataclass(frozen=True, slots=True)
class HostOptions:
    """What to run, and how: ``port`` 0 is any free one, ``persona`` None is an anonymous caller."""

    app: Path
    port: int
    settings: Path | None
    persona: Persona | None
    check: Callable[[], object] | None = None
    """Called once the environment is as the app will find it; what it raises stops the start."""


async def run(options: HostOptions, stop: asyncio.Event) -> None:
    """Start, serve until ``stop`` is set, finish what is under way, and end.

    Fills the environment of this process, and can run once in it. Raises HostError where it cannot start.
    """
    with bind(options.port) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        prepare_environment(os.environ, options.settings, address)
        _check(options)
        host_json = read_host_json(options.app / "host.json", os.environ)
        logging.getLogger().setLevel(host_json.log_level)
        # The settings are in place: the app may read them from here on.
        functions = await worker.index(options.app)
        refuse_unknown_bindings(functions)
        host = _Host(options, address, host_json, functions)
        try:
            await host.serve(listening, stop)
        finally:
            await host.close()


def _check(options: HostOptions) -> None:
    try:
        if options.check:
            options.check()
    except Exception as error:
        raise HostError(f"the app cannot start:\n{error}") from error


class _Host:
    """One indexed app with all that serves it."""

    def __init__(
        self, options: HostOptions, address: str, host_json: HostJson, functions: tuple[Function, ...]
    ) -> None:
        self._persona = options.persona
        self._address = address
        self._json = host_json
        self._functions = functions
        self._enabled = [each for each in functions if not is_disabled(each.name, os.environ)]
        self._state = HostState(os.environ.get(_HOST_ID_SETTING) or _host_id(options.app))
        self._queues = QueueClients(os.environ, host_json.queues.encoding)
        self._statuses = TimerStatuses(os.environ, self._state.id)
        self._invoker = Invoker(host_json.function_timeout, self._queues.send)

    async def serve(self, listening: socket.socket, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set. Raises HostError."""
        listeners = [
            *queue_listeners(self._enabled, self._invoker, self._queues, self._json.queues),
            *timers(self._enabled, self._invoker, self._statuses, os.environ),
        ]
        check_queue_outputs(self._enabled, self._queues)
        application = self._application()
        await _prepare(listeners)
        async with serving(application, listening):
            running = [asyncio.create_task(listener.listen()) for listener in listeners]
            self._state.state = "Running"
            print(f"Listening on {self._address}, {len(self._enabled)} functions", flush=True)
            await _first_of(stop, running)
            self._state.state = "Stopping"
            for listener in listeners:
                listener.stop_taking()
            # HTTP goes on meanwhile: what is under way may call the app or the authority.
            await asyncio.gather(*running)
        await self._invoker.drain()

    async def close(self) -> None:
        """Close the connections to storage and end the threads of synchronous functions."""
        await self._queues.close()
        await self._statuses.close()
        await asyncio.to_thread(worker.stop)

    def _application(self) -> Application:
        issuer = f"{self._address}{authority.PREFIX}"
        tokens = Tokens(SigningKey(), issuer, os.environ["TENANT_ID"], os.environ["API_CLIENT_ID"])
        easy_auth = EasyAuth(tokens, self._persona) if is_true(os.environ["WEBSITE_AUTH_ENABLED"]) else None
        table = routes(self._enabled, self._json.route_prefix)
        disabled = frozenset(each.name for each in self._functions if each not in self._enabled)
        return Application(
            authority.Authority(self._address, tokens),
            SignIn(tokens),
            Admin(self._state, self._functions, disabled, self._invoker),
            HttpTriggers(table, self._invoker, easy_auth),
        )


async def _prepare(listeners: Sequence[Listener]) -> None:
    try:
        for listener in listeners:
            await listener.prepare()
    except AzureError as error:
        said = str(error).partition("\n")[0]
        raise HostError(f"The app cannot use its storage: {said}") from error


async def _first_of(stop: asyncio.Event, running: Sequence[asyncio.Task[None]]) -> None:
    """Wait for the wish to stop, or for a listener that broke, which ends the host."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({stopping, *running}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()


def _host_id(app: Path) -> str:
    return f"local-{hashlib.sha256(str(app).encode()).hexdigest()[:16]}"
