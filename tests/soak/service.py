"""The service under test: storage, the function host that can be killed, a receiver, and the test's own view of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from local.azurite import Azurite
from local.host.process import HostProcess
from shared.bootstrap import Application, build
from shared.pipeline.services import Services
from shared.settings import read_settings
from tests.soak.receiver import Receiver

_SETTINGS = {
    "TENANT_ID": "11111111-1111-4111-8111-111111111111",
    "API_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
    # Always the same host, so that a new one takes up the timers of the dead one.
    "AzureFunctionsWebHost__hostid": "soak",
    # What failed is tried again, and what waits is found, without the pauses of production.
    "AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01",
    "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:00.1",
}


class Host:
    """The function host, which can be killed and started again on the same storage."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._process: HostProcess | None = None

    @property
    def address(self) -> str:
        assert self._process is not None
        return self._process.address

    async def token(self, persona: str) -> str:
        assert self._process is not None
        return await asyncio.to_thread(self._process.token, persona)

    async def start(self) -> None:
        self._process = await asyncio.to_thread(HostProcess.start, environment=self._environment)

    def kill(self) -> None:
        """SIGKILL; a second call does nothing."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    async def stop(self) -> str:
        """End it in good order; returns what host and app wrote."""
        assert self._process is not None
        await asyncio.to_thread(self._process.stop)
        said, self._process = self._process.output(), None
        return said


@dataclass(frozen=True)
class Service:
    azurite: Azurite
    environment: Mapping[str, str]
    """Settings of the app and of its host."""
    receiver: Receiver
    host: Host
    application: Application
    """The app's services in this process, on the same storage."""

    @property
    def services(self) -> Services:
        return self.application.services


@asynccontextmanager
async def running() -> AsyncIterator[Service]:
    """A service of its own, gone at the end whatever happens."""
    async with Receiver.listening() as receiver:
        with Azurite.start() as azurite:
            storage = azurite.connection_string
            environment = {**_SETTINGS, **receiver.settings, "DataStorage": storage, "AzureWebJobsStorage": storage}
            host = Host(environment)
            application = build(read_settings(environment))
            try:
                await host.start()
                yield Service(azurite, environment, receiver, host, application)
            finally:
                host.kill()
                await application.close()
