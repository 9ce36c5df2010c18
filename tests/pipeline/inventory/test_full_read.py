"""A full read: every app, in few requests, and nothing lost where a page fails."""

from collections.abc import Callable

import pytest

from shared.domain.apps import App, Origin
from shared.domain.directory import DirectoryKind
from shared.domain.errors import NotFound, PermissionMissing, Unavailable
from shared.domain.known import UNKNOWN
from shared.domain.ledger import SourceHealth
from shared.domain.microsoft import API_APP_IDS
from shared.domain.privileges import Privilege
from tests.conftest import RecordFigure
from tests.pipeline.inventory.conftest import MINUTE, NOW, StartInventory
from tests.pipeline.inventory.scripted_directory import APPLICATIONS, GRANTS, SERVICE_PRINCIPALS, agreeing
from tests.pipeline.inventory.tenant import (
    APIS,
    MANY_OWNERS,
    app_id,
    grant,
    guid,
    many_owners,
    principal,
    principal_id,
    registration,
    small_tenant,
)

ONE_DAY_OF_MINUTES = 24 * 60
LATER_KINDS = (
    *(DirectoryKind.ROLE_ASSIGNMENTS, DirectoryKind.FEDERATED_CREDENTIALS),
    *(DirectoryKind.DELETED_APPLICATIONS, DirectoryKind.DELETED_SERVICE_PRINCIPALS, DirectoryKind.USERS),
)


def known(apps: dict[str, App]) -> dict[str, App]:
    return {each: app for each, app in apps.items() if app.deleted is None}


async def test_the_first_read_makes_an_app_of_every_service_principal(start: StartInventory) -> None:
    inventory = start(small_tenant(5, grants_each=3))
    await inventory.tick()
    apps = await inventory.apps()
    assert apps.keys() == {app_id(number) for number in range(5)} | APIS
    own, foreign = apps[app_id(0)], apps[app_id(1)]
    assert (own.origin, own.application_object_id) == (Origin.INTERNAL, guid("registration", 0))
    assert (foreign.origin, foreign.privilege, foreign.consented_users) == (Origin.EXTERNAL, Privilege.HIGH, 2)
    assert isinstance(foreign.permissions, tuple)
    assert {(held.name, held.kind.value) for held in foreign.permissions} == {
        ("User.Read", "delegated"),
        ("Mail.Read", "delegated"),
        ("Mail.Read", "application"),
    }
    assert own.first_seen == NOW


async def test_more_owners_than_a_list_expands_are_all_read(start: StartInventory) -> None:
    directory = small_tenant(2)
    directory.owners[principal_id(0)] = many_owners()
    inventory = start(directory)
    await inventory.tick()
    assert (await inventory.apps())[app_id(0)].owner_count == MANY_OWNERS


async def test_more_owners_of_a_registration_than_a_list_expands_are_all_read(start: StartInventory) -> None:
    directory = small_tenant(4)
    directory.owners[guid("registration", 3)] = many_owners()
    inventory = start(directory)
    await inventory.tick()
    assert (await inventory.apps())[app_id(3)].owner_count == MANY_OWNERS


async def test_of_twenty_owners_it_is_not_said_that_they_are_all(start: StartInventory) -> None:
    directory = small_tenant(4)
    directory.owners[guid("registration", 3)] = many_owners()
    directory.lagging = {guid("registration", 3)}
    inventory = start(directory)
    await inventory.tick()
    assert (await inventory.apps())[app_id(3)].owner_count is UNKNOWN


async def test_twenty_owners_of_a_service_principal_are_not_told_as_all_and_read_again(start: StartInventory) -> None:
    directory = small_tenant(2)
    directory.owners[principal_id(0)] = many_owners()
    directory.lagging_principals = {principal_id(0)}
    directory.before = refusing("latest servicePrincipals")
    inventory = start(directory)
    await inventory.tick()
    directory.before = refusing("find")
    await inventory.tick()
    assert (await inventory.apps())[app_id(0)].owner_count is UNKNOWN
    directory.lagging_principals, directory.before = set(), agreeing
    await inventory.tick()
    assert (await inventory.apps())[app_id(0)].owner_count == MANY_OWNERS


async def test_object_ids_are_known_as_soon_as_their_page_was_read(start: StartInventory) -> None:
    directory = small_tenant(3)
    directory.before = refusing("list oauth2PermissionGrants 0")
    inventory = start(directory)
    await inventory.tick()
    found = await inventory.services.aliases.lookup([principal_id(1), guid("registration", 0)])
    assert {each: alias.app_id for each, alias in found.items()} == {
        principal_id(1): app_id(1),
        guid("registration", 0): app_id(0),
    }


