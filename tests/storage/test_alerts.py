"""The alerts table: one commit writes all of a change or nothing, and of two racing writers one wins."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.domain.alert_series import AlertChange, Series
from shared.domain.alerts import AlertStatus, Delivery, DeliveryState, PropertyEdit
from shared.domain.errors import Conflict
from shared.domain.history import next_entry
from shared.pipeline.ports import Alerts
from shared.storage.alerts import TableAlerts
from shared.storage.connection import StorageConnection
from tests.domain.findings import event
from tests.storage.conftest import Connect
from tests.storage.records import FINGERPRINT, START, change_of

ALERT_ID = f"{FINGERPRINT}-1"
LATER = START + timedelta(hours=1)


@pytest.fixture
def alerts(connection: StorageConnection) -> Alerts:
    return TableAlerts(connection)


async def opened(alerts: Alerts, routes: tuple[str, ...] = ()) -> AlertChange:
    change = change_of(Series(), [event("e1"), event("e2", 5)], routes)
    await alerts.commit(change)
    return change


async def resolve(alerts: Alerts) -> None:
    current = await alerts.get(ALERT_ID)
    assert current is not None
    edit = PropertyEdit(property="status", before="new", after="resolved")
    entry = next_entry(current.last_history, LATER, "lee", "updated", (edit,), "expected")
    resolved = replace(
        current.alert, status=AlertStatus.RESOLVED, resolved_date_time=LATER, last_update_date_time=LATER
    )
    await alerts.commit(AlertChange(alert=resolved, expected_version=current.series_version, history=(entry,)))


async def test_what_does_not_exist_is_empty(alerts: Alerts) -> None:
    assert await alerts.series(FINGERPRINT) == Series()
    assert await alerts.get(ALERT_ID) is None
    assert await alerts.get("' or PartitionKey ne '") is None
    assert await alerts.history(ALERT_ID) == []
    assert await alerts.deliveries(ALERT_ID) == []
    assert (await alerts.evidence(ALERT_ID, 10, None)).items == ()


async def test_a_commit_is_read_back_whole(alerts: Alerts) -> None:
    change = await opened(alerts, routes=("webhook", "teams"))
    series = await alerts.series(FINGERPRINT)
    assert series.alert == change.alert
    assert series.evidence == {item.event_id: item.material for item in change.evidence}
    assert series.last_history == change.history[-1]
    stored = await alerts.get(ALERT_ID)
    assert stored is not None
    assert stored.alert == change.alert
    assert stored.last_history == change.history[-1]
    assert stored.series_version == series.version
    assert await alerts.history(ALERT_ID) == list(change.history)
    assert {entry.delivery.route for entry in await alerts.deliveries(ALERT_ID)} == {"webhook", "teams"}
    assert (await alerts.evidence(ALERT_ID, 10, None)).items == change.evidence


async def test_the_etag_of_a_commit_is_the_one_that_readers_get(alerts: Alerts) -> None:
    change = await alerts.commit(change_of(Series(), [event("e1")]))
    stored = await alerts.get(ALERT_ID)
    assert stored is not None
    assert stored.etag == change


async def test_of_two_first_commits_one_wins_and_the_other_leaves_no_trace(alerts: Alerts) -> None:
    await opened(alerts, routes=("webhook",))
    before = await alerts.series(FINGERPRINT)
    with pytest.raises(Conflict):
        await alerts.commit(change_of(Series(), [event("e9")], routes=("other",)))
    assert await alerts.series(FINGERPRINT) == before
    assert len(await alerts.deliveries(ALERT_ID)) == 1


async def test_of_racing_commits_on_one_version_one_wins(connect: Connect, connection_string: str) -> None:
    hosts = [TableAlerts(connect(connection_string)) for _ in range(4)]
    await opened(hosts[0])
    series = await hosts[0].series(FINGERPRINT)
    changes = [change_of(series, [event(f"new {number}", 10)], now=LATER) for number in range(4)]
    results = await asyncio.gather(
        *(host.commit(change) for host, change in zip(hosts, changes, strict=True)), return_exceptions=True
    )
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True, True, True]
    after = await hosts[0].series(FINGERPRINT)
    assert after.alert is not None
    assert after.alert.evidence_count == len(after.evidence) == 3


async def test_every_commit_moves_the_version_of_the_series(alerts: Alerts) -> None:
    await opened(alerts)
    before = await alerts.series(FINGERPRINT)
    await alerts.commit(change_of(before, [event("e3", 10)], now=LATER))
    assert (await alerts.series(FINGERPRINT)).version != before.version
    with pytest.raises(Conflict):
        await alerts.commit(change_of(before, [event("e4", 11)], now=LATER))


async def test_a_series_tells_of_its_latest_episode_and_of_all_evidence(alerts: Alerts) -> None:
    await opened(alerts)
    await resolve(alerts)
    much_later = event("e3", 60 * 24 * 30)
    change = change_of(await alerts.series(FINGERPRINT), [much_later], now=START + timedelta(days=30))
    await alerts.commit(change)
    series = await alerts.series(FINGERPRINT)
    assert series.alert == change.alert
    assert series.alert is not None
    assert series.alert.episode == 2
    assert set(series.evidence) == {"e1", "e2", "e3"}
    assert series.last_history == change.history[-1]
    first = await alerts.get(ALERT_ID)
    assert first is not None
    assert first.alert.status is AlertStatus.RESOLVED
    assert [entry.action for entry in await alerts.history(ALERT_ID)] == ["created", "updated"]
    assert [item.event_id for item in (await alerts.evidence(f"{FINGERPRINT}-2", 10, None)).items] == ["e3"]


async def test_an_earlier_episode_can_still_be_changed(alerts: Alerts) -> None:
    await opened(alerts)
    await resolve(alerts)
    await alerts.commit(change_of(await alerts.series(FINGERPRINT), [event("e3", 60 * 24 * 30)], now=LATER))
    first = await alerts.get(ALERT_ID)
    assert first is not None
    changed = replace(first.alert, assigned_to="kim")
    await alerts.commit(AlertChange(alert=changed, expected_version=first.series_version))
    series = await alerts.series(FINGERPRINT)
    assert series.alert is not None
    assert series.alert.episode == 2


async def test_evidence_comes_in_pages_oldest_first_undated_last(alerts: Alerts) -> None:
    events = [event("undated", None), *(event(f"e{number:02}", number) for number in reversed(range(9)))]
    await alerts.commit(change_of(Series(), events))
    shown: list[str] = []
    after: str | None = None
    for _ in range(5):
        page = await alerts.evidence(ALERT_ID, 2, after)
        shown.extend(item.event_id for item in page.items)
        after = page.next
        assert (after is None) == (len(shown) == 10)
    assert shown == [f"e{number:02}" for number in range(9)] + ["undated"]


@pytest.mark.parametrize("after", ["", "x", "e30", "!!!!", "eyJyb3ciOjF9", "😀", "A" * 9000])
async def test_a_made_up_page_token_is_refused(alerts: Alerts, after: str) -> None:
    with pytest.raises(ValueError, match="not a page token"):
        await alerts.evidence(ALERT_ID, 2, after)


@pytest.mark.parametrize("kibibytes", [0, 2, 3, 70])
async def test_a_full_commit_of_large_evidence_fits_and_comes_back_identical(alerts: Alerts, kibibytes: int) -> None:
    events = [
        replace(event(f"e{number:02}", number), operation="漢é😀" * (kibibytes * 1024 // 9)) for number in range(90)
    ]
    change = change_of(Series(), events, routes=("webhook",))
    assert len(change.evidence) == 90
    await alerts.commit(change)
    assert (await alerts.evidence(ALERT_ID, 100, None)).items == change.evidence
    assert len((await alerts.series(FINGERPRINT)).evidence) == 90


@pytest.mark.parametrize("kibibytes", [63, 64, 65, 900, 5 * 1024])
async def test_a_piece_of_evidence_of_any_size_comes_back_identical(alerts: Alerts, kibibytes: int) -> None:
    large = replace(event("e1"), operation="漢😀x\x00" * (kibibytes * 1024 // 9))
    change = change_of(Series(), [large])
    await alerts.commit(change)
    assert (await alerts.evidence(ALERT_ID, 1, None)).items == change.evidence


async def test_hostile_ids_stay_in_their_own_rows(alerts: Alerts) -> None:
    names = ["' or PartitionKey ne '", "%27", "a|b/c\\d#e?f", "\x00\u202e", "x" * 5000, "x" * 5001]
    change = change_of(Series(), [event(name) for name in names], routes=("r|o/u'te",))
    await alerts.commit(change)
    assert set((await alerts.series(FINGERPRINT)).evidence) == set(names)
    assert {item.event_id for item in (await alerts.evidence(ALERT_ID, 10, None)).items} == set(names)
    assert [entry.delivery.route for entry in await alerts.deliveries(ALERT_ID)] == ["r|o/u'te"]


async def test_of_two_senders_one_claims_a_delivery(alerts: Alerts) -> None:
    await opened(alerts, routes=("webhook",))
    entry = (await alerts.deliveries(ALERT_ID))[0]
    claimed = replace(entry.delivery, claimed_until=LATER)
    version = await alerts.record_delivery(ALERT_ID, claimed, entry.version)
    with pytest.raises(Conflict):
        await alerts.record_delivery(ALERT_ID, claimed, entry.version)
    sent = replace(claimed, state=DeliveryState.SENT, claimed_until=None, attempts=1)
    await alerts.record_delivery(ALERT_ID, sent, version)
    assert [each.delivery for each in await alerts.deliveries(ALERT_ID)] == [sent]


async def test_recording_a_delivery_moves_neither_alert_nor_series(alerts: Alerts) -> None:
    await opened(alerts, routes=("webhook",))
    before = await alerts.get(ALERT_ID)
    entry = (await alerts.deliveries(ALERT_ID))[0]
    await alerts.record_delivery(ALERT_ID, replace(entry.delivery, attempts=1), entry.version)
    assert await alerts.get(ALERT_ID) == before


async def test_a_delivery_that_was_never_written_is_not_made_by_recording(alerts: Alerts) -> None:
    await opened(alerts, routes=("webhook",))
    entry = (await alerts.deliveries(ALERT_ID))[0]
    with pytest.raises(Conflict):
        await alerts.record_delivery(ALERT_ID, Delivery(route="other", sequence=1, reason="x"), entry.version)
    assert len(await alerts.deliveries(ALERT_ID)) == 1
