"""A part of the directory that may not be read: the rest is read without it, and nothing of it is taken for gone."""

from datetime import timedelta

import pytest

from shared.domain.apps import App
from shared.domain.directory import DirectoryKind
from shared.domain.errors import NotFound, NotLicensed, PermissionMissing, Unavailable
from shared.domain.inventory_reads import InventoryState, ReadStage
from shared.domain.known import UNKNOWN
from shared.domain.ledger import SourceHealth
from shared.domain.microsoft import MICROSOFT_GRAPH
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
    federated,
    guid,
    owner,
    principal,
    principal_id,
    role_assignment,
    small_tenant,
    user,
)

SIX_HOURS = timedelta(hours=6)
MISSING = PermissionMissing("this", ("Some.Read.All",))
SKIPPABLE = {
    APPLICATIONS: "list applications 0",
    GRANTS: "list oauth2PermissionGrants 0",
    DirectoryKind.APP_ROLE_ASSIGNMENTS: f"assigned to {principal_id(MICROSOFT_GRAPH)} 0",
    DirectoryKind.ROLE_ASSIGNMENTS: "list roleAssignments 0",
    DirectoryKind.FEDERATED_CREDENTIALS: "list federatedIdentityCredentials 0",
    DirectoryKind.DELETED_APPLICATIONS: "list deletedApplications 0",
    DirectoryKind.DELETED_SERVICE_PRINCIPALS: "list deletedServicePrincipals 0",
    DirectoryKind.USERS: "list users 0",
}


def whole_tenant() -> ScriptedDirectory:
    """Apps 0 and 3 are registered here; app 1 holds a role and was let in by a user who holds one too."""
    directory = small_tenant(4, grants_each=2)
    directory.roles[guid("role", "admin")] = "Application Administrator"
    for each in (role_assignment(principal_id(1)), role_assignment(guid("user", 1), "user")):
        directory.put(DirectoryKind.ROLE_ASSIGNMENTS, each)
    directory.put(DirectoryKind.FEDERATED_CREDENTIALS, federated(0, "repo:contoso/app"))
    directory.put(DirectoryKind.USERS, user(1))
    directory.owners[principal_id(1)] = [owner(1)]
    return directory


def refuse(directory: ScriptedDirectory, request: str, error: Exception) -> None:
    def before(asked: str) -> None:
        if asked == request:
            raise error

    directory.before = before


async def state_of(inventory: Inventory) -> InventoryState:
    return (await inventory.services.inventory_reads.state()).state


async def app(inventory: Inventory, name: object) -> App:
    return (await inventory.apps())[app_id(name)]


async def test_a_part_that_may_not_be_read_any_more_stays_as_it_was(start: StartInventory) -> None:
    """Each in turn: at every read the part of the one before may be read again."""
    directory = whole_tenant()
    inventory = start(directory)
    await inventory.tick()
    before = await inventory.apps()
    for reads, kind in enumerate(SKIPPABLE, start=1):
        last_read = (await state_of(inventory)).last_full_read
        refuse(directory, SKIPPABLE[kind], MISSING)
        inventory.now += timedelta(days=1)
        await inventory.tick()
        state = await state_of(inventory)
        assert (state.reads, state.health) == (reads + 1, SourceHealth.OK), kind
        part = state.parts[kind.value]
        assert (part.health, part.last_read) == (SourceHealth.PERMISSION_MISSING, last_read), kind
        assert "Some.Read.All" in (part.reason or ""), kind
        assert {name: each.health for name, each in state.parts.items() if name != kind.value} == dict.fromkeys(
            state.parts.keys() - {kind.value}, SourceHealth.OK
        )
        assert await inventory.apps() == before, kind


@pytest.mark.parametrize(
    ("kind", "unknown"),
    {
        APPLICATIONS: ("certification", "credentials", "registered"),
        GRANTS: ("permissions", "grants", "consented_users", "privileged_users"),
        DirectoryKind.APP_ROLE_ASSIGNMENTS: ("permissions", "privilege"),
        DirectoryKind.ROLE_ASSIGNMENTS: ("directory_roles", "privileged_users"),
        DirectoryKind.USERS: ("priority_users", "privileged_users"),
    }.items(),
    ids=str,
)
async def test_what_was_never_read_is_unknown(
    start: StartInventory, kind: DirectoryKind, unknown: tuple[str, ...]
) -> None:
    directory = whole_tenant()
    refuse(directory, SKIPPABLE[kind], NotLicensed("no licence"))
    inventory = start(directory)
    await inventory.tick()
    found = await app(inventory, 0)
    assert found.display_name == "App 0"
    assert {name: getattr(found, name) for name in unknown} == dict.fromkeys(unknown, UNKNOWN)
    assert (await state_of(inventory)).parts[kind.value].health is SourceHealth.NOT_LICENSED


async def test_each_part_tells_when_it_was_read_and_how_much_it_was(start: StartInventory) -> None:
    inventory = start(whole_tenant())
    await inventory.tick()
    parts = (await state_of(inventory)).parts
    assert set(parts) == {stage.value for stage in ReadStage} - {"apps"}
    assert {part.last_read for part in parts.values()} == {NOW}
    assert {part.health for part in parts.values()} == {SourceHealth.OK}
    told = ("applications", "oauth2PermissionGrants", "roleAssignments", "federatedIdentityCredentials", "users")
    assert [parts[stage].objects for stage in told] == [2, 8, 2, 1, 1]