async def test_a_registration_without_a_service_principal_is_an_app(start: StartInventory) -> None:
    directory = small_tenant(1)
    directory.put(APPLICATIONS, registration("alone"))
    inventory = start(directory)
    await inventory.tick()
    app = (await inventory.apps())[app_id("alone")]
    assert (app.service_principal_id, app.deleted) == (None, None)


async def test_two_hundred_apps_take_at_most_30_requests(start: StartInventory) -> None:
    await assert_takes(start, apps=200, most=30)


@pytest.mark.soak
@pytest.mark.parametrize(("apps", "most"), [(1_000, 45), (10_000, 245)])
async def test_many_apps_take_few_requests(start: StartInventory, apps: int, most: int) -> None:
    await assert_takes(start, apps, most)


async def assert_takes(start: StartInventory, apps: int, most: int) -> None:
    directory = small_tenant(apps - len(API_APP_IDS), grants_each=3, apis=API_APP_IDS)
    directory.owners[principal_id(0)] = many_owners()
    inventory = start(directory)
    while not (state := (await inventory.services.inventory_reads.state()).state).reads:
        await inventory.tick()
    assert state.last_full_read == NOW
    assert len(known(await inventory.apps())) == apps
    assert len(directory.requests) <= most, directory.requests


def refusing(name: str, error: Exception | None = None) -> Callable[[str], None]:
    def before(asked: str) -> None:
        if asked == name:
            raise error or Unavailable("the directory is busy")

    return before


def requests_of_a_full_read() -> list[str]:
    names = [f"latest {kind}" for kind in (SERVICE_PRINCIPALS, APPLICATIONS, GRANTS)]
    names += [f"list {SERVICE_PRINCIPALS} {start}" for start in (0, 2, 4)] + ["parts"]
    names += [f"list {APPLICATIONS} 0", f"list {GRANTS} 0", f"list {GRANTS} 4", "apis"]
    graph = "00000003-0000-0000-c000-000000000000"
    names += [f"assigned to {principal_id(graph)} {start}" for start in (0, 2)]
    names += [f"list {kind} 0" for kind in LATER_KINDS]
    return names


async def test_wherever_a_later_read_fails_nothing_is_taken_for_gone(
    start: StartInventory, record_figure: RecordFigure
) -> None:
    directory = small_tenant(3, grants_each=2)
    directory.owners[principal_id(0)] = many_owners()
    directory.page_size = 2
    inventory = start(directory)
    await inventory.tick()
    before = await inventory.apps()
    for reads, failing in enumerate(requests_of_a_full_read(), start=2):
        directory.before = refusing(failing)
        inventory.now += ONE_DAY_OF_MINUTES * MINUTE
        asked = len(directory.requests)
        await inventory.tick()
        assert [each for each in directory.requests[asked:] if not each.startswith("changes")][-1] == failing
        found = await inventory.apps()
        assert found == before, failing
        record_figure("R6", "requests that failed in turn", 1)
        record_figure(
            "R6", "apps taken for deleted or changed", len([each for each in before if found[each] != before[each]])
        )
        assert (await inventory.services.app_list.rows(list(before))).keys() == before.keys(), failing
        directory.before = agreeing
        await inventory.tick(2)
        state = (await inventory.services.inventory_reads.state()).state
        assert (state.reads, state.health) == (reads, SourceHealth.OK), failing
        assert await inventory.apps() == before, failing


async def test_a_complete_read_that_does_not_see_an_app_marks_it_deleted_and_keeps_it(start: StartInventory) -> None:
    directory = small_tenant(5)
    inventory = start(directory)
    await inventory.tick()
    del directory.objects[SERVICE_PRINCIPALS][principal_id(1)]
    await inventory.tick()
    assert (await inventory.apps())[app_id(1)].deleted is None
    inventory.now = later = NOW + ONE_DAY_OF_MINUTES * MINUTE
    await inventory.tick(2)
    gone = (await inventory.apps())[app_id(1)]
    assert (gone.deleted, gone.display_name, gone.privilege) == (later, "App 1", Privilege.HIGH)
    assert principal_id(1) in await inventory.services.aliases.lookup([principal_id(1)])
    assert await inventory.services.mirror.bodies([principal_id(1)]) == {}


