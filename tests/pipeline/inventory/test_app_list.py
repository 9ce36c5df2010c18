"""Reading the inventory: the list, one app, and all in numbers."""

from datetime import UTC, datetime

import pytest

from shared.domain.app_summaries import AppQuery
from shared.domain.errors import Unavailable
from shared.domain.inventory_reads import ReadStage
from shared.domain.microsoft import API_APP_IDS
from shared.pipeline.inventory.app_list import get_app, list_apps
from shared.pipeline.inventory.insights import insights
from shared.pipeline.remediation.errors import UnknownApp
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import SERVICE_PRINCIPALS
from tests.pipeline.inventory.tenant import app_id, guid, principal, principal_id, small_tenant


async def names(inventory: Inventory, query: AppQuery) -> list[str | None]:
    listing = await list_apps(inventory.services, query, 100, None, NOW)
    assert listing.page.total == len(listing.page.apps)
    return [row.display_name for row in listing.page.apps]


@pytest.fixture
async def inventory(start: StartInventory) -> Inventory:
    directory = small_tenant(4, grants_each=2)
    new, publisher = NOW.replace(day=1).isoformat(), {"displayName": "Contoso", "verifiedPublisherId": "77"}
    directory.put(
        SERVICE_PRINCIPALS, principal("Zebra", createdDateTime=new, accountEnabled=False, verifiedPublisher=publisher)
    )
    inventory = start(directory)
    await inventory.tick()
    return inventory


async def test_microsofts_own_apps_are_listed_on_request(inventory: Inventory) -> None:
    assert await names(inventory, AppQuery()) == ["App 0", "App 1", "App 2", "App 3", "App Zebra"]
    assert len(await names(inventory, AppQuery(include_microsoft=True))) == 5 + len(API_APP_IDS)


async def test_an_app_is_found_by_each_of_its_ids(inventory: Inventory) -> None:
    for each in (app_id(0), app_id(0).upper(), principal_id(0), guid("registration", 0)):
        assert (await get_app(inventory.services, each)).app.display_name == "App 0"
    for unknown in ("", "x", guid("nobody"), "../apps"):
        with pytest.raises(UnknownApp):
            await get_app(inventory.services, unknown)


async def test_numbers_agree_with_the_list(inventory: Inventory) -> None:
    await inventory.judge()
    found = await insights(inventory.services, NOW)
    assert (found.apps.total, found.apps.microsoft, found.apps.new) == (5, len(API_APP_IDS), 1)
    assert found.apps.by_origin == {"internal": 2, "external": 3}
    assert found.apps.by_privilege == {"high": 4, "none": 1}
    assert found.apps.by_verification == {"unverified": 4, "verified": 1}
    assert found.apps.by_enabled == {"enabled": 4, "disabled": 1}
    assert found.apps.by_consent == {"admin": 4, "none": 1}
    assert found.newest[0].display_name == "App Zebra"
    assert {row.display_name for row in found.riskiest} == {"App 0", "App 1", "App 2", "App 3"}
    assert [(source.source, source.last_complete_read) for source in found.sources] == [("directory", NOW)]


async def test_before_the_first_read_is_complete_the_list_says_how_far_it_has_come(start: StartInventory) -> None:
    directory = small_tenant(3)

    def busy(asked: str) -> None:
        if asked.startswith("list oauth2"):
            raise Unavailable("busy")

    directory.before = busy
    inventory = start(directory)
    assert (await list_apps(inventory.services, AppQuery(), 10, None, NOW)).page.total == 0
    await inventory.tick()
    completeness = (await list_apps(inventory.services, AppQuery(), 10, None, NOW)).completeness
    assert (completeness.last_complete_read, completeness.stage) == (None, ReadStage.GRANTS)
    assert completeness.objects == {"servicePrincipals": 3 + len(API_APP_IDS), "applications": 1}


async def test_another_host_sees_a_changed_list(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory, other = start(directory), start(directory)
    await inventory.tick()
    assert len(await other.services.app_list.rows()) == 1 + len(API_APP_IDS)
    directory.put(SERVICE_PRINCIPALS, principal("new"))
    await inventory.tick()
    assert len(await other.services.app_list.rows()) == 2 + len(API_APP_IDS)
    assert await names(other, AppQuery(text="new")) == ["App new"]


async def test_expiring_credentials_count(start: StartInventory) -> None:
    directory = small_tenant(0)
    ends = {"gone": NOW - MINUTE, "soon": NOW + 20_000 * MINUTE, "late": datetime(2030, 1, 1, tzinfo=UTC)}
    for name, end in ends.items():
        secret = {"keyId": guid(name), "endDateTime": end.isoformat()}
        directory.put(SERVICE_PRINCIPALS, principal(name, passwordCredentials=[secret]))
    inventory = start(directory)
    await inventory.tick()
    apps = (await insights(inventory.services, NOW)).apps
    assert (apps.with_expired_credentials, apps.with_expiring_credentials) == (1, 1)
