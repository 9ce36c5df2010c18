"""Aliases and apps: what was learned or saved is found again, whatever its name."""

from datetime import UTC, datetime

import pytest

from shared.domain.app_references import Alias
from shared.domain.apps import App, Permission, PermissionKind
from shared.domain.errors import Conflict
from shared.domain.known import UNKNOWN
from shared.domain.privileges import Privilege
from shared.pipeline.ports import Aliases
from shared.storage.aliases import TableAliases
from shared.storage.apps import TableApps
from shared.storage.connection import StorageConnection
from tests.storage.conftest import Connect

NOW = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture
def apps(connection: StorageConnection) -> TableApps:
    return TableApps(connection)


@pytest.fixture
def aliases(connection: StorageConnection) -> Aliases:
    return TableAliases(connection)


async def test_an_alias_taught_to_one_host_is_known_to_another(connect: Connect, connection_string: str) -> None:
    await TableAliases(connect(connection_string)).learn(
        [Alias("object-1", "app-1", "Payroll"), Alias("object-2", "app-2")]
    )
    other = TableAliases(connect(connection_string))
    found = await other.lookup(["object-1", "object-2", "object-3"])
    assert found == {"object-1": Alias("object-1", "app-1", "Payroll"), "object-2": Alias("object-2", "app-2")}


async def test_an_alias_unknown_before_is_found_once_it_is_taught(connect: Connect, connection_string: str) -> None:
    host, other = (TableAliases(connect(connection_string)) for _ in range(2))
    assert await host.lookup(["object-1"]) == {}
    await other.learn([Alias("object-1", "app-1")])
    assert await host.lookup(["object-1"]) == {"object-1": Alias("object-1", "app-1")}


async def test_learning_again_and_more_at_once_changes_nothing(aliases: Aliases) -> None:
    many = [Alias(f"{number % 7}{number:04}", f"app-{number}") for number in range(300)]
    await aliases.learn([*many, *many])
    await aliases.learn(many)
    found = await aliases.lookup([alias.object_id for alias in many] * 2)
    assert found == {alias.object_id: alias for alias in many}


async def test_hostile_object_ids_name_only_themselves(connect: Connect, connection_string: str) -> None:
    names = ["' or PartitionKey ne '", "/\\#?", "\x00\x01", "", "%27", "x" * 5000]
    await TableAliases(connect(connection_string)).learn([Alias(name, f"app of {name[:9]}") for name in names])
    found = await TableAliases(connect(connection_string)).lookup([*names, "''", "/\\#"])
    assert found == {name: Alias(name, f"app of {name[:9]}") for name in names}


async def test_an_app_is_read_back_with_what_is_null_and_what_is_unknown(apps: TableApps) -> None:
    mail = Permission(name="Mail.Read", kind=PermissionKind.APPLICATION, privilege=Privilege.HIGH)
    app = App(app_id="app-1", display_name="Мicrosoft\u202e", publisher_name=None, permissions=(mail,) * 500)
    await apps.save([app], NOW)
    found = (await apps.get(["app-1"]))["app-1"]
    assert found == app
    assert found.publisher_name is None
    assert found.homepage is UNKNOWN


async def test_the_last_of_an_app_counts(apps: TableApps) -> None:
    await apps.save([App(app_id="app-1", enabled=True), App(app_id="app-1", enabled=False)], NOW)
    assert (await apps.get(["app-1"]))["app-1"].enabled is False
    await apps.save([App(app_id="app-1")], NOW)
    assert await apps.get(["app-1", "app-2"]) == {"app-1": App(app_id="app-1")}


async def test_more_apps_than_a_batch_holds_are_all_saved(apps: TableApps) -> None:
    many = [App(app_id=f"a{number % 3}{number}", display_name="x" * 20_000) for number in range(400)]
    await apps.save(many, NOW)
    assert await apps.get([app.app_id for app in many]) == {app.app_id: app for app in many}


async def test_an_app_that_another_host_saved_since_is_not_written_over(apps: TableApps) -> None:
    await apps.save([App(app_id="ab-1")], NOW, since={"ab-1": None})
    _, version = (await apps.versions(["ab-1"]))["ab-1"]
    await apps.save([App(app_id="ab-1", display_name="Newer")], NOW, since={"ab-1": version})
    for since in (version, None):
        with pytest.raises(Conflict):
            await apps.save([App(app_id="ab-1", display_name="Older")], NOW, since={"ab-1": since})
    assert (await apps.get(["ab-1"]))["ab-1"].display_name == "Newer"


async def test_saving_notes_that_the_partition_waits_and_only_judging_it_as_it_was_ends_that(apps: TableApps) -> None:
    assert await apps.save([App(app_id="ab-1"), App(app_id="cd-1")], NOW) == {"a", "c"}
    assert await apps.all_unjudged() == {"a": NOW, "c": NOW}
    read = await apps.unjudged("a")
    assert read is not None
    await apps.save([App(app_id="ab-2")], NOW)
    await apps.note_judged("a", read)
    assert [app.app_id for app in await apps.in_partition("a")] == ["ab-1", "ab-2"]
    now_read = await apps.unjudged("a")
    assert now_read is not None
    await apps.note_judged("a", now_read)
    assert await apps.unjudged("a") is None
    assert (await apps.all_unjudged()).keys() == {"c"}


async def test_what_of_an_app_is_too_large_for_a_row_reads_as_unknown(apps: TableApps) -> None:
    urls = tuple(f"https://a{number}.example/{'y' * 200}" for number in range(5000))
    huge = App(app_id="app-1", display_name="Huge", enabled=True, reply_urls=urls, first_seen=NOW)
    await apps.save([huge, App(app_id="app-2", reply_urls=())], NOW)
    found = await apps.get(["app-1", "app-2"])
    assert found["app-1"] == App(app_id="app-1", display_name="Huge", enabled=True, first_seen=NOW)
    assert found["app-1"].reply_urls is UNKNOWN
    assert found["app-2"].reply_urls == ()
