"""Following changes: however they come, the inventory ends as the directory is."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from shared.domain.apps import App
from shared.domain.directory import DirectoryKind
from shared.domain.errors import Unavailable
from shared.domain.ledger import SourceHealth
from shared.domain.mirror import SLICES
from shared.pipeline.inventory.refresh_apps import refresh_apps
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import (
    APPLICATIONS,
    GRANTS,
    SERVICE_PRINCIPALS,
    ScriptedDirectory,
    agreeing,
)
from tests.pipeline.inventory.tenant import (
    app_id,
    assignment,
    grant,
    guid,
    owner,
    principal,
    principal_id,
    registration,
    small_tenant,
)


async def read_inventory(start: StartInventory, directory: ScriptedDirectory) -> Inventory:
    inventory = start(directory)
    await inventory.tick()
    directory.requests.clear()
    return inventory


async def app(inventory: Inventory, name: object) -> App:
    return (await inventory.apps())[app_id(name)]


async def test_a_tick_without_changes_asks_three_times_and_is_a_complete_read(start: StartInventory) -> None:
    directory = small_tenant(3)
    inventory = await read_inventory(start, directory)
    await inventory.tick()
    assert directory.requests == ["changes servicePrincipals", "changes applications", "changes oauth2PermissionGrants"]
    state = (await inventory.services.inventory_reads.state()).state
    assert (state.last_full_read, state.last_complete_read) == (NOW, NOW + MINUTE)


async def test_a_new_app_is_there_a_tick_later_with_all_that_it_holds(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory = await read_inventory(start, directory)
    directory.put(SERVICE_PRINCIPALS, principal("new"))
    directory.put(GRANTS, grant("new", "Mail.Send"))
    directory.put(DirectoryKind.APP_ROLE_ASSIGNMENTS, assignment("new"))
    directory.owners[principal_id("new")] = [owner("ada")]
    await inventory.tick()
    new = await app(inventory, "new")
    assert isinstance(new.permissions, tuple)
    assert {held.name for held in new.permissions} == {"Mail.Send", "Mail.Read"}
    assert (new.owner_count, new.first_seen) == (1, NOW + MINUTE)
    assert (await inventory.services.app_list.rows([app_id("new")]))[app_id("new")].display_name == new.display_name


async def test_a_change_that_tells_one_property_leaves_the_others(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = await read_inventory(start, directory)
    before = await app(inventory, 1)
    changed = principal(1, accountEnabled=False)
    directory.put(SERVICE_PRINCIPALS, changed, tells={"id": principal_id(1), "accountEnabled": False})
    await inventory.tick()
    after = await app(inventory, 1)
    assert (before.enabled, after.enabled) == (True, False)
    assert (after.display_name, after.permissions, after.created) == (
        before.display_name,
        before.permissions,
        before.created,
    )


TOLD_OF_OWNERS: list[dict[str, Any]] = [
    {},
    {"owners@delta": None},
    {"owners@delta": 5},
    {"owners@delta": [None]},
]


async def test_the_owners_of_a_changed_registration_are_read_whatever_its_change_tells_of_them(
    start: StartInventory,
) -> None:
    directory = small_tenant(0)
    for number in range(len(TOLD_OF_OWNERS)):
        directory.put(APPLICATIONS, registration(number))
        directory.owners[guid("registration", number)] = [owner("ada"), owner("bob")]
    inventory = await read_inventory(start, directory)
    for number, told in enumerate(TOLD_OF_OWNERS):
        directory.owners[guid("registration", number)] = [owner("bob"), owner("eve")]
        changed = registration(number, displayName="New name")
        directory.put(APPLICATIONS, changed, tells={**changed, **told})
    await inventory.tick()
    for number, told in enumerate(TOLD_OF_OWNERS):
        found = await app(inventory, number)
        assert isinstance(found.owners, tuple), told
        assert {each.id for each in found.owners} == {guid("user", "bob"), guid("user", "eve")}, told
        assert found.owner_count == 2, told


async def test_a_registration_that_is_wanted_comes_with_its_owners(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory = await read_inventory(start, directory)
    assert (await app(inventory, 0)).owner_count == 0
    directory.owners[guid("registration", 0)] = [owner("ada")]
    await inventory.services.app_requests.want([app_id(0)])
    await inventory.tick()
    assert (await app(inventory, 0)).owner_count == 1


async def test_owners_that_no_replica_tells_yet_are_unknown_and_read_again(start: StartInventory) -> None:
    directory = small_tenant(0)
    inventory = await read_inventory(start, directory)
    directory.put(APPLICATIONS, registration("new"))
    directory.owners[guid("registration", "new")] = [owner("ada")]

    def lag(_asked: str) -> None:
        # The first request for owners is of the change, the second of what was wanted since.
        directory.lagging = (
            {guid("registration", "new")} if directory.requests.count("registration parts") < 2 else set()
        )

    directory.before = lag
    await inventory.tick()
    assert directory.requests.count("registration parts") == 2
    assert (await app(inventory, "new")).owner_count == 1


async def test_objects_that_are_looked_up_without_an_app_id_hold_up_no_other(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory = await read_inventory(start, directory)
    unnamed: tuple[object, ...] = (None, [], {"a": 1}, 5)
    odd = [{**registration(f"odd {told}"), "appId": told} for told in unnamed]
    for each in (*odd, registration("new")):
        directory.put(APPLICATIONS, each)
    await inventory.services.app_requests.want([each["id"] for each in odd])
    await inventory.tick()
    assert (await app(inventory, "new")).application_object_id == guid("registration", "new")
    assert (await inventory.services.inventory_reads.state()).state.health is SourceHealth.OK


async def test_an_app_that_is_removed_is_kept_with_the_time(start: StartInventory) -> None:
    directory = small_tenant(4)
    inventory = await read_inventory(start, directory)
    directory.remove(SERVICE_PRINCIPALS, principal_id(1), reason="changed")
    directory.remove(SERVICE_PRINCIPALS, principal_id(0))
    await inventory.tick()
    assert (await app(inventory, 1)).deleted == NOW + MINUTE
    assert (await app(inventory, 1)).display_name == "App 1"
    still_registered = await app(inventory, 0)
    assert (still_registered.deleted, still_registered.service_principal_id) == (None, None)
    directory.put(SERVICE_PRINCIPALS, principal(1), tells={"id": principal_id(1)})
    await inventory.tick()
    assert (await app(inventory, 1)).deleted is None


async def test_a_removed_grant_is_found_by_its_id(start: StartInventory) -> None:
    directory = small_tenant(2, grants_each=2)
    inventory = await read_inventory(start, directory)
    assert (await app(inventory, 1)).consented_users == 1
    directory.remove(GRANTS, grant(1, "", guid("user", 1))["id"])
    await inventory.tick()
    assert (await app(inventory, 1)).consented_users == 0


async def test_a_removed_grant_of_an_unknown_form_makes_all_be_read_again(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory = await read_inventory(start, directory)
    directory.remove(GRANTS, "of-an-unknown-form")
    await inventory.tick(2)
    assert (await inventory.services.inventory_reads.state()).state.reads == 2


async def test_a_grant_that_grows_is_merged(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = await read_inventory(start, directory)
    grown = grant(1, "User.Read Mail.Read Files.ReadWrite.All")
    directory.put(GRANTS, grown, tells={"id": grown["id"], "scope": grown["scope"]})
    await inventory.tick()
    grants = (await app(inventory, 1)).grants
    assert isinstance(grants, tuple)
    assert set(grants[0].scopes) == {"User.Read", "Mail.Read", "Files.ReadWrite.All"}


async def test_links_that_expired_lead_to_a_full_read(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = await read_inventory(start, directory)
    before = await inventory.apps()
    directory.objects[SERVICE_PRINCIPALS][principal_id("new")] = principal("new")
    directory.has_expired = True
    await inventory.tick()
    assert await inventory.apps() == before
    directory.has_expired = False
    await inventory.tick()
    assert (await inventory.apps()).keys() - before.keys() == {app_id("new")}


async def test_an_app_too_new_for_every_replica_is_read_again_at_the_next_tick(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory = await read_inventory(start, directory)
    directory.put(SERVICE_PRINCIPALS, principal("new"))
    new = directory.objects[SERVICE_PRINCIPALS].pop(principal_id("new"))

    def seen_by_all(asked: str) -> None:
        if asked == "changes applications":
            directory.objects[SERVICE_PRINCIPALS][new["id"]] = new

    directory.before = seen_by_all
    await inventory.tick()
    assert (await app(inventory, "new")).deleted is None


async def test_changes_that_are_shuffled_and_repeated_come_to_the_same(
    start: StartInventory, unique: Callable[[str], str]
) -> None:
    random = Random(7)
    directory = small_tenant(6, grants_each=2)
    inventory = await read_inventory(start, directory)
    directory.remove(SERVICE_PRINCIPALS, principal_id(2))
    directory.put(SERVICE_PRINCIPALS, principal(1, displayName="First"))
    directory.put(SERVICE_PRINCIPALS, principal(1, displayName="Second"))
    directory.put(SERVICE_PRINCIPALS, principal("new"))
    directory.put(GRANTS, grant("new", "Mail.Send"))
    directory.put(GRANTS, grant(4, "User.Read"))
    directory.remove(GRANTS, grant(5, "", guid("user", 1))["id"])
    directory.put(APPLICATIONS, registration(3, displayName="Third"))
    for told in directory.told.values():
        news = told[len(told) // 2 :]
        told.extend(random.sample(news, len(news)) * 2)
    await inventory.tick(2)
    followed = await inventory.apps()
    whole = start(directory, prefix=unique("w"))
    await whole.tick()
    read = {key: known_without_times(app) for key, app in (await whole.apps()).items()}
    assert {key: known_without_times(app) for key, app in followed.items() if app.deleted is None} == read
    assert followed[app_id(2)].deleted is not None


def known_without_times(known: App) -> tuple[object, ...]:
    owners = {each.id for each in known.owners} if isinstance(known.owners, tuple) else None
    permissions = frozenset(known.permissions) if isinstance(known.permissions, tuple) else None
    return (known.display_name, known.enabled, known.service_principal_id, permissions, known.consented_users, owners)


async def test_what_is_wanted_is_read_again_at_the_next_tick(start: StartInventory) -> None:
    directory = small_tenant(3)
    inventory = await read_inventory(start, directory)
    directory.remove(DirectoryKind.APP_ROLE_ASSIGNMENTS, assignment(1)["id"])
    directory.remove(DirectoryKind.APP_ROLE_ASSIGNMENTS, assignment(2)["id"])
    await inventory.services.app_requests.want([principal_id(1), app_id(2), "no GUID", guid("nobody")])
    await inventory.tick()
    for number in (1, 2):
        permissions = (await app(inventory, number)).permissions
        assert isinstance(permissions, tuple)
        assert {held.kind.value for held in permissions} == {"delegated"}
    assert await inventory.services.app_requests.wanted(10) == {}


async def test_a_refused_request_stays_wanted(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory = await read_inventory(start, directory)
    await inventory.services.app_requests.want([principal_id(0)])

    def busy(asked: str) -> None:
        if asked == "find":
            raise Unavailable("busy")

    directory.before = busy
    await inventory.tick()
    assert list(await inventory.services.app_requests.wanted(10)) == [principal_id(0)]
    directory.before = agreeing
    await inventory.tick()
    assert await inventory.services.app_requests.wanted(10) == {}


async def test_an_app_is_fetched_at_once_by_any_of_its_ids(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory = await read_inventory(start, directory)
    for name in ("a", "b", "c"):
        directory.put(SERVICE_PRINCIPALS, principal(name))
        directory.put(APPLICATIONS, registration(name))
    ids = [principal_id("a"), app_id("b"), guid("registration", "c"), guid("user", "ada")]
    await refresh_apps(inventory.services, ids, NOW)
    apps = await inventory.apps()
    assert {apps[app_id(name)].service_principal_id for name in ("a", "b", "c")} == {
        principal_id(name) for name in ("a", "b", "c")
    }
    assert apps[app_id("c")].application_object_id == guid("registration", "c")
    assert principal_id("b") in await inventory.services.aliases.lookup([principal_id("b")])


async def test_an_app_fetched_while_a_full_read_runs_is_not_taken_for_gone(start: StartInventory) -> None:
    directory = small_tenant(3)
    directory.page_size = 3
    inventory = await read_inventory(start, directory)
    inventory.now += timedelta(days=1)

    def stop_at_grants(asked: str) -> None:
        if asked.startswith("list oauth2"):
            raise Unavailable("busy")

    directory.before = stop_at_grants
    await inventory.tick()
    directory.before = agreeing
    directory.put(SERVICE_PRINCIPALS, principal("late"))
    await refresh_apps(inventory.services, [principal_id("late")], NOW)
    await inventory.tick()
    assert (await app(inventory, "late")).deleted is None
    mirrored = [each for name in SLICES for each in await inventory.services.mirror.slice(name)]
    assert principal_id("late") in {each.owner for each in mirrored}
