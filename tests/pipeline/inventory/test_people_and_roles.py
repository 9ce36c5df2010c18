"""Roles, federated credentials and the people behind apps, as a full read and changes bring them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from shared.domain.apps import App, CredentialHolder, DirectoryRole
from shared.domain.directory import DirectoryKind
from shared.domain.errors import Unavailable
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN
from shared.domain.ledger import SourceHealth
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import (
    APPLICATIONS,
    GRANTS,
    SERVICE_PRINCIPALS,
    ScriptedDirectory,
    agreeing,
)
from tests.pipeline.inventory.tenant import (
    PRIORITY_GROUP,
    app_id,
    federated,
    grant,
    guid,
    owner,
    principal,
    principal_id,
    registration,
    role_assignment,
    small_tenant,
    user,
)

GROUP = guid("group", "administrators")
ADMINISTRATOR = DirectoryRole(template_id=guid("role", "admin"), name="Application Administrator")


def member(object_id: str, kind: str) -> dict[str, str]:
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": object_id}


def tenant_with_roles(apps: int = 3) -> ScriptedDirectory:
    directory = small_tenant(apps)
    directory.roles[guid("role", "admin")] = "Application Administrator"
    return directory


async def app(inventory: Inventory, name: object) -> App:
    return (await inventory.apps())[app_id(name)]


async def test_an_app_holds_roles_by_itself_and_through_groups(start: StartInventory) -> None:
    directory = tenant_with_roles()
    directory.put(DirectoryKind.ROLE_ASSIGNMENTS, role_assignment(principal_id(1), scope="/administrativeUnits/x"))
    directory.put(DirectoryKind.ROLE_ASSIGNMENTS, role_assignment(GROUP, "group"))
    directory.groups[GROUP] = [member(principal_id(2), "servicePrincipal"), member(guid("user", "ada"), "user")]
    directory.put(DirectoryKind.USERS, user("ada"))
    inventory = start(directory)
    await inventory.tick()
    assert (await app(inventory, 0)).directory_roles == ()
    assert (await app(inventory, 1)).directory_roles == (replace(ADMINISTRATOR, scope="/administrativeUnits/x"),)
    assert (await app(inventory, 2)).directory_roles == (replace(ADMINISTRATOR, group_id=GROUP),)
    assert (await inventory.services.people.marked())[guid("user", "ada")].roles == ("Application Administrator",)


async def test_a_changed_app_tells_its_new_roles_and_keeps_those_of_its_groups(start: StartInventory) -> None:
    directory = tenant_with_roles()
    directory.put(DirectoryKind.ROLE_ASSIGNMENTS, role_assignment(GROUP, "group"))
    directory.groups[GROUP] = [member(principal_id(1), "servicePrincipal")]
    inventory = start(directory)
    await inventory.tick()
    directory.put(DirectoryKind.ROLE_ASSIGNMENTS, role_assignment(principal_id(1)))
    directory.put(SERVICE_PRINCIPALS, principal(1))
    await inventory.tick()
    roles = (await app(inventory, 1)).directory_roles
    assert isinstance(roles, tuple)
    assert set(roles) == {ADMINISTRATOR, replace(ADMINISTRATOR, group_id=GROUP)}
    directory.objects[DirectoryKind.ROLE_ASSIGNMENTS].clear()
    inventory.now += timedelta(days=1)
    await inventory.tick()
    assert (await app(inventory, 1)).directory_roles == ()


async def test_roles_of_users_are_read_again_where_another_run_read_them(start: StartInventory) -> None:
    directory = tenant_with_roles()
    directory.page_size = 2
    for name in range(3):
        directory.put(DirectoryKind.ROLE_ASSIGNMENTS, role_assignment(guid("user", name), "user"))
        directory.put(DirectoryKind.USERS, user(name))
    inventory = start(directory)
    directory.before = failing_at("list users 0")
    await inventory.tick()
    directory.before = agreeing
    inventory.now += 15 * MINUTE
    await inventory.tick()
    marked = await inventory.services.people.marked()
    assert {person_id for person_id, person in marked.items() if person.roles} == {
        guid("user", name) for name in range(3)
    }


async def test_a_run_that_takes_up_role_assignments_in_their_middle_misses_no_user(start: StartInventory) -> None:
    directory = tenant_with_roles()
    directory.page_size = 2
    for name in range(6):
        directory.put(DirectoryKind.ROLE_ASSIGNMENTS, role_assignment(guid("user", name), "user"))
        directory.put(DirectoryKind.USERS, user(name))
    inventory = start(directory)
    directory.before = failing_at("list roleAssignments 2")
    await inventory.tick()
    directory.before = agreeing
    inventory.now += 15 * MINUTE
    await inventory.tick()
    assert len(await inventory.services.people.marked()) == 6


def failing_at(request: str) -> Callable[[str], None]:
    def before(asked: str) -> None:
        if asked == request:
            raise Unavailable("busy")

    return before


async def test_who_consented_and_who_owns_are_told_by_what_they_are(start: StartInventory) -> None:
    directory = tenant_with_roles(2)
    for name in ("ada", "grace", "ida", "bob", "kim"):
        directory.put(GRANTS, grant(1, "User.Read", guid("user", name)))
    for each in (user("ada"), user("grace"), user("ida"), user("kim", userPrincipalName="kim@contoso.example")):
        directory.put(DirectoryKind.USERS, each)
    directory.put(DirectoryKind.USERS, user("bob", userType="Guest", accountEnabled=False))
    directory.put(DirectoryKind.ROLE_ASSIGNMENTS, role_assignment(guid("user", "ada"), "user"))
    directory.groups[PRIORITY_GROUP] = [
        member(guid("user", "kim"), "user"),
        member(principal_id(0), "servicePrincipal"),
    ]
    directory.owners[principal_id(1)] = [owner("ada"), owner("bob"), owner("ida"), owner("eve")]
    inventory = start(directory)
    await inventory.tick()
    found = await app(inventory, 1)
    assert (found.consented_users, found.priority_users, found.privileged_users) == (5, 3, 1)
    assert found.consenting_roles == ("Application Administrator",)
    assert found.consenting_users
    ids = {guid("user", name) for name in ("ada", "grace", "ida", "bob", "kim")}
    named = {"ada@contoso.example", "bob@contoso.example", "kim@contoso.example"}
    assert ids | named <= set(found.consenting_users)
    assert isinstance(found.owners, tuple)
    told = {each.name: (each.guest, each.enabled, each.roles) for each in found.owners}
    assert told == {
        "User ada": (False, True, ("Application Administrator",)),
        "User bob": (True, False, ()),
        "User eve": (UNKNOWN, UNKNOWN, ()),
        "User ida": (False, True, ()),
    }


async def test_what_a_new_owner_is_is_told_once_he_was_read(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await inventory.tick()
    directory.put(DirectoryKind.USERS, user("eve", userType="Guest", accountEnabled=False))
    directory.owners[principal_id(1)] = [owner("eve")]
    directory.put(SERVICE_PRINCIPALS, principal(1))
    await inventory.tick(2)
    (eve,) = (await app(inventory, 1)).owners or ()
    assert (eve.guest, eve.enabled) == (UNKNOWN, UNKNOWN)
    changed = (await app(inventory, 1)).modified
    inventory.now += timedelta(days=1)
    await inventory.tick()
    (eve,) = (await app(inventory, 1)).owners or ()
    assert (eve.guest, eve.enabled) == (True, False)
    assert (await app(inventory, 1)).modified == changed, "it only came to be known"


async def test_a_group_of_priority_accounts_that_is_not_there_is_told(start: StartInventory) -> None:
    directory = small_tenant(1)
    directory.put(DirectoryKind.USERS, user("ada"))
    inventory = start(directory)
    await inventory.tick()
    users = (await inventory.services.inventory_reads.state()).state.parts["users"]
    assert (users.health, users.objects) == (SourceHealth.OK, 1)
    assert users.reason == f"groups of priority accounts that are not in the directory: {PRIORITY_GROUP}"
    directory.groups[PRIORITY_GROUP] = []
    inventory.now += timedelta(days=1)
    await inventory.tick()
    assert (await inventory.services.inventory_reads.state()).state.parts["users"].reason is None


async def test_another_order_is_no_change(start: StartInventory) -> None:
    keys = [{"keyId": guid("key", number)} for number in range(3)]
    parts: dict[str, list[Any]] = {
        "replyUrls": ["https://a.example", "https://b.example"],
        "tags": ["a", "b"],
        "passwordCredentials": keys,
    }
    directory = small_tenant(2)
    directory.put(SERVICE_PRINCIPALS, principal(1, **parts))
    directory.put(GRANTS, grant(1, "Mail.Read User.Read"))
    inventory = start(directory)
    await inventory.tick()
    before = await app(inventory, 1)
    directory.put(SERVICE_PRINCIPALS, principal(1, **{name: some[::-1] for name, some in parts.items()}))
    directory.put(GRANTS, grant(1, "User.Read Mail.Read"))
    await inventory.tick(2)
    assert await app(inventory, 1) == before
    assert before.modified is None


async def test_federated_credentials_follow_their_registration(start: StartInventory) -> None:
    directory = small_tenant(4)
    directory.put(DirectoryKind.FEDERATED_CREDENTIALS, federated(0, "repo:contoso/app"))
    directory.put(DirectoryKind.FEDERATED_CREDENTIALS, {**federated(3, ""), "federatedIdentityCredentials": []})
    inventory = start(directory)
    await inventory.tick()
    credentials = (await app(inventory, 0)).credentials
    assert isinstance(credentials, tuple)
    (trusted,) = credentials
    assert (trusted.kind, trusted.holder) == (CredentialKind.FEDERATED, CredentialHolder.APPLICATION)
    assert (trusted.issuer, trusted.subject) == ("https://token.actions.githubusercontent.com", "repo:contoso/app")
    assert (await app(inventory, 3)).credentials == ()
    directory.remove(DirectoryKind.FEDERATED_CREDENTIALS, guid("registration", 0))
    directory.put(DirectoryKind.FEDERATED_CREDENTIALS, federated(3, "repo:contoso/other"))
    for number in (0, 3):
        directory.put(APPLICATIONS, registration(number))
    await inventory.tick()
    assert (await app(inventory, 0)).credentials == ()
    assert len((await app(inventory, 3)).credentials or ()) == 1
    directory.objects[DirectoryKind.FEDERATED_CREDENTIALS].clear()
    inventory.now += timedelta(days=1)
    await inventory.tick()
    assert (await app(inventory, 3)).credentials == ()


async def test_use_is_kept_when_an_app_is_built_anew_and_is_no_change(start: StartInventory) -> None:
    directory = small_tenant(1)
    secret = {"keyId": guid("key"), "displayName": "old"}
    directory.put(APPLICATIONS, registration(0, passwordCredentials=[secret]))
    inventory = start(directory)
    await inventory.tick()
    before = await app(inventory, 0)
    assert (before.first_seen, before.modified) == (NOW, None)
    used = datetime(2026, 3, 1, tzinfo=UTC)
    assert isinstance(before.credentials, tuple)
    with_use = replace(before, sign_ins=None, credentials=(replace(before.credentials[0], last_used=used),))
    await inventory.services.apps.save([with_use], inventory.now)
    await inventory.services.app_requests.want([app_id(0)])
    await inventory.tick()
    assert await app(inventory, 0) == with_use
    changed = registration(0, passwordCredentials=[secret, {"keyId": guid("another key")}])
    directory.put(APPLICATIONS, changed)
    at = inventory.now
    await inventory.tick()
    after = await app(inventory, 0)
    assert isinstance(after.credentials, tuple)
    assert [each.last_used for each in after.credentials if each.key_id == guid("key")] == [used]
    assert (after.sign_ins, after.modified, after.first_seen) == (None, at, NOW)


async def test_each_change_is_on_the_timeline_once(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory = start(directory)
    await inventory.tick()
    directory.put(SERVICE_PRINCIPALS, principal(0, appOwnerOrganizationId=None, accountEnabled=False))
    await inventory.tick(2)
    entries = (await inventory.services.timelines.page(app_id(0), 10, None)).entries
    assert len(entries) == len({entry.id for entry in entries}) == 2
    assert entries[0].time == NOW + MINUTE