async def test_while_a_part_is_missing_it_is_tried_again_after_six_hours(start: StartInventory) -> None:
    directory = whole_tenant()
    refuse(directory, SKIPPABLE[DirectoryKind.USERS], MISSING)
    inventory = start(directory)
    await inventory.tick()
    directory.before = agreeing
    inventory.now = NOW + SIX_HOURS - MINUTE
    await inventory.tick()
    assert (await state_of(inventory)).reads == 1
    await inventory.tick()
    assert (await state_of(inventory)).reads == 2
    assert (await app(inventory, 1)).privileged_users == 1
    inventory.now += SIX_HOURS
    await inventory.tick()
    assert (await state_of(inventory)).reads == 2


async def test_a_collection_that_a_cloud_does_not_have_is_left_out(start: StartInventory) -> None:
    directory = whole_tenant()
    refuse(directory, SKIPPABLE[DirectoryKind.FEDERATED_CREDENTIALS], NotFound("no such resource"))
    inventory = start(directory)
    await inventory.tick()
    state = await state_of(inventory)
    assert (state.reads, state.parts["federatedIdentityCredentials"].reason) == (1, "no such resource")


async def test_without_service_principals_there_is_no_inventory(start: StartInventory) -> None:
    directory = whole_tenant()
    refuse(directory, "list servicePrincipals 0", MISSING)
    inventory = start(directory)
    await inventory.tick()
    state = await state_of(inventory)
    assert (state.reads, state.health) == (0, SourceHealth.PERMISSION_MISSING)


async def test_users_keep_their_roles_while_these_may_not_be_read(start: StartInventory) -> None:
    directory = whole_tenant()
    inventory = start(directory)
    await inventory.tick()
    refuse(directory, SKIPPABLE[DirectoryKind.ROLE_ASSIGNMENTS], MISSING)
    inventory.now += timedelta(days=1)
    await inventory.tick()
    person = (await inventory.services.people.marked())[guid("user", 1)]
    assert person.roles == ("Application Administrator",)
    assert (await app(inventory, 1)).privileged_users == 1


async def test_a_count_that_fails_is_no_failure(start: StartInventory) -> None:
    directory = whole_tenant()

    def before(asked: str) -> None:
        if asked == "count servicePrincipals" or asked.startswith("list servicePrincipals"):
            raise Unavailable("busy")

    directory.before = before
    inventory = start(directory)
    await inventory.tick()
    running = (await state_of(inventory)).running
    assert running is not None
    assert running.expected == {"applications": 2, "oauth2PermissionGrants": 8, "users": 1}


async def test_an_app_that_is_fetched_keeps_what_was_fetched_while_grants_may_not_be_listed(
    start: StartInventory,
) -> None:
    directory = whole_tenant()
    refuse(directory, SKIPPABLE[GRANTS], MISSING)
    inventory = start(directory)
    await inventory.tick()
    assert (await app(inventory, 1)).permissions is UNKNOWN
    directory.put(SERVICE_PRINCIPALS, principal(1, displayName="Another name"))
    await inventory.services.app_requests.want([principal_id(1)])
    await inventory.tick()
    fetched = await app(inventory, 1)
    inventory.now += SIX_HOURS
    await inventory.tick()
    assert (await state_of(inventory)).reads == 2
    after = await app(inventory, 1)
    assert (after.permissions, after.consented_users, after.display_name) == (fetched.permissions, 1, "Another name")


def without_consents(directory: ScriptedDirectory) -> None:
    """The permission that grants and directory roles take is gone, for lists, for changes and for single apps."""

    def before(asked: str) -> None:
        if "oauth2PermissionGrants" in asked or "roleAssignments" in asked:
            raise MISSING

    directory.before = before
    directory.is_refused_on_principals = True


async def test_an_app_that_is_fetched_without_its_grants_is_not_said_to_have_none(start: StartInventory) -> None:
    directory = whole_tenant()
    without_consents(directory)
    inventory = start(directory)
    await inventory.tick()
    await refresh_apps(inventory.services, [principal_id(1)], inventory.now)
    fetched = await app(inventory, 1)
    unknown = (fetched.permissions, fetched.grants, fetched.consented_users, fetched.directory_roles)
    assert unknown == (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)


async def test_an_app_that_came_after_a_permission_was_lost_is_not_said_to_hold_nothing(start: StartInventory) -> None:
    directory = whole_tenant()
    inventory = start(directory)
    await inventory.tick()
    known = await app(inventory, 1)
    without_consents(directory)
    directory.put(SERVICE_PRINCIPALS, principal("late"))
    await inventory.tick()
    late = await app(inventory, "late")
    assert (late.grants, late.directory_roles) == (UNKNOWN, UNKNOWN)
    for _ in range(2):
        inventory.now += timedelta(days=1)
        await inventory.tick()
    late = await app(inventory, "late")
    assert (late.grants, late.permissions, late.directory_roles) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert await app(inventory, 1) == known


async def test_a_kind_of_changes_that_may_not_be_read_any_more_is_told_by_its_part(start: StartInventory) -> None:
    directory = whole_tenant()
    inventory = start(directory)
    await inventory.tick()
    refuse(directory, "changes oauth2PermissionGrants", MISSING)
    directory.put(SERVICE_PRINCIPALS, principal(2, displayName="New name"), tells={"id": principal_id(2)})
    await inventory.tick()
    state = await state_of(inventory)
    part = state.parts["oauth2PermissionGrants"]
    assert (part.health, part.last_read) == (SourceHealth.PERMISSION_MISSING, NOW)
    assert "Some.Read.All" in (part.reason or "")
    assert (await app(inventory, 2)).display_name == "New name"
