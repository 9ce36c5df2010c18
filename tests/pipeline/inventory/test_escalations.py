"""Escalation paths through apps that an app owns, on the stored list."""

from msgspec import structs

from shared.domain.apps import App, Permission, PermissionKind
from shared.domain.escalation import EscalationPath, EscalationTarget, own_paths
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.privileges import Privilege
from shared.domain.summarize import summary_of
from shared.pipeline.inventory.escalations import escalation_paths
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


async def test_a_deleted_app_cannot_be_taken_over(start: StartInventory) -> None:
    inventory = start(None)
    apps = [app(0, OWNED_BY), structs.replace(app(1, MAIL), deleted=NOW)]
    await store(inventory, apps, {1: [0]})
    assert await paths_of(inventory, apps[0]) == []
