"""What app governance holds of apps: once a day, saved with those that the inventory knows."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.app_governance import AppGovernanceFacts
from shared.domain.apps import App
from shared.domain.errors import NotLicensed, PermissionMissing, Unavailable
from shared.domain.known import UNKNOWN
from shared.domain.ledger import SourceHealth, SourceState
from shared.pipeline.inventory.collect_app_info import SOURCE, collect_app_info
from shared.pipeline.inventory.services import InventoryServices
from tests.pipeline.inventory.conftest import StartInventory

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
APPS = [f"8a18aa92-0000-4000-8000-00000000000{number}" for number in range(3)]


class ScriptedInfo:
    """Rows of the first two apps, one that cannot be read, and one of an app that nobody knows."""

    def __init__(self, risk: int = 10, error: Exception | None = None) -> None:
        self.risk = risk
        self.error = error
        self.reads = 0

    async def rows(self) -> AsyncIterator[tuple[bytes, ...]]:
        self.reads += 1
        known = [json.dumps({"OAuthAppId": app_id, "RiskScore": self.risk}).encode() for app_id in APPS[:2]]
        yield known[0], b"nul"
        if self.error:
            raise self.error
        yield known[1], b'{"OAuthAppId":"8a18aa92-0000-4000-8000-0000000000ff"}'


@pytest.fixture
async def services(start: StartInventory) -> InventoryServices:
    services = start(None).services
    await services.apps.save([App(app_id=app_id) for app_id in APPS], NOW)
    return services


async def scores(services: InventoryServices) -> list[object]:
    found = await services.apps.get(APPS)
    held = [found[app_id].app_governance for app_id in APPS]
    return [each.risk_score if isinstance(each, AppGovernanceFacts) else each for each in held]


async def state(services: InventoryServices) -> SourceState:
    [found] = [each for each in await services.ledger.source_states() if each.source == SOURCE]
    return found


async def test_known_apps_are_saved_with_what_is_held_of_them_once_a_day(services: InventoryServices) -> None:
    info = ScriptedInfo()
    await collect_app_info(replace(services, app_info=info), NOW)
    assert await scores(services) == [10, 10, UNKNOWN]
    found = await state(services)
    assert (found.health, found.last_complete_read, found.optional) == (SourceHealth.OK, NOW, True)
    info.risk = 90
    await collect_app_info(replace(services, app_info=info), NOW + timedelta(hours=23))
    assert (info.reads, await scores(services)) == (1, [10, 10, UNKNOWN])
    await collect_app_info(replace(services, app_info=info), NOW + timedelta(hours=24))
    assert (info.reads, await scores(services)) == (2, [90, 90, UNKNOWN])


@pytest.mark.parametrize(
    ("error", "health", "reason"),
    [
        (PermissionMissing("hunting", ("ThreatHunting.Read.All",)), SourceHealth.PERMISSION_MISSING, "ThreatHunting"),
        (NotLicensed("no app governance"), SourceHealth.NOT_LICENSED, "no app governance"),
        (Unavailable("busy"), SourceHealth.FAILING, "busy"),
        (ValueError("secret"), SourceHealth.FAILING, "ValueError in "),
    ],
)
async def test_a_failure_is_told_and_waits_an_hour(
    services: InventoryServices, error: Exception, health: SourceHealth, reason: str
) -> None:
    info = ScriptedInfo(error=error)
    await collect_app_info(replace(services, app_info=info), NOW)
    found = await state(services)
    assert (found.health, found.last_complete_read) == (health, None)
    assert reason in (found.reason or "")
    assert "secret" not in (found.reason or "")
    info.error = None
    await collect_app_info(replace(services, app_info=info), NOW + timedelta(minutes=59))
    assert info.reads == 1
    await collect_app_info(replace(services, app_info=info), NOW + timedelta(minutes=61))
    assert (info.reads, (await state(services)).health) == (2, SourceHealth.OK)


async def test_without_a_reader_nothing_is_told(services: InventoryServices) -> None:
    await collect_app_info(replace(services, app_info=None), NOW)
    assert await services.ledger.source_states() == ()
