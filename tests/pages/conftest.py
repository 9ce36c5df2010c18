"""The whole app in a real host that takes nobody for somebody, and browsers signed in to it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from local.azurite import Azurite
from local.host.identity.personas import API_CLIENT_ID, TENANT_ID
from local.host.process import HostProcess
from shared.bootstrap import Application, build
from shared.domain.alerts import alert_id_of, fingerprint_of
from shared.domain.apps import App
from shared.domain.findings import Finding
from shared.domain.route_status import RouteStatus
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.settings import read_settings
from tests.functions.remediations import ASKS_ONLY
from tests.pages.apps import save_apps
from tests.pages.browser import Browser

type Build = Callable[[], Application]
type Raise = Callable[[Finding], str]
type Know = Callable[[App], App]

CHANNEL = {
    "TEAMS_WEBHOOK_URL": "http://127.0.0.1:9/flow",
    "TEAMS_ALLOWED_HOSTS": "127.0.0.1",
    "AzureWebJobs_timer_heartbeat_Disabled": "true",
}
"""Of the host alone, for its pages of heartbeats: nobody answers there, and what tests raise is not sent to it."""
SENT_HEARTBEATS = 7


@pytest.fixture(scope="session")
def account() -> Iterator[dict[str, str]]:
    """Settings of a storage account that only these tests use."""
    with Azurite.start() as azurite:
        yield {"AzureWebJobsStorage": azurite.connection_string, "DataStorage": azurite.connection_string}


@pytest.fixture(scope="session")
def host(account: dict[str, str]) -> Iterator[HostProcess]:
    asyncio.run(_send_heartbeats(account))
    with HostProcess.start(environment={**account, **ASKS_ONLY, **CHANNEL}, persona="none") as running:
        yield running


@pytest.fixture(scope="session")
def browser(host: HostProcess) -> Browser:
    """Signed in as a Security Administrator."""
    return Browser(host.address, "security-administrator")


@pytest.fixture(scope="session")
def stranger(host: HostProcess) -> Browser:
    return Browser(host.address)


@pytest.fixture(scope="session")
def built(account: dict[str, str]) -> Build:
    """The services on the account of the host. Each belongs to one event loop: close it at the end."""
    settings = {**account, **ASKS_ONLY, "TENANT_ID": TENANT_ID, "API_CLIENT_ID": API_CLIENT_ID}
    return lambda: build(read_settings(settings))


@pytest.fixture(scope="session")
def raise_alert(built: Build) -> Raise:
    """Raises the alert of a finding and returns its id."""
    return lambda finding: asyncio.run(_raise(built, finding))


@pytest.fixture(scope="session")
def known(built: Build) -> Know:
    """Makes the inventory know an app, and returns it."""
    return lambda app: asyncio.run(_know(built, app))


async def _send_heartbeats(account: dict[str, str]) -> None:
    """As if so many had gone out to the channel of the host."""
    application = build(read_settings({**account, "TENANT_ID": TENANT_ID, "API_CLIENT_ID": API_CLIENT_ID}))
    sent = RouteStatus(route="teams", heartbeats=SENT_HEARTBEATS, confirmed_heartbeat=SENT_HEARTBEATS)
    await application.services.route_statuses.put(sent, None)
    await application.close()


async def _know(built: Build, app: App) -> App:
    application = built()
    await save_apps(application, app)
    await application.close()
    return app


async def _raise(built: Build, finding: Finding) -> str:
    application = built()
    now = datetime.now(UTC)
    alert_id = alert_id_of(fingerprint_of(finding.policy_id, finding.group), 1)
    await raise_alerts(application.services, [finding], now)
    await settle(application.services, alert_id, now)
    await application.close()
    return alert_id
