"""The list of apps as blobs: found by every host, written by one at a time, paged without a gap."""

import asyncio
import base64
import gzip
import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from shared.domain.app_summaries import AppQuery, AppSort, AppSummary
from shared.domain.app_traits import Trait
from shared.domain.apps import App, Owner, Permission, PermissionKind
from shared.domain.errors import Conflict
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.privileges import Privilege
from shared.storage.app_list import BlobAppList
from shared.storage.apps import TableApps
from shared.storage.connection import StorageConnection
from shared.storage.errors import NewerSchema
from tests.storage.conftest import Connect

NOW = datetime(2026, 3, 3, tzinfo=UTC)
ROWS = [AppSummary(app_id=f"{number:02}", display_name=f"App {number % 3}", created=NOW) for number in range(7)]


def app_list(
    connection: StorageConnection, most_changed: int = 2000, waited_for: int = 5000, most_age: float = 60
) -> BlobAppList:
    return BlobAppList(connection, TableApps(connection), most_changed, waited_for, most_age)


async def everything(apps: BlobAppList) -> list[AppSummary]:
    query = AppQuery(sort=AppSort.APP_ID, include_deleted=True, include_microsoft=True)
    return [row async for batch in apps.batches(query, NOW) for row in batch]


async def test_before_anything_was_written_the_list_is_empty(connection: StorageConnection) -> None:
    apps = app_list(connection)
    assert await apps.rows(["00"]) == {}
    page = await apps.page(AppQuery(), 10, None, NOW)
    assert (page.total, page.apps, page.next) == (0, (), None)
    assert (await apps.counts(AppQuery(), NOW)).total == 0
    assert await apps.current() is None


async def test_what_one_host_writes_another_reads(connect: Connect, connection_string: str) -> None:
    host, other = (app_list(connect(connection_string)) for _ in range(2))
    assert await everything(other) == []
    await host.update(ROWS, {})
    assert await everything(other) == ROWS
    await host.update([AppSummary(app_id="00", display_name="New name")], {})
    found = {row.app_id: row.display_name for row in await everything(other)}
    assert (len(found), found["00"]) == (7, "New name")


async def test_of_two_hosts_that_write_at_once_one_has_to_read_again(connect: Connect, connection_string: str) -> None:
    hosts = [app_list(connect(connection_string)) for _ in range(4)]
    outcomes = await asyncio.gather(
        *(host.update([row], {}) for host, row in zip(hosts, ROWS, strict=False)), return_exceptions=True
    )
    written = [row for row, outcome in zip(ROWS, outcomes, strict=False) if outcome is None]
    assert {type(outcome) for outcome in outcomes} <= {type(None), Conflict}
    assert written
    assert all([await everything(host) == written for host in hosts])


@pytest.mark.parametrize("descending", [False, True])
async def test_pages_hold_each_app_once(connection: StorageConnection, descending: bool) -> None:
    apps = app_list(connection)
    await apps.update(ROWS, {})
    query = AppQuery(descending=descending)
    whole = (await apps.page(query, 100, None, NOW)).apps
    paged: list[AppSummary] = []
    after: str | None = None
    while len(paged) < len(ROWS):
        page = await apps.page(query, 2, after, NOW)
        assert page.total == len(ROWS)
        paged.extend(page.apps)
        after = page.next
    assert (tuple(paged), after) == (whole, None)


async def test_a_token_of_another_order_is_refused(connection: StorageConnection) -> None:
    apps = app_list(connection)
    await apps.update(ROWS, {})
    token = (await apps.page(AppQuery(sort=AppSort.CREATED), 2, None, NOW)).next
    for query in (AppQuery(), AppQuery(sort=AppSort.CREATED, descending=True)):
        with pytest.raises(ValueError, match="order"):
            await apps.page(query, 2, token, NOW)
    with pytest.raises(ValueError, match="token"):
        await apps.page(AppQuery(), 2, "made up", NOW)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**30])
async def test_a_token_with_a_number_that_no_column_holds_is_refused(connection: StorageConnection, value: int) -> None:
    query = AppQuery(sort=AppSort.RISK)
    place = {"sort": "risk", "descending": False, "value": value, "app_id": "00"}
    token = base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
    with pytest.raises(ValueError, match="token"):
        await app_list(connection).page(query, 2, token, NOW)


async def test_the_list_is_made_anew_from_the_stored_apps(connection: StorageConnection) -> None:
    stored = TableApps(connection)
    owner = Owner(id="principal-1", kind="servicePrincipal")
    person = Owner(id="person-1", kind="user")
    await stored.save([App(app_id="a1", display_name="One"), App(app_id="b2", owners=(owner, person))], NOW)
    apps = BlobAppList(connection, stored)
    await apps.update([AppSummary(app_id="gone")], {})
    await apps.rebuild(NOW)
    assert {row.app_id: row.display_name for row in await everything(apps)} == {"a1": "One", "b2": None}
    assert await apps.owned_by(["principal-1", "person-1", "nobody"]) == {"principal-1": ("b2",)}


