"""Keeping each day of the inventory: only what was read as a whole."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec.structs import replace as changed

from shared.pipeline.inventory.history import purge_history, record_day
from shared.storage.app_history import BlobAppHistory
from shared.storage.app_list import BlobAppList
from tests.pipeline.inventory.conftest import NOW, Inventory, StartInventory
from tests.pipeline.inventory.tenant import small_tenant


@pytest.fixture
def inventory(start: StartInventory) -> Inventory:
    inventory = start(small_tenant(4, grants_each=2))
    apps = inventory.services.app_list
    assert isinstance(apps, BlobAppList)
    inventory.services = replace(inventory.services, history=BlobAppHistory(inventory.connection, apps))
    return inventory


async def test_a_day_is_kept_once_the_directory_was_read_as_a_whole(inventory: Inventory) -> None:
    assert await record_day(inventory.services, NOW) is None
    await inventory.tick()
    recorded = await record_day(inventory.services, inventory.now)
    assert recorded is not None
    assert (recorded.day, recorded.apps) == (NOW.date(), 4)
    assert await record_day(inventory.services, inventory.now) is None
    assert await inventory.services.history.days(NOW.date()) == (recorded,)


async def test_a_list_that_does_not_show_all_that_was_read_is_not_kept(inventory: Inventory) -> None:
    await inventory.tick()
    reads = inventory.services.inventory_reads
    found = await reads.state()
    version = await reads.move(changed(found.state, list_is_stale=True), found.version)
    assert await record_day(inventory.services, NOW) is None
    await reads.move(found.state, version)
    assert await record_day(inventory.services, NOW) is not None


async def test_days_that_are_too_old_are_removed(inventory: Inventory) -> None:
    await inventory.tick()
    await record_day(inventory.services, NOW)
    assert await purge_history(inventory.services, NOW + timedelta(days=99)) == 0
    assert await purge_history(inventory.services, NOW + timedelta(days=401)) == 2
    assert await inventory.services.history.days(NOW.date()) == ()