async def test_a_complete_read_that_does_not_see_a_grant_takes_its_permissions_away(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    del directory.objects[GRANTS][grant(1, "")["id"]]
    inventory.now += ONE_DAY_OF_MINUTES * MINUTE
    await inventory.tick()
    assert (await inventory.apps())[app_id(1)].grants == ()


async def test_an_app_added_again_under_a_new_object_id_is_one_app(start: StartInventory) -> None:
    directory = small_tenant(3)
    inventory = start(directory)
    await inventory.tick()
    for number in range(3):
        del directory.objects[SERVICE_PRINCIPALS][principal_id(number)]
        again = principal(number, id=guid("second", number))
        directory.objects[SERVICE_PRINCIPALS][again["id"]] = again
    inventory.now += ONE_DAY_OF_MINUTES * MINUTE
    await inventory.tick()
    apps = await inventory.apps()
    found = {number: (apps[app_id(number)].service_principal_id, apps[app_id(number)].deleted) for number in range(3)}
    assert found == {number: (guid("second", number), None) for number in range(3)}


async def test_a_read_goes_on_where_the_run_before_ended(start: StartInventory) -> None:
    directory = small_tenant(5)
    directory.page_size = 2
    directory.before = refusing(f"list {SERVICE_PRINCIPALS} 4")
    inventory = start(directory)
    await inventory.tick()
    directory.before = agreeing
    asked = len(directory.requests)
    await inventory.tick()
    assert directory.requests[asked] == f"list {SERVICE_PRINCIPALS} 4"
    assert len(await inventory.apps()) == 5 + len(APIS)


async def test_a_link_that_is_lost_begins_its_list_anew(start: StartInventory) -> None:
    directory = small_tenant(5)
    directory.page_size = 2
    directory.before = refusing(f"list {SERVICE_PRINCIPALS} 4", NotFound("no such link"))
    inventory = start(directory)
    await inventory.tick()
    directory.before = agreeing
    await inventory.tick()
    assert directory.requests.count(f"list {SERVICE_PRINCIPALS} 0") == 2
    assert directory.requests.count(f"latest {GRANTS}") == 1
    assert len(await inventory.apps()) == 5 + len(APIS)


async def test_nothing_is_asked_before_the_time_the_directory_named(start: StartInventory) -> None:
    directory = small_tenant(1)
    directory.before = refusing(f"latest {GRANTS}", Unavailable("busy", retry_after=10 * MINUTE))
    inventory = start(directory)
    await inventory.tick()
    asked = len(directory.requests)
    await inventory.tick(9)
    assert len(directory.requests) == asked
    directory.before = agreeing
    await inventory.tick()
    assert len(directory.requests) > asked


async def test_a_missing_permission_is_named_and_tried_again_slowly(start: StartInventory) -> None:
    directory = small_tenant(1)
    missing = PermissionMissing("servicePrincipals", ("Application.Read.All",))
    directory.before = refusing(f"latest {SERVICE_PRINCIPALS}", missing)
    inventory = start(directory)
    await inventory.tick()
    asked = len(directory.requests)
    await inventory.tick(14)
    assert len(directory.requests) == asked
    (source,) = await inventory.services.ledger.source_states()
    assert (source.source, source.health) == ("directory", SourceHealth.PERMISSION_MISSING)
    assert "Application.Read.All" in (source.reason or "")
    directory.before = agreeing
    await inventory.tick()
    assert (await inventory.services.ledger.source_states())[0].health is SourceHealth.OK


async def test_without_a_tenant_nothing_is_read(start: StartInventory) -> None:
    inventory = start(None)
    await inventory.tick()
    assert (await inventory.services.inventory_reads.state()).version is None


async def test_an_object_that_cannot_be_read_holds_up_no_other(start: StartInventory) -> None:
    directory = small_tenant(2)
    directory.put(SERVICE_PRINCIPALS, principal("odd", keyCredentials="not a list"))
    directory.put(SERVICE_PRINCIPALS, {**principal("x"), "appId": "not a GUID"})
    directory.put(DirectoryKind.APP_ROLE_ASSIGNMENTS, {"id": "y", "resourceId": None, "principalId": None})
    inventory = start(directory)
    await inventory.tick()
    assert (await inventory.apps()).keys() == {app_id(0), app_id(1)} | APIS


async def test_two_hosts_at_once_read_each_page_once(start: StartInventory) -> None:
    directory = small_tenant(3)
    inventory, other = start(directory), start(directory)
    await inventory.tick()
    await other.tick()
    assert directory.requests.count(f"list {SERVICE_PRINCIPALS} 0") == 1
    assert await inventory.apps() == await other.apps()
