"""The simulated tenant, served on this machine: Graph, tokens, and switches for tests."""

import socket
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from types import TracebackType
from typing import Self
from uuid import UUID

from aiohttp import web

from local.tenant.azure.http import add_azure
from local.tenant.control import PREFIX, Control
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.authority import IDENTITY_PATH, Authority
from local.tenant.graph.counts import RequestCounts
from local.tenant.graph.faults import Faults
from local.tenant.graph.http import add_graph
from local.tenant.graph.limits import Window
from local.tenant.graph.replicas import Replicas
from local.tenant.graph.service import Graph
from local.tenant.graph.service_wire import ServiceWire
from local.tenant.graph.tokens import Identity, Tokens
from local.tenant.log_analytics.http import add_log_analytics
from local.tenant.office.http import add_office
from local.tenant.stories import Stories

__all__ = ["Identity", "TenantServer", "serve"]

_LOOPBACK = "127.0.0.1"
_LIFETIME = timedelta(hours=1)
_PATIENCE_SECONDS = 0.1
_LARGEST_BODY = 4 << 20


class TenantServer:
    """A tenant behind a port of the loopback interface; an async context manager within the caller's loop.

    Everything in it happens in that loop: a blocking client has to run in a thread.
    """

    def __init__(self, tenant: Tenant, identities: Mapping[str, Identity], port: int, seed: int) -> None:
        self.tenant = tenant
        self.faults = Faults(seed)
        self.tokens = Tokens(tenant, identities, _LIFETIME)
        self.stories = Stories(tenant)
        self._graph = Graph(tenant, self.tokens, self.faults, seed)
        self._identity_header = UUID(int=Random(seed).getrandbits(128)).hex
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"http://{_LOOPBACK}:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """What an app finds around it: the platform's names for its managed identities, and where the APIs are."""
        return {
            "IDENTITY_ENDPOINT": f"{self.address}{IDENTITY_PATH}",
            "IDENTITY_HEADER": self._identity_header,
            "GRAPH_ENDPOINT": self.address,
            "OFFICE_ENDPOINT": self.address,
            "LOG_ANALYTICS_ENDPOINT": self.address,
            "AZURE_ENDPOINT": self.address,
        }

    @property
    def requests(self) -> RequestCounts:
        """What has been asked for."""
        return self._graph.throttling.counts

    @property
    def report_limit(self) -> Window:
        """The limit of audit logs: five requests in ten seconds, unless another is set; None lifts it."""
        return self._graph.throttling.families["reports"]

    @property
    def limits(self) -> Mapping[str, Window]:
        """The limits of what is counted by requests, by the name of the family."""
        return self._graph.throttling.families

    @property
    def directory_limit(self) -> Window:
        """The limit of the directory, in resource units."""
        return self._graph.throttling.directory

    @property
    def replicas(self) -> Replicas:
        """What reads see: ``set_lag(seconds)`` makes them stale."""
        return self._graph.replicas

    async def __aenter__(self) -> Self:
        listening = socket.create_server((_LOOPBACK, self._port))
        self._port = listening.getsockname()[1]
        application = web.Application(client_max_size=_LARGEST_BODY)
        add_graph(application, self._graph, self._authority(), self.faults)
        wire = ServiceWire(self.faults, self._graph.throttling)
        for add in (add_office, add_log_analytics, add_azure):
            add(application, self.tenant, self.tokens, wire)
        application.add_subapp(PREFIX, Control(self).application())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_PATIENCE_SECONDS)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stories.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    def _authority(self) -> Authority:
        return Authority(self.tokens, self.tenant.tenant_id, self._identity_header)


def serve(tenant: Tenant, identities: Mapping[str, Identity], *, port: int = 0, seed: int = 0) -> TenantServer:
    """A server of the tenant for these identities (by client id); ``seed`` draws what the service leaves to chance.

    With port 0 any free one is taken. Entering it raises OSError where the port is taken, and OverflowError where
    there is no such port.
    """
    return TenantServer(tenant, identities, port, seed)
