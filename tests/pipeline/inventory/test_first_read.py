"""The very first read: of use before it is complete, and never said to be more than it is."""

from collections.abc import Callable

from shared.domain.app_summaries import AppQuery
from shared.domain.errors import Unavailable
from shared.domain.known import UNKNOWN
from shared.pipeline.inventory.refresh_apps import refresh_apps
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import APPLICATIONS, GRANTS, SERVICE_PRINCIPALS, agreeing
from tests.pipeline.inventory.tenant import (
    APIS,
    MANY_OWNERS,
    app_id,
    guid,
    many_owners,
    principal,
    principal_id,
    registration,
    small_tenant,
)

APPS = 7


def busy_at(request: str) -> Callable[[str], None]:
    def before(asked: str) -> None:
        if asked == request:
            raise Unavailable("busy")

    return before


async def go_on(inventory: Inventory) -> None:
    inventory.now += 15 * MINUTE
    await inventory.tick()


async def test_apps_are_listed_page_by_page_with_what_is_known_of_them(start: StartInventory) -> None:
    directory = small_tenant(APPS)
    directory.page_size = 4
    directory.before = busy_at(f"list {SERVICE_PRINCIPALS} 8")
    inventory = start(directory)
    await inventory.tick()
    state = (await inventory.services.inventory_reads.state()).state
    assert (state.reads, state.last_complete_read) == (0, None)
    apps = await inventory.apps()
    page = await inventory.services.app_list.page(AppQuery(include_microsoft=True), 50, None, inventory.now)
    assert {row.app_id for row in page.apps} == apps.keys()
    assert len(apps) == 8
    shown = apps[app_id(0)]
    assert (shown.display_name, shown.enabled, shown.first_seen) == ("App 0", True, NOW)
    assert (shown.permissions, shown.owners, shown.credentials, shown.directory_roles) == (UNKNOWN,) * 4
    assert (shown.consented_users, shown.privileged_users, shown.deleted) == (UNKNOWN, UNKNOWN, None)


async def test_registrations_are_joined_to_what_is_listed(start: StartInventory) -> None:
    directory = small_tenant(APPS)
    directory.put(APPLICATIONS, registration("alone"))
    directory.owners[principal_id(0)] = many_owners()
    directory.before = busy_at(f"list {GRANTS} 0")
    inventory = start(directory)
    await inventory.tick()
    apps = await inventory.apps()
    own, alone = apps[app_id(0)], apps[app_id("alone")]
    assert (own.service_principal_id, own.application_object_id) == (principal_id(0), guid("registration", 0))
    assert (own.owner_count, own.credentials, own.permissions) == (MANY_OWNERS, (), UNKNOWN)
    assert (alone.service_principal_id, alone.application_object_id) == (None, guid("registration", "alone"))
    # Foreign apps have one half only, so that nothing more is to be known of their owners.
    assert apps[app_id(1)].owners == ()


async def test_a_complete_first_read_is_news_of_no_app_and_told_once_for_each(start: StartInventory) -> None:
    directory = small_tenant(APPS)
    directory.page_size = 4
    directory.before = busy_at(f"list {GRANTS} 4")
    inventory = start(directory)
    await inventory.tick()
    directory.before = agreeing
    await go_on(inventory)
    apps = await inventory.apps()
    assert (await inventory.services.inventory_reads.state()).state.reads == 1
    assert len(apps) == APPS + len(APIS)
    assert {app.modified for app in apps.values()} == {None}
    assert {app.first_seen for app in apps.values()} == {NOW}
    for each in (app_id(0), app_id(1)):
        assert len((await inventory.services.timelines.page(each, 10, None)).entries) == 1


async def test_what_was_fetched_of_an_app_outlasts_its_page(start: StartInventory) -> None:
    directory = small_tenant(APPS)
    directory.page_size = 4
    directory.before = busy_at(f"list {SERVICE_PRINCIPALS} 0")
    inventory = start(directory)
    await inventory.tick()
    directory.before = busy_at(f"list {GRANTS} 0")
    await refresh_apps(inventory.services, [principal_id(1)], inventory.now)
    fetched = (await inventory.apps())[app_id(1)]
    assert isinstance(fetched.permissions, tuple)
    await go_on(inventory)
    after = (await inventory.apps())[app_id(1)]
    assert (after.permissions, after.grants) == (fetched.permissions, fetched.grants)


async def test_how_far_it_is_can_be_told(start: StartInventory) -> None:
    directory = small_tenant(APPS)
    directory.page_size = 4
    directory.before = busy_at(f"list {SERVICE_PRINCIPALS} 8")
    inventory = start(directory)
    await inventory.tick()
    running = (await inventory.services.inventory_reads.state()).state.running
    assert running is not None
    assert (running.objects, running.expected["servicePrincipals"]) == (
        {"servicePrincipals": 8},
        APPS + len(APIS),
    )


async def test_empty_pages_that_lead_on_and_objects_that_come_twice_change_nothing(
    start: StartInventory, unique: Callable[[str], str]
) -> None:
    plain = start(small_tenant(APPS, grants_each=2), prefix=unique("p"))
    await plain.tick()
    directory = small_tenant(APPS, grants_each=2)
    directory.page_size = 3
    directory.pads_pages = True
    again = principal(1)
    directory.objects[SERVICE_PRINCIPALS]["again"] = again
    directory.objects[GRANTS] = dict(reversed(directory.objects[GRANTS].items()))
    padded = start(directory, prefix=unique("q"))
    await padded.tick()
    assert await padded.apps() == await plain.apps()
