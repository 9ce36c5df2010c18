"""Escalation paths through apps that an app owns, on the stored list."""

import pytest
from msgspec import structs

from shared.domain.app_traits import Trait
from shared.domain.apps import App, Owner, Permission, PermissionKind
from shared.domain.escalation import EscalationPath, EscalationTarget, own_paths
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.privileges import Privilege
from shared.domain.summarize import summary_of
from shared.pipeline.inventory.escalations import escalation_paths, find_paths
from shared.pipeline.inventory.listed_changes import ListedChanges
from tests.pipeline.inventory.conftest import NOW, Inventory, StartInventory
from tests.pipeline.inventory.tenant import app_id, principal_id

OWNED_BY, MAIL = "Application.ReadWrite.OwnedBy", "Mail.Read"


def app(name: object, *permissions: str) -> App:
    held = tuple(
        Permission(
            name=each, kind=PermissionKind.APPLICATION, privilege=Privilege.HIGH, resource_app_id=MICROSOFT_GRAPH
        )
        for each in permissions
    )
    return App(
        app_id=app_id(name),
        service_principal_id=principal_id(name),
        display_name=f"App {name}",
        permissions=held,
        directory_roles=(),
    )


def owner_of(name: object) -> Owner:
    return Owner(id=principal_id(name), kind="servicePrincipal")


async def store(inventory: Inventory, apps: list[App], owned_by: dict[int, list[int]]) -> None:
    """``owned_by`` names the apps whose service principals own each app."""
    await inventory.services.apps.save(apps, NOW)
    owners = {app_id(owned): tuple(map(principal_id, names)) for owned, names in owned_by.items()}
    await inventory.services.app_list.update([summary_of(each, NOW) for each in apps], owners)


async def paths_of(inventory: Inventory, one: App) -> list[EscalationPath]:
    return list(await escalation_paths(inventory.services, one))


def chain(length: int) -> tuple[list[App], dict[int, list[int]]]:
    """So many apps, each the owner of the next, of which only the last reads mail."""
    apps = [app(number, OWNED_BY) for number in range(length)]
    apps[-1] = app(length - 1, MAIL)
    return apps, {number + 1: [number] for number in range(length - 1)}


async def test_an_app_reaches_what_the_apps_reach_that_it_owns(start: StartInventory) -> None:
    inventory = start(None)
    apps, owned_by = chain(3)
    await store(inventory, apps, owned_by)
    (path,) = await paths_of(inventory, apps[0])
    assert path.target is EscalationTarget.EVERY_MAILBOX
    assert path.through == (app_id(1), app_id(2))
    assert [step.means for step in path.steps] == [f"ownership and {OWNED_BY}"] * 2 + [MAIL]


async def test_ownership_without_a_permission_reaches_nothing(start: StartInventory) -> None:
    inventory = start(None)
    apps = [app(0), app(1, MAIL)]
    await store(inventory, apps, {1: [0]})
    assert await paths_of(inventory, apps[0]) == []


async def test_the_app_s_own_paths_come_first(start: StartInventory) -> None:
    inventory = start(None)
    apps = [app(0, OWNED_BY, MAIL), app(1, MAIL)]
    await store(inventory, apps, {1: [0]})
    paths = await paths_of(inventory, apps[0])
    assert [path.through for path in paths] == [(), (app_id(1),)]
    assert paths[0] == own_paths(apps[0])[0]


async def test_apps_that_own_each_other_and_themselves_come_to_an_end(start: StartInventory) -> None:
    inventory = start(None)
    apps = [app(0, OWNED_BY), app(1, OWNED_BY, MAIL)]
    await store(inventory, apps, {0: [0, 1], 1: [0, 1]})
    assert [path.through for path in await paths_of(inventory, apps[0])] == [(app_id(1),)]


async def test_four_apps_are_taken_over_one_after_the_other_and_no_fifth(start: StartInventory) -> None:
    inventory = start(None)
    apps, owned_by = chain(6)
    await store(inventory, apps, owned_by)
    assert len((await paths_of(inventory, apps[1]))[0].through) == 4
    assert await paths_of(inventory, apps[0]) == []


async def test_of_an_app_with_many_apps_fifty_are_looked_at(start: StartInventory) -> None:
    inventory = start(None)
    apps = [app(0, OWNED_BY), *(app(number, MAIL) for number in range(1, 60))]
    await store(inventory, apps, {number: [0] for number in range(1, 60)})
    assert len(await paths_of(inventory, apps[0])) == 49


async def test_of_thousands_of_harmless_apps_the_one_that_reaches_something_is_found(start: StartInventory) -> None:
    inventory = start(None)
    apps = [app(0, OWNED_BY), *(app(number) for number in range(1, 80)), app(80, "RoleManagement.ReadWrite.Directory")]
    await store(inventory, apps, {number: [0] for number in range(1, 81)})
    found = await find_paths(inventory.services, apps[0])
    assert not found.is_cut
    assert {path.through for path in found.paths} == {(app_id(80),)}


async def test_where_not_all_could_be_looked_at_the_list_keeps_what_it_says(start: StartInventory) -> None:
    inventory = start(None)
    owners = [app(number, OWNED_BY) for number in range(60)]
    owners = [owners[0], *(structs.replace(each, owners=(owner_of(0),)) for each in owners[1:])]
    reader = structs.replace(app(60, MAIL), owners=(owner_of(59),))
    await store(inventory, [*owners, reader], {})
    await inventory.services.app_list.rebuild(NOW)
    reaching = (await inventory.services.app_list.rows([app_id(0)]))[app_id(0)].traits
    assert Trait.CAN_READ_EVERY_MAILBOX in reaching
    hidden = [summary_of(each, NOW) for each in owners[1:]]
    await inventory.services.app_list.update(hidden, {each.app_id: (principal_id(0),) for each in hidden})
    assert (await find_paths(inventory.services, owners[0])).is_cut
    changes = ListedChanges(inventory.services, NOW, is_rebuilt=False)
    await changes.keep([structs.replace(owners[0], display_name="Renamed")])
    await changes.show()
    row = (await inventory.services.app_list.rows([app_id(0)]))[app_id(0)]
    assert (row.display_name, Trait.CAN_READ_EVERY_MAILBOX in row.traits) == ("Renamed", True)


@pytest.mark.parametrize(("length", "reaches"), [(5, True), (6, False)])
async def test_the_list_looks_as_deep_as_the_paths(start: StartInventory, length: int, reaches: bool) -> None:
    inventory = start(None)
    apps, owned_by = chain(length)
    stored = [
        structs.replace(each, owners=tuple(owner_of(name) for name in owned_by.get(number, [])))
        for number, each in enumerate(apps)
    ]
    await store(inventory, stored, owned_by)
    await inventory.services.app_list.rebuild(NOW)
    row = (await inventory.services.app_list.rows([app_id(0)]))[app_id(0)]
    assert (Trait.CAN_READ_EVERY_MAILBOX in row.traits) is reaches
    assert bool(await paths_of(inventory, stored[0])) is reaches


async def test_a_deleted_app_cannot_be_taken_over(start: StartInventory) -> None:
    inventory = start(None)
    apps = [app(0, OWNED_BY), structs.replace(app(1, MAIL), deleted=NOW)]
    await store(inventory, apps, {1: [0]})
    assert await paths_of(inventory, apps[0]) == []
