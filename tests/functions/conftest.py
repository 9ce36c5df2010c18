"""The whole app in a real host, on an account of its own, with a few alerts to read and change."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from local.azurite import Azurite
from local.host.process import HostProcess
from shared.bootstrap import build
from shared.domain.alerts import alert_id_of, fingerprint_of
from shared.domain.findings import Finding
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.settings import read_settings
from tests.domain.findings import app, event, finding
from tests.functions.api import NOBODY, Api
from tests.functions.remediations import ASKS_ONLY, Remediations

IDENTIFIERS = {
    "TENANT_ID": "11111111-1111-4111-8111-111111111111",
    "API_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
}

type Raise = Callable[..., str]


@pytest.fixture(scope="session")
def account() -> Iterator[dict[str, str]]:
    """Settings of a storage account that only these tests use: a host takes the names as they are in Azure."""
    with Azurite.start() as azurite:
        yield {"AzureWebJobsStorage": azurite.connection_string, "DataStorage": azurite.connection_string}


@pytest.fixture(scope="session")
def api(account: dict[str, str]) -> Iterator[Api]:
    with HostProcess.start(environment={**account, **ASKS_ONLY}, persona=NOBODY) as host:
        yield Api(host)


@pytest.fixture(scope="session")
def raise_alert(account: dict[str, str]) -> Raise:
    """Raises an alert about the app of that name with as many events, and returns its id."""

    def raise_one(app_name: str, events: int = 1, policy: str = "credential-added", app_id: str | None = None) -> str:
        return asyncio.run(_raise(account, _finding(app_name, events, policy, app_id or f"id of {app_name}")))

    return raise_one


@pytest.fixture
def alert(raise_alert: Raise, request: pytest.FixtureRequest) -> str:
    """The id of an alert that only this test changes."""
    return raise_alert(f"App of {request.node.name}")


@pytest.fixture(scope="session")
def remediations(account: dict[str, str]) -> Remediations:
    """Apps and remediations made on the account of the host."""
    return Remediations(account["DataStorage"])


def _finding(app_name: str, events: int, policy: str, app_id: str) -> Finding:
    of = app(app_id, app_name)
    return finding(*(event(f"{app_name} {number}", number, of=of) for number in range(events)), policy=policy)


async def _raise(account: dict[str, str], raised: Finding) -> str:
    application = build(read_settings({**IDENTIFIERS, **account}))
    now = datetime.now(UTC)
    alert_id = alert_id_of(fingerprint_of(raised.policy_id, raised.group), 1)
    await raise_alerts(application.services, [raised], now)
    await settle(application.services, alert_id, now)
    await application.close()
    return alert_id


@pytest.fixture(scope="session")
def session(account: dict[str, str]) -> Iterator[Api]:
    """A host whose callers are signed in with a browser: they send no token."""
    with HostProcess.start(environment={**account, **ASKS_ONLY}, persona="security-administrator") as host:
        yield Api(host, persona=NOBODY)
