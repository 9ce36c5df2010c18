"""Judging apps: what changed is judged, once, and nothing that changed meanwhile is forgotten."""

from dataclasses import replace
from datetime import timedelta

from msgspec import structs

from shared.domain.apps import App, Origin, Permission, PermissionKind
from shared.domain.inventory_reads import InventoryState, VersionedState
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import AZURE_SERVICE_MANAGEMENT, MICROSOFT_GRAPH
from shared.domain.mirror import SLICES
from shared.domain.privileges import Privilege
from shared.pipeline.inventory.evaluate_apps import evaluate_all_apps, evaluate_apps, hint_unjudged_apps
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import SERVICE_PRINCIPALS
from tests.pipeline.inventory.tenant import app_id, principal, small_tenant

POLICY = "unverified-privileged-external-app"


async def alerted(inventory: Inventory) -> list[tuple[str, str | None]]:
    """Policy and app of all alerts."""
    return sorted((alert.policy_id, alert.app.app_id) for alert in await inventory.alerts())


async def test_the_apps_of_a_first_read_are_judged(start: StartInventory) -> None:
    inventory = start(small_tenant(3))
    await inventory.tick()
    assert await inventory.judge() > 0
    assert await alerted(inventory) == sorted((POLICY, app_id(number)) for number in (1, 2))


async def test_judging_again_changes_nothing(start: StartInventory) -> None:
    inventory = start(small_tenant(2))
    await inventory.tick()
    await inventory.judge()
    before = await inventory.alerts()
    inventory.now += timedelta(days=1)
    await evaluate_all_apps(inventory.services, inventory.now)
    assert await inventory.judge() == len(SLICES)
    assert await inventory.alerts() == before
    assert len(before) == 1
    assert await inventory.services.apps.all_unjudged() == {}


async def test_microsofts_apps_managed_identities_and_deleted_apps_are_not_judged(start: StartInventory) -> None:
    directory = small_tenant(2)
    directory.put(SERVICE_PRINCIPALS, principal(1, servicePrincipalType="ManagedIdentity"))
    inventory = start(directory)
    await inventory.tick()
    await inventory.judge()
    assert await alerted(inventory) == []
    assert not (await inventory.apps())[MICROSOFT_GRAPH].is_watched


AZURE_ONLY = App(
    app_id=app_id("azure"),
    enabled=True,
    origin=Origin.EXTERNAL,
    publisher_verified=False,
    privilege=Privilege.HIGH,
    permissions=(
        Permission(
            name="user_impersonation",
            kind=PermissionKind.DELEGATED,
            privilege=Privilege.HIGH,
            resource_app_id=AZURE_SERVICE_MANAGEMENT,
            consent_type="AllPrincipals",
        ),
    ),
    directory_roles=(),
)


async def test_an_app_known_to_reach_no_data_is_not_judged(start: StartInventory) -> None:
    inventory = start(small_tenant(0))
    await inventory.services.apps.save([AZURE_ONLY], inventory.now)
    await evaluate_apps(inventory.services, AZURE_ONLY.app_id[:1], inventory.now)
    assert await alerted(inventory) == []


async def test_an_app_of_whose_directory_roles_nobody_knows_is_judged(start: StartInventory) -> None:
    inventory = start(small_tenant(0))
    open_app = structs.replace(AZURE_ONLY, directory_roles=UNKNOWN)
    await inventory.services.apps.save([open_app], inventory.now)
    await evaluate_apps(inventory.services, open_app.app_id[:1], inventory.now)
    assert await alerted(inventory) == [(POLICY, open_app.app_id)]


async def test_an_app_that_changes_while_its_partition_is_judged_is_judged_again(start: StartInventory) -> None:
    inventory = start(small_tenant(2))
    await inventory.tick()
    partition = app_id(1)[:1]
    note = await inventory.services.apps.unjudged(partition)
    assert note is not None
    changed = (await inventory.apps())[app_id(1)]
    await inventory.services.apps.save([changed], inventory.now)
    await inventory.services.apps.note_judged(partition, note)
    assert partition in await inventory.services.apps.all_unjudged()
    await evaluate_apps(inventory.services, partition, inventory.now)
    assert partition not in await inventory.services.apps.all_unjudged()


async def test_a_lost_hint_is_sent_again(start: StartInventory) -> None:
    inventory = start(small_tenant(2))
    await inventory.tick()
    queue = await inventory.connection.queue("apps")
    await queue.clear_messages()
    assert await hint_unjudged_apps(inventory.services, NOW + MINUTE) == 0
    assert await hint_unjudged_apps(inventory.services, NOW + 3 * MINUTE) > 0
    await inventory.judge()
    assert await alerted(inventory) == [(POLICY, app_id(1))]


async def test_the_moment_when_the_first_read_was_judged_is_noted_once(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    await hint_unjudged_apps(inventory.services, inventory.now)
    assert await judged_at(inventory) is None
    await inventory.judge()
    await hint_unjudged_apps(inventory.services, inventory.now)
    assert await judged_at(inventory) == inventory.now
    await hint_unjudged_apps(inventory.services, inventory.now + MINUTE)
    assert await judged_at(inventory) == inventory.now


class Overtaken:
    """What is stored of reads, and a full read that ends just before somebody asks for it."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory, self._is_first = inventory, True

    async def state(self) -> VersionedState:
        if self._is_first:
            self._is_first = False
            await self._inventory.tick()
        return await self._inventory.services.inventory_reads.state()

    async def move(self, state: InventoryState, version: str | None) -> str:
        return await self._inventory.services.inventory_reads.move(state, version)


async def test_a_first_read_that_ends_while_it_is_asked_for_was_not_judged_yet(start: StartInventory) -> None:
    inventory = start(small_tenant(2))
    await inventory.services.watch.begin(NOW)
    asking = replace(inventory.services, inventory_reads=Overtaken(inventory))
    await hint_unjudged_apps(asking, inventory.now)
    assert (await inventory.services.inventory_reads.state()).state.reads == 1
    assert await judged_at(inventory) is None


async def judged_at(inventory: Inventory) -> object:
    watch = await inventory.services.watch.state()
    assert watch is not None
    assert watch.started == NOW
    return watch.first_read_judged