async def test_many_changes_make_a_new_base_that_every_host_shows(connect: Connect, connection_string: str) -> None:
    host, other = (app_list(connect(connection_string), most_changed=3) for _ in range(2))
    await host.update(ROWS[:3], {})
    assert await host.blobs.names("apps-") == []
    assert await everything(other) == ROWS[:3]
    await host.update(ROWS[3:], {"05": ("principal-1",)})
    assert len(await host.blobs.names("apps-")) == 1
    for apps in (host, other):
        assert await everything(apps) == ROWS
        assert await apps.owned_by(["principal-1"]) == {"principal-1": ("05",)}


async def test_what_says_nothing_new_is_not_written(connection: StorageConnection) -> None:
    apps = app_list(connection)
    await apps.update(ROWS, {"00": ("b", "a")})
    before = await apps.blobs.pointer(None)
    await apps.update([replace(row, judged=NOW) for row in ROWS[:3]], {"00": ("a", "b")})
    assert await apps.blobs.pointer(None) == before
    await apps.update(ROWS[:1], {})
    assert await apps.owned_by(["a"]) == {}


async def test_of_bases_the_current_one_and_two_others_stay(connection: StorageConnection) -> None:
    apps = app_list(connection, most_changed=0)
    for number in range(6):
        await apps.update([AppSummary(app_id="00", display_name=f"Name {number}")], {})
    kept = await apps.blobs.names("apps-")
    current = await apps.blobs.pointer(None)
    assert len(kept) == 3
    assert current is not None
    assert current.pointer.base in kept


async def test_the_list_that_former_versions_wrote_goes_with_the_first_base(connection: StorageConnection) -> None:
    container = await connection.container("applist")
    await container.upload_blob("summaries.json.gz", b"former")
    apps = app_list(connection)
    await apps.update(ROWS, {})
    assert await apps.blobs.names("summaries") == ["summaries.json.gz"]
    await apps.rebuild(NOW)
    assert await apps.blobs.names("summaries") == []


async def test_of_a_large_base_readers_see_the_list_before_until_it_is_here(
    connect: Connect, connection_string: str
) -> None:
    host, other = await with_a_large_base(connect, connection_string)
    assert await shown(other) == ROWS[:3]
    for _ in range(1000):
        if (seen := await shown(other)) != ROWS[:3]:
            break
    assert seen == ROWS
    assert await shown(host) == ROWS


async def test_a_host_that_was_idle_waits_for_a_large_base(connect: Connect, connection_string: str) -> None:
    _, other = await with_a_large_base(connect, connection_string, most_age=0)
    assert await shown(other) == ROWS


async def test_an_export_is_of_the_list_as_it_is_however_large(connect: Connect, connection_string: str) -> None:
    _, other = await with_a_large_base(connect, connection_string)
    assert await everything(other) == ROWS


async def test_whoever_writes_waits_for_a_large_base(connect: Connect, connection_string: str) -> None:
    _, other = await with_a_large_base(connect, connection_string)
    await other.update([AppSummary(app_id="00", display_name="New name")], {})
    first, *others = await everything(other)
    assert (first.display_name, others) == ("New name", ROWS[1:])


async def test_many_who_wait_fetch_a_large_base_once(connect: Connect, connection_string: str) -> None:
    _, other = await with_a_large_base(connect, connection_string)
    found = await asyncio.gather(*(other.current() for _ in range(20)))
    assert len(set(map(id, found))) == 1


async def with_a_large_base(
    connect: Connect, connection_string: str, most_age: float = 60
) -> tuple[BlobAppList, BlobAppList]:
    """A host that wrote a new base, and one to which it is a large one, and which knows the one before."""
    host = app_list(connect(connection_string), most_changed=0)
    other = app_list(connect(connection_string), most_changed=0, waited_for=0, most_age=most_age)
    await host.update(ROWS[:3], {})
    assert await shown(other) == ROWS[:3]
    await host.update(ROWS[3:], {})
    return host, other


async def shown(apps: BlobAppList) -> list[AppSummary]:
    """As people are shown it."""
    return list((await apps.page(AppQuery(sort=AppSort.APP_ID), 100, None, NOW)).apps)


async def test_a_walk_goes_on_over_the_state_it_began_with(connection: StorageConnection) -> None:
    many = [AppSummary(app_id=f"{number:04}", display_name="Before") for number in range(1500)]
    apps = app_list(connection, most_changed=1600)
    await apps.update(many, {})
    walked: list[AppSummary] = []
    async for batch in apps.batches(AppQuery(sort=AppSort.APP_ID), NOW):
        walked.extend(batch)
        await apps.update([AppSummary(app_id=f"{number:04}", display_name="After") for number in range(1400, 1700)], {})
    assert walked == many
    assert (await apps.rows(["1499"]))["1499"].display_name == "After"


