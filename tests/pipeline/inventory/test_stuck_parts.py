"""What fails again and again: all else goes on, and what could not be read is not told as read."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.domain.directory import DirectoryKind
from shared.domain.errors import DeltaExpired, Refused, Unavailable
from shared.domain.inventory_reads import FullRead, InventoryState, ReadStage
from shared.domain.ledger import SourceHealth
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import APPLICATIONS, SERVICE_PRINCIPALS, ScriptedDirectory, agreeing
from tests.pipeline.inventory.tenant import app_id, assignment, guid, principal, principal_id, small_tenant

DAY = timedelta(days=1)
LONGEST_WAIT = timedelta(minutes=16)


def failing(start: str, error: Exception) -> Callable[[str], None]:
    def before(asked: str) -> None:
        if asked.startswith(start):
            raise error

    return before


async def state_of(inventory: Inventory) -> InventoryState:
    return (await inventory.services.inventory_reads.state()).state


async def tick_slowly(inventory: Inventory, ticks: int) -> None:
    """A tick whenever all waits are over."""
    for _ in range(ticks):
        await inventory.tick()
        inventory.now += LONGEST_WAIT


@pytest.mark.parametrize("error", [Unavailable("busy"), Refused("odd"), TypeError("of their own")], ids=str)
async def test_a_part_that_fails_three_times_is_left_out(start: StartInventory, error: Exception) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    directory.before = failing("list roleAssignments", error)
    await tick_slowly(inventory, 2)
    assert (await state_of(inventory)).health is SourceHealth.FAILING
    await tick_slowly(inventory, 1)
    state = await state_of(inventory)
    part = state.parts["roleAssignments"]
    assert (state.reads, state.health, part.health, part.last_read) == (1, SourceHealth.OK, SourceHealth.FAILING, None)
    assert part.reason


async def test_a_beta_collection_that_is_refused_is_left_out_at_once(start: StartInventory) -> None:
    directory = small_tenant(1)
    directory.before = failing("list federatedIdentityCredentials", Refused("Resource not found for the segment"))
    inventory = start(directory)
    await inventory.tick()
    state = await state_of(inventory)
    assert (state.reads, state.parts["federatedIdentityCredentials"].health) == (1, SourceHealth.FAILING)


async def test_changes_are_followed_while_a_full_read_is_stuck(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    inventory.now = NOW + DAY
    directory.before = failing("list servicePrincipals", Unavailable("busy"))
    await tick_slowly(inventory, 4)
    directory.put(SERVICE_PRINCIPALS, principal("fresh"))
    directory.remove(SERVICE_PRINCIPALS, principal_id(1))
    await inventory.tick()
    apps, state = await inventory.apps(), await state_of(inventory)
    assert (apps[app_id("fresh")].deleted, apps[app_id(1)].deleted) == (None, inventory.now - MINUTE)
    assert (state.health, state.reason, state.reads) == (SourceHealth.FAILING, "busy", 1)
    assert state.last_complete_read == inventory.now - MINUTE
    directory.before = agreeing
    inventory.now += LONGEST_WAIT
    await inventory.tick(2)
    state = await state_of(inventory)
    assert (state.reads, state.health) == (2, SourceHealth.OK)
    assert (await inventory.apps())[app_id("fresh")].deleted is None


async def test_a_link_that_is_lost_each_time_is_a_failure_in_the_end(start: StartInventory) -> None:
    directory = small_tenant(3)
    directory.page_size = 4
    directory.before = failing("list servicePrincipals 4", DeltaExpired("410"))
    inventory = start(directory)
    await inventory.tick(3)
    assert (await state_of(inventory)).health is SourceHealth.OK
    await inventory.tick(2)
    assert (await state_of(inventory)).health is SourceHealth.FAILING
    directory.before = agreeing
    inventory.now += LONGEST_WAIT
    await inventory.tick(2)
    state = await state_of(inventory)
    assert (state.reads, state.health) == (1, SourceHealth.OK)
    assert state.parts["servicePrincipals"].objects == len(directory.objects[SERVICE_PRINCIPALS])


async def test_a_part_whose_links_are_lost_each_time_is_left_out(start: StartInventory) -> None:
    directory = small_tenant(3, grants_each=2)
    directory.page_size = 4
    directory.before = failing("list oauth2PermissionGrants 4", DeltaExpired("410"))
    inventory = start(directory)
    await tick_slowly(inventory, 8)
    state = await state_of(inventory)
    assert (state.reads, state.parts["oauth2PermissionGrants"].health) == (1, SourceHealth.FAILING)


async def test_a_read_that_an_older_version_began_begins_anew(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    stored = await inventory.services.inventory_reads.state()
    running = FullRead(number=2, started=NOW, links=stored.state.links, stage=ReadStage.APPS)
    older = InventoryState(
        reads=1, running=running, links=stored.state.links, last_full_read=NOW - DAY, last_complete_read=NOW
    )
    await inventory.services.inventory_reads.move(older, stored.version)
    directory.requests.clear()
    await inventory.tick()
    assert {"list users 0", "list roleAssignments 0"} <= set(directory.requests)
    state = await state_of(inventory)
    assert {part.last_read for part in state.parts.values()} == {inventory.now - MINUTE}
    assert (await inventory.apps())[app_id(1)].deleted is None


async def test_a_list_that_was_never_made_is_made_of_the_stored_apps(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    container = await inventory.connection.container("applist")
    async for name in container.list_blob_names():
        await container.delete_blob(name)
    after_upgrade = start(directory)
    after_upgrade.now = inventory.now
    directory.before = failing("", Unavailable("busy"))
    assert not await after_upgrade.services.app_list.exists()
    await after_upgrade.tick()
    apps = await inventory.apps()
    assert (await after_upgrade.services.app_list.rows(list(apps))).keys() == apps.keys()


async def test_an_app_whose_principal_went_before_it_was_told_is_found_by_a_full_read(start: StartInventory) -> None:
    directory = small_tenant(3)
    inventory = start(directory)
    await inventory.tick()
    for number in (1, 2):
        await inventory.services.mirror.remove_principal(principal_id(number))
    del directory.objects[SERVICE_PRINCIPALS][principal_id(2)]
    inventory.now = NOW + DAY
    await inventory.tick()
    apps = await inventory.apps()
    assert {number: apps[app_id(number)].deleted for number in range(3)} == {0: None, 1: None, 2: NOW + DAY}


def held(directory: ScriptedDirectory, number: int, api: str) -> None:
    role = {**assignment(number, guid("role of", api)), "resourceId": principal_id(api)}
    directory.put(DirectoryKind.APP_ROLE_ASSIGNMENTS, role)


async def with_roles_of_an_own_api(start: StartInventory) -> tuple[ScriptedDirectory, Inventory]:
    """App 1 holds a role of an API whose assignments no full read asks for."""
    directory = small_tenant(2)
    directory.put(SERVICE_PRINCIPALS, principal("api", appRoles=[{"id": guid("role of", "api"), "value": "Do.All"}]))
    held(directory, 1, "api")
    inventory = start(directory)
    await inventory.tick()
    await inventory.services.app_requests.want([principal_id(1)])
    await inventory.tick()
    assert "Do.All" in await names_of(inventory, 1)
    return directory, inventory


async def names_of(inventory: Inventory, number: int) -> set[str | None]:
    permissions = (await inventory.apps())[app_id(number)].permissions
    assert isinstance(permissions, tuple)
    return {each.name for each in permissions}


async def test_roles_of_apis_that_no_full_read_asks_for_are_read_again(start: StartInventory) -> None:
    directory, inventory = await with_roles_of_an_own_api(start)
    directory.remove(DirectoryKind.APP_ROLE_ASSIGNMENTS, assignment(1, guid("role of", "api"))["id"])
    inventory.now = NOW + DAY
    await inventory.tick(2)
    assert "Do.All" not in await names_of(inventory, 1)


async def test_roles_of_an_api_that_is_gone_go_with_it(start: StartInventory) -> None:
    directory, inventory = await with_roles_of_an_own_api(start)
    directory.remove(SERVICE_PRINCIPALS, principal_id("api"))
    # Whoever holds them may not be read by itself at the time.
    directory.before = failing("parts", Unavailable("busy"))
    await inventory.services.mirror.remove_principal(principal_id("api"))
    inventory.now = NOW + DAY
    await inventory.tick()
    mirrored = (await inventory.services.mirror.principals([principal_id(1)]))[principal_id(1)]
    assert {each["resourceId"] for each in mirrored.app_role_assignments}.isdisjoint({principal_id("api")})


async def test_a_kind_of_changes_that_is_refused_holds_up_no_other(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    directory.before = failing("changes servicePrincipals", Unavailable("busy"))
    directory.remove(APPLICATIONS, guid("registration", 0))
    directory.put(SERVICE_PRINCIPALS, principal(1, displayName="New name"), tells={"id": principal_id(1)})
    await inventory.services.app_requests.want([principal_id(1)])
    await inventory.tick()
    apps, state = await inventory.apps(), await state_of(inventory)
    assert apps[app_id(1)].display_name == "New name"
    assert apps[app_id(0)].application_object_id is None
    assert (state.health, state.last_complete_read) == (SourceHealth.FAILING, NOW)
