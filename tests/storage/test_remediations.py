"""The tables of remediation: one commit writes all or nothing, of two racing one wins, hostile text stays a value."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from shared.domain.errors import Conflict
from shared.domain.history import next_entry
from shared.domain.remediation_records import AppRemediations, RecordedChange, RemediationChange, RequestKey, StopSwitch
from shared.domain.remediations import Remediation, RemediationAction, RemediationStatus
from shared.storage.connection import StorageConnection
from shared.storage.remediation_list import TableRemediationList
from shared.storage.remediation_writes import TableWriteLog
from shared.storage.remediations import TableRemediations
from shared.storage.request_keys import TableRequestKeys
from shared.storage.stop_switch import TableStopSwitch

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOSTILE = ["' or PartitionKey ne '", "a/b\\c#d?e", "x\r\ny", "Ж" * 300, ""]


@pytest.fixture
def remediations(connection: StorageConnection) -> TableRemediations:
    return TableRemediations(connection)


def change(app: AppRemediations, key: RequestKey | None = None) -> RemediationChange:
    made = Remediation(
        id=app.next_id,
        app_id=app.app_id,
        service_principal_id=f"principal of {app.app_id}",
        action=RemediationAction.DISABLE,
        reason="It reads all mail.",
        requested_by="ada",
        requested_date_time=NOW,
    )
    entry = next_entry(None, NOW, "ada", "requested", (), made.reason)
    return RemediationChange(app=app, records=(RecordedChange(remediation=made, entry=entry),), request_key=key)


async def test_what_does_not_exist_is_empty(remediations: TableRemediations) -> None:
    assert await remediations.of_app("app") == AppRemediations(app_id="app")
    for named in (f"{'a' * 32}-1", *HOSTILE):
        assert await remediations.get(named) is None
        assert await remediations.history(named) == []
        assert await remediations.snapshot(named) is None
    assert await remediations.get_all(HOSTILE) == []


@pytest.mark.parametrize("app_id", HOSTILE)
async def test_a_commit_is_read_back_whole_whatever_the_app_is_called(
    remediations: TableRemediations, app_id: str
) -> None:
    key = RequestKey(caller_id=app_id, key=app_id, request="hash")
    written = await remediations.commit(change(await remediations.of_app(app_id), key))
    assert await remediations.get(written.remediation.id) == written
    assert written.app == await remediations.of_app(app_id)
    assert written.app.active == written.remediation.id
    assert await remediations.requested_by_key(app_id, key) == written.remediation.id
    assert await remediations.requested_by_key(app_id, replace(key, key="another")) is None
    assert await remediations.get_all([written.remediation.id]) == [written.remediation]


async def test_of_racing_commits_on_one_app_one_wins_and_the_others_leave_no_trace(
    remediations: TableRemediations,
) -> None:
    app = await remediations.of_app("app")
    keys = [RequestKey(caller_id="ada", key=str(number), request="hash") for number in range(4)]
    results = await asyncio.gather(*(remediations.commit(change(app, key)) for key in keys), return_exceptions=True)
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True, True, True]
    made = [await remediations.requested_by_key("app", key) for key in keys]
    assert sorted(found is not None for found in made) == [False, False, False, True]


async def test_finishing_frees_the_app_and_numbers_go_on(remediations: TableRemediations) -> None:
    first = await remediations.commit(change(await remediations.of_app("app")))
    done = replace(first.remediation, status=RemediationStatus.SUCCEEDED)
    finished = await remediations.commit(RemediationChange(app=first.app, records=(RecordedChange(remediation=done),)))
    assert finished.app.active is None
    assert finished.last_history == first.last_history
    second = await remediations.commit(change(finished.app))
    assert second.remediation.id.endswith("-2")
    late = replace(done, audit_event_ids=("audit-1",))
    await remediations.commit(RemediationChange(app=second.app, records=(RecordedChange(remediation=late),)))
    after = await remediations.of_app("app")
    assert (after.active, after.last_number) == (second.remediation.id, 2)


async def test_a_list_may_be_written_twice_and_shows_each_once(connection: StorageConnection) -> None:
    store = TableRemediationList(connection)
    [record] = change(AppRemediations(app_id="app")).records
    for _ in range(2):
        await store.project(record.remediation)
    assert await store.ids(None, 10, None) == ((record.remediation.id,), None)
    assert await store.ids("another", 10, None) == ((), None)


async def test_what_is_unfinished_is_found_until_it_is_closed(connection: StorageConnection) -> None:
    store = TableRemediationList(connection)
    for minutes, name in ((2, "b"), (1, "a"), (9, "young")):
        await store.open(name, NOW + timedelta(minutes=minutes))
    assert await store.unfinished(NOW + timedelta(minutes=5)) == ("a", "b")
    assert await store.opened("a") == NOW + timedelta(minutes=1)
    for _ in range(2):
        await store.close("a")
    assert await store.unfinished(NOW + timedelta(minutes=5)) == ("b",)
    assert await store.opened("a") is None


async def test_a_key_is_claimed_for_one_request(connection: StorageConnection) -> None:
    keys = TableRequestKeys(connection)
    first = RequestKey(caller_id="ada", key="k", request="one")
    assert await asyncio.gather(*(keys.claim(first) for _ in range(4))) == [True] * 4
    assert not await keys.claim(replace(first, request="two"))
    assert await keys.claim(replace(first, caller_id="bob", request="two"))


async def test_writes_are_found_by_either_id_in_their_order(connection: StorageConnection) -> None:
    log = TableWriteLog(connection)
    [record] = change(AppRemediations(app_id="app")).records
    first, second = record.remediation, replace(record.remediation, id="second")
    await log.note(second, NOW + timedelta(minutes=1))
    await log.note(first, NOW)
    end = NOW + timedelta(minutes=1)
    assert await log.between(first.service_principal_id.upper(), None, NOW, end) == (first.id, "second")
    assert await log.between(None, "app", NOW, NOW) == (first.id,)
    assert await log.between(None, "another", NOW, end) == ()


async def test_of_two_who_throw_the_switch_at_once_one_does(connection: StorageConnection) -> None:
    store = TableStopSwitch(connection)
    entry = next_entry(None, NOW, "ada", "stopped", (), "Enough.")
    switch = StopSwitch(stopped=True, reason="Enough.", changed_by="ada", changed_date_time=NOW)
    results = await asyncio.gather(*(store.write(switch, entry, None) for _ in range(3)), return_exceptions=True)
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True, True]
    read = await store.read()
    assert (read.switch, read.last_history) == (switch, entry)