async def begun(host: BlobAppList) -> asyncio.Task[None]:
    """A rebuild that has looked at the list as it is, and writes its own file by now."""
    folder = host.files.new_path().parent
    before = set(folder.iterdir())
    rebuilding = asyncio.create_task(host.rebuild(NOW))
    for _ in range(5000):
        if set(folder.iterdir()) - before:
            return rebuilding
        await asyncio.sleep(0.001)
    raise AssertionError("the rebuild did not begin")


async def test_what_changes_while_the_list_is_made_anew_is_not_lost(connect: Connect, connection_string: str) -> None:
    connection = connect(connection_string)
    await TableApps(connection).save([App(app_id=f"a{number:04}") for number in range(1200)], NOW)
    host, other = app_list(connection), app_list(connect(connection_string))
    await other.update([AppSummary(app_id="gone")], {})
    await host.rows([])
    rebuilding = await begun(host)
    changed = AppSummary(app_id="a0000", display_name="Meanwhile")
    await other.update([changed], {})
    await rebuilding
    for apps in (host, other):
        assert (await apps.rows(["a0000", "a1199", "gone"])).keys() == {"a0000", "a1199"}
        assert (await apps.rows(["a0000"]))["a0000"] == changed


async def test_of_hosts_that_make_the_list_anew_at_once_one_has_to_again(
    connect: Connect, connection_string: str
) -> None:
    connection = connect(connection_string)
    await TableApps(connection).save([App(app_id="a1")], NOW)
    hosts = [app_list(connect(connection_string)) for _ in range(3)]
    outcomes = await asyncio.gather(*(host.rebuild(NOW) for host in hosts), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {type(None), Conflict}
    assert None in outcomes
    assert len(await hosts[0].blobs.names("apps-")) == sum(outcome is None for outcome in outcomes)
    assert all([(await host.rows(["a1"])).keys() == {"a1"} for host in hosts])


async def test_a_newer_schema_is_refused(connect: Connect, connection_string: str) -> None:
    container = await connect(connection_string).container("applist")
    await container.upload_blob("current.json.gz", gzip.compress(b'{"schema": 99, "base": 7}'))
    with pytest.raises(NewerSchema, match="99"):
        await app_list(connect(connection_string)).rows(["00"])


async def test_a_list_that_was_taken_away_is_empty_again(connect: Connect, connection_string: str) -> None:
    connection = connect(connection_string)
    apps = app_list(connection)
    await apps.update(ROWS, {})
    assert await everything(apps) == ROWS
    await (await connection.container("applist")).delete_blob("current.json.gz")
    assert await everything(apps) == []
    await apps.update(ROWS[:1], {})
    assert await everything(apps) == ROWS[:1]


async def test_apps_that_own_others_reach_what_those_reach(connection: StorageConnection) -> None:
    await TableApps(connection).save(
        [
            escalating("a1", "p1"),
            owning("b2", "p2", owned_by="p3"),
            owning("c3", "p3", owned_by="p2"),
            App(app_id="d4", service_principal_id="p4", owners=(by("p2"),), permissions=()),
            replace(escalating("e5", "p5"), owners=(by("p2"),)),
            App(app_id="f6", service_principal_id="p6", permissions=()),
            replace(escalating("a7", "p7"), owners=(by("p6"),)),
        ],
        NOW,
    )
    apps = app_list(connection)
    await apps.rebuild(NOW)
    reaching = AppQuery(traits=frozenset({Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR}), sort=AppSort.APP_ID)
    page = await apps.page(reaching, 100, None, NOW)
    assert [row.app_id for row in page.apps] == ["a1", "a7", "b2", "c3", "e5"]
    risks = {row.app_id: row.risk or 0 for row in page.apps}
    assert risks["b2"] > ((await apps.rows(["d4"]))["d4"].risk or 0)


def by(principal_id: str) -> Owner:
    return Owner(id=principal_id, kind="servicePrincipal")


def escalating(app_id: str, principal_id: str) -> App:
    return holding(app_id, principal_id, "RoleManagement.ReadWrite.Directory")


def owning(app_id: str, principal_id: str, owned_by: str) -> App:
    """It may change the apps it owns, of which nobody reaches anything but through others."""
    return replace(holding(app_id, principal_id, "Application.ReadWrite.OwnedBy"), owners=(by(owned_by),))


def holding(app_id: str, principal_id: str, permission: str) -> App:
    held = Permission(
        name=permission,
        kind=PermissionKind.APPLICATION,
        privilege=Privilege.HIGH,
        resource_app_id=MICROSOFT_GRAPH,
    )
    return App(app_id=app_id, service_principal_id=principal_id, permissions=(held,), directory_roles=())
