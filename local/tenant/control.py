"""The switches of a tenant that runs as a process of its own, below ``/.tenant``."""

from typing import Any, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict

from local.tenant.directory.tenant import Tenant
from local.tenant.graph.counts import RequestCounts
from local.tenant.graph.faults import RIDDEN_OUT, Fault, Faults
from local.tenant.graph.tokens import Tokens
from local.tenant.identities import add_managed_identity
from local.tenant.stories import Stories

PREFIX = "/.tenant"


class _Mix(BaseModel):
    model_config = ConfigDict(extra="forbid")

    share: float
    kinds: frozenset[Fault] = RIDDEN_OUT
    endpoint: str | None = None


class _NewIdentity(BaseModel):
    model_config = ConfigDict(extra="forbid")

    client_id: str
    display_name: str
    permissions: list[str]


class _Speed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    factor: float = 1


class _Licences(BaseModel):
    model_config = ConfigDict(extra="forbid")

    premium: bool


class Served(Protocol):
    """What there is to switch: the parts of a ``TenantServer``."""

    @property
    def environment(self) -> dict[str, str]: ...

    @property
    def requests(self) -> RequestCounts: ...

    tenant: Tenant
    tokens: Tokens
    faults: Faults
    stories: Stories


class Control:
    """Answers the switches. What is malformed is answered 400, what there is not 404."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def application(self) -> web.Application:
        """To be mounted at ``PREFIX``."""
        application = web.Application(middlewares=[_refusing])
        application.router.add_get("/state", self._state)
        application.router.add_post("/scenarios/{id}", self._start_scenario)
        application.router.add_post("/faults", self._add_faults)
        application.router.add_delete("/faults", self._clear_faults)
        application.router.add_post("/audits", self._set_speed)
        application.router.add_post("/identities", self._add_identity)
        application.router.add_post("/licences", self._set_licences)
        return application

    async def _state(self, _request: web.Request) -> web.Response:
        audits = self._served.tenant.audits
        visible = audits.visible(self._served.tenant.clock.now())
        return web.json_response(
            {
                "environment": self._served.environment,
                "audits": {"emitted": len(audits.every_record()), "visible": len(visible)},
                "requests": self._served.requests.told(),
                "scenarios": self._served.stories.state(),
            }
        )

    async def _start_scenario(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if name not in self._served.stories.names:
            return _refusal(404, f"There is no scenario {name!r}: one of {', '.join(self._served.stories.names)}.")
        run = self._served.stories.start(name, _Speed(**await _told(request)).factor)
        return web.json_response({"expects": [one.model_dump() for one in run.scenario.expects]}, status=202)

    async def _add_faults(self, request: web.Request) -> web.Response:
        mix = _Mix(**await _told(request))
        self._served.faults.mix(mix.share, mix.kinds, mix.endpoint)
        return web.Response(status=204)

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._served.faults.clear()
        return web.Response(status=204)

    async def _set_speed(self, request: web.Request) -> web.Response:
        self._served.tenant.audits.factor = _Speed(**await _told(request)).factor
        return web.Response(status=204)

    async def _set_licences(self, request: web.Request) -> web.Response:
        self._served.tenant.has_premium = _Licences(**await _told(request)).premium
        return web.Response(status=204)

    async def _add_identity(self, request: web.Request) -> web.Response:
        told = _NewIdentity(**await _told(request))
        made = add_managed_identity(self._served.tenant, told.client_id, told.display_name, told.permissions)
        self._served.tokens.identities[made.client_id] = made
        return web.json_response({"service_principal_id": made.service_principal_id}, status=201)


async def _told(request: web.Request) -> dict[str, Any]:
    told = await request.json() if request.can_read_body else {}
    if not isinstance(told, dict):
        raise ValueError("The body must be an object.")
    return told


@web.middleware
async def _refusing(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ValueError as error:
        return _refusal(400, str(error))


def _refusal(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
