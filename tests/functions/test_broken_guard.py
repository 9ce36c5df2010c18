"""When the hourly probe has found that forged identities are believed: closed, until it finds that they are not."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from functions.route import Open
from functions.routes import ROUTES
from local.azurite import Azurite
from local.host.process import HostProcess
from shared.bootstrap import build
from shared.domain.probes import ProbeOutcome, ProbeResult
from shared.settings import read_settings
from tests.functions.api import NOBODY, Api, header, problem
from tests.functions.conftest import IDENTIFIERS
from tests.local.host.waiting import eventually


@pytest.fixture(scope="module")
def closed() -> Iterator[Api]:
    """A host on an account of its own, where an instance before it found the guard broken."""
    with Azurite.start() as azurite:
        account = {"AzureWebJobsStorage": azurite.connection_string, "DataStorage": azurite.connection_string}
        asyncio.run(_found_broken(account))
        with HostProcess.start(environment=account, persona=NOBODY) as host:
            yield Api(host)


async def _found_broken(account: dict[str, str]) -> None:
    application = build(read_settings({**IDENTIFIERS, **account}))
    await application.access.gate.record(ProbeResult(outcome=ProbeOutcome.ACCEPTED, time=datetime.now(UTC)))
    await application.close()


def test_everybody_who_is_known_gets_503_from_every_route(closed: Api) -> None:
    for route in ROUTES:
        answer = closed.request(route.method, "/" + route.template.replace("{id}", "x"), persona="global-administrator")
        if route.right is Open.TO_ANYBODY:
            assert answer.status == 204
        else:
            assert (answer.status, problem(answer)["kind"]) == (503, "authentication-broken")
            assert header(answer, "retry-after") is not None


def test_who_is_not_known_still_gets_401(closed: Api) -> None:
    assert closed.get("/api/alerts", persona=NOBODY).status == 401


def test_a_probe_that_is_refused_opens_it_again(closed: Api) -> None:
    closed.host.trigger("timer_probe_authentication")
    eventually(lambda: closed.get("/api/me").status == 200)
    checks = closed.get("/api/health").json()["checks"]
    [guard] = [check for check in checks if check["name"] == "authentication"]
    assert guard["healthy"]
    assert "refused" in guard["detail"]
