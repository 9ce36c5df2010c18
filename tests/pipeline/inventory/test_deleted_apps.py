"""Apps that are deleted, restored, or known only by what the directory keeps of them."""

from datetime import UTC, datetime, timedelta

from shared.domain.apps import App, Origin
from shared.domain.directory import DirectoryKind
from shared.domain.errors import PermissionMissing
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import (
    APPLICATIONS,
    SERVICE_PRINCIPALS,
    ScriptedDirectory,
    agreeing,
)
from tests.pipeline.inventory.tenant import app_id, deleted, guid, principal, principal_id, registration, small_tenant

DELETED = datetime(2026, 3, 3, 10, tzinfo=UTC)
DELETED_TEXT = "2026-03-03T10:00:00Z"
DAY, MONTH = timedelta(days=1), timedelta(days=30)


def delete(directory: ScriptedDirectory, name: int, at: str = DELETED_TEXT) -> None:
    """As Graph does: what goes from the lists is in the bin from then on."""
    principal_of = directory.objects[SERVICE_PRINCIPALS].pop(principal_id(name))
    put(directory, DirectoryKind.DELETED_SERVICE_PRINCIPALS, deleted(principal_of, at))
    if (own := directory.objects[APPLICATIONS].pop(guid("registration", name), None)) is not None:
        put(directory, DirectoryKind.DELETED_APPLICATIONS, deleted(own, at))


def put(directory: ScriptedDirectory, kind: DirectoryKind, item: dict[str, str]) -> None:
    directory.objects[kind][item["id"]] = item


async def app(inventory: Inventory, name: object) -> App:
    return (await inventory.apps())[app_id(name)]


async def read_again(inventory: Inventory) -> None:
    inventory.now += DAY
    await inventory.tick()


async def test_a_deleted_app_tells_when_it_was_deleted_and_until_when_it_can_be_restored(
    start: StartInventory,
) -> None:
    directory = small_tenant(4)
    inventory = start(directory)
    await inventory.tick()
    for name in range(4):
        delete(directory, name)
    await read_again(inventory)
    for name in range(4):
        gone = await app(inventory, name)
        assert (gone.deleted, gone.recoverable_until) == (DELETED, DELETED + MONTH)
        assert (gone.display_name, gone.modified) == (f"App {name}", NOW + DAY + MINUTE)
        assert isinstance(gone.permissions, tuple)


async def test_a_change_tells_at_once_that_an_app_is_gone_and_the_next_read_since_when(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    delete(directory, 1)
    directory.remove(SERVICE_PRINCIPALS, principal_id(1), reason="changed")
    await inventory.tick()
    assert ((await app(inventory, 1)).deleted, (await app(inventory, 1)).recoverable_until) == (NOW + MINUTE, None)
    await read_again(inventory)
    assert ((await app(inventory, 1)).deleted, (await app(inventory, 1)).recoverable_until) == (
        DELETED,
        DELETED + MONTH,
    )


async def test_an_app_that_nobody_knew_appears_as_deleted(start: StartInventory) -> None:
    directory = small_tenant(2)
    put(directory, DirectoryKind.DELETED_SERVICE_PRINCIPALS, deleted(principal("foreign"), DELETED_TEXT))
    put(directory, DirectoryKind.DELETED_APPLICATIONS, deleted(registration("own"), DELETED_TEXT))
    inventory = start(directory)
    await inventory.tick()
    foreign, own = await app(inventory, "foreign"), await app(inventory, "own")
    assert (foreign.deleted, foreign.recoverable_until) == (DELETED, DELETED + MONTH)
    assert (foreign.display_name, foreign.origin, foreign.first_seen) == ("App foreign", Origin.EXTERNAL, NOW)
    assert (own.deleted, own.origin, own.application_object_id) == (
        DELETED,
        Origin.INTERNAL,
        guid("registration", "own"),
    )


async def test_a_restored_app_is_no_longer_deleted(start: StartInventory) -> None:
    directory = small_tenant(4)
    inventory = start(directory)
    await inventory.tick()
    delete(directory, 1)
    delete(directory, 3)
    await read_again(inventory)
    for kind in (DirectoryKind.DELETED_SERVICE_PRINCIPALS, DirectoryKind.DELETED_APPLICATIONS):
        directory.objects[kind].clear()
    directory.put(SERVICE_PRINCIPALS, principal(1))
    directory.objects[SERVICE_PRINCIPALS][principal_id(3)] = principal(3)
    await inventory.tick()
    assert ((await app(inventory, 1)).deleted, (await app(inventory, 1)).recoverable_until) == (None, None)
    await read_again(inventory)
    assert ((await app(inventory, 3)).deleted, (await app(inventory, 3)).recoverable_until) == (None, None)


async def test_what_is_no_longer_kept_cannot_be_restored(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    delete(directory, 1)
    await read_again(inventory)
    directory.objects[DirectoryKind.DELETED_SERVICE_PRINCIPALS].clear()
    await read_again(inventory)
    gone = await app(inventory, 1)
    assert (gone.deleted, gone.recoverable_until) == (DELETED, None)


async def test_while_the_bin_may_not_be_read_what_it_told_stays(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    delete(directory, 1)
    await read_again(inventory)
    before = await app(inventory, 1)

    def refuse(asked: str) -> None:
        if asked == "list deletedServicePrincipals 0":
            raise PermissionMissing("the bin", ("Some.Read.All",))

    directory.before = refuse
    await read_again(inventory)
    assert await app(inventory, 1) == before
    directory.before = agreeing


async def test_an_app_deleted_and_added_again_is_not_deleted(start: StartInventory) -> None:
    directory = small_tenant(3)
    for name in range(3):
        former = principal(name, id=guid("former", name))
        put(directory, DirectoryKind.DELETED_SERVICE_PRINCIPALS, deleted(former, DELETED_TEXT))
    inventory = start(directory)
    await inventory.tick()
    await read_again(inventory)
    apps = await inventory.apps()
    assert [(apps[app_id(name)].deleted, apps[app_id(name)].modified) for name in range(3)] == [(None, None)] * 3


async def test_of_several_deletions_the_last_counts(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    former = principal(1, id=guid("former", 1))
    put(directory, DirectoryKind.DELETED_SERVICE_PRINCIPALS, deleted(former, "2026-02-01T00:00:00Z"))
    delete(directory, 1)
    await read_again(inventory)
    assert (await app(inventory, 1)).deleted == DELETED
