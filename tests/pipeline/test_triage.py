"""Changing alerts on real storage: with history, in the list at once, and without losing anybody's change."""

import asyncio
from dataclasses import replace as rewired
from datetime import timedelta

import pytest

from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery, ListedAlert
from shared.domain.alerts import AlertStatus, Determination, fingerprint_of
from shared.domain.errors import Unavailable
from shared.domain.history import first_broken
from shared.domain.roles import Caller
from shared.domain.triage import TriageChanges, TriageRefused
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.detection.triage import StaleEtag, UnknownAlert, update_alert
from shared.pipeline.services import Services
from shared.storage.alert_list import TableAlertList
from shared.storage.alerts import TableAlerts
from shared.storage.connection import ConnectionString, StorageConnection
from tests.domain.findings import event, finding
from tests.pipeline.faults import Death, Died, dying
from tests.pipeline.worker import NOBODY_LISTENS, NOW, work

ADA = Caller(id="ada-id", name="ada@example.com", is_user=True, roles=frozenset())
ASSIGN = TriageChanges(assigned_to="ada@example.com", reason="My week.")
RESOLVE = TriageChanges(status=AlertStatus.RESOLVED)


async def raised(services: Services, *events: str) -> ListedAlert:
    """A new alert with its ETag, settled."""
    only = finding(*(event(name) for name in events or ("e1",)))
    await raise_alerts(services, [only], NOW)
    series = await services.alerts.series(fingerprint_of(only.policy_id, only.group))
    assert series.alert is not None
    await settle(services, series.alert.id, NOW)
    found = await services.alerts.get(series.alert.id)
    assert found is not None
    return ListedAlert(alert=found.alert, etag=found.etag)


async def listed(services: Services) -> ListedAlert:
    page = await services.alert_list.page(AlertQuery(), 10, None)
    [only] = page.alerts
    return only


async def change(services: Services, alert_id: str, changes: TriageChanges, if_match: str | None = None) -> ListedAlert:
    return await update_alert(services, alert_id, changes, ADA, if_match, NOW)


async def test_a_change_is_stored_with_its_history_and_shows_in_the_list_at_once(application: Application) -> None:
    services = application.services
    before = await raised(services)
    after = await change(services, before.alert.id, ASSIGN, before.etag)
    stored = await services.alerts.get(before.alert.id)
    assert stored is not None
    assert (stored.alert, stored.etag) == (after.alert, after.etag)
    assert after.etag != before.etag
    assert await listed(services) == after
    history = await services.alerts.history(before.alert.id)
    entry = history[-1]
    assert (entry.actor, entry.action, entry.reason) == ("ada@example.com (ada-id)", "updated", "My week.")
    assert [(edit.property, edit.before, edit.after) for edit in entry.edits] == [
        ("assignedTo", None, "ada@example.com")
    ]
    assert first_broken(history) is None


async def test_the_same_change_again_changes_nothing(application: Application) -> None:
    services = application.services
    alert_id = (await raised(services)).alert.id
    first = await change(services, alert_id, ASSIGN)
    assert await change(services, alert_id, ASSIGN) == first
    assert len(await services.alerts.history(alert_id)) == 2


async def test_a_version_that_is_no_longer_the_latest_is_refused(application: Application) -> None:
    services = application.services
    seen = await raised(services)
    await change(services, seen.alert.id, ASSIGN)
    with pytest.raises(StaleEtag):
        await change(services, seen.alert.id, RESOLVE, seen.etag)
    assert (await change(services, seen.alert.id, RESOLVE, "*")).alert.status is AlertStatus.RESOLVED


@pytest.mark.parametrize("alert_id", [f"{'a' * 32}-1", "no id", "", "../x", f"{'a' * 32}-01", "' or true"])
async def test_an_alert_that_does_not_exist_is_unknown(application: Application, alert_id: str) -> None:
    with pytest.raises(UnknownAlert):
        await change(application.services, alert_id, ASSIGN)


async def test_a_refused_change_leaves_no_trace(application: Application) -> None:
    services = application.services
    before = await raised(services)
    with pytest.raises(TriageRefused):
        await change(services, before.alert.id, TriageChanges(determination=Determination.PHISHING, comment="Hm."))
    assert await listed(services) == before
    assert len(await services.alerts.history(before.alert.id)) == 1


async def test_changes_at_once_are_all_made_and_all_in_the_history(application: Application) -> None:
    services = application.services
    alert_id = (await raised(services)).alert.id
    comments = ("one", "two", "three")
    await asyncio.gather(*(change(services, alert_id, TriageChanges(comment=comment)) for comment in comments))
    after = await listed(services)
    assert sorted(comment.comment for comment in after.alert.comments) == sorted(comments)
    history = await services.alerts.history(alert_id)
    assert len(history) == 1 + len(comments)
    assert first_broken(history) is None


async def test_of_two_who_saw_the_same_version_one_is_told_so(application: Application) -> None:
    services = application.services
    seen = await raised(services)
    outcomes = await asyncio.gather(
        *(change(services, seen.alert.id, TriageChanges(comment=text), seen.etag) for text in ("mine", "no, mine")),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in outcomes} == {ListedAlert, StaleEtag}
    assert len((await listed(services)).alert.comments) == 1


async def test_new_evidence_and_a_change_do_not_undo_each_other(application: Application) -> None:
    services = application.services
    alert_id = (await raised(services)).alert.id
    await asyncio.gather(change(services, alert_id, ASSIGN), raised(services, "e2", "e3"))
    await work(application)
    after = (await listed(services)).alert
    assert (after.evidence_count, after.assigned_to) == (3, "ada@example.com")


async def test_a_change_is_made_even_if_the_list_must_follow_later(application: Application) -> None:
    services = application.services
    before = await raised(services)
    unreachable = StorageConnection(ConnectionString(NOBODY_LISTENS), timeout_seconds=1, retries=0)
    without_list = rewired(services, alert_list=TableAlertList(unreachable))
    after = await change(without_list, before.alert.id, ASSIGN)
    await unreachable.close()
    assert await listed(services) == before
    await work(application)
    assert await listed(services) == after


async def test_a_process_that_dies_at_any_call_leaves_the_change_made_or_not_made(application: Application) -> None:
    services = application.services
    alert_id = (await raised(services)).alert.id
    log: list[str] = []
    await change(dying(services, Death(log=log)), alert_id, TriageChanges(comment="undisturbed"))
    for at in range(1, len(log) + 1):
        for after in (False, True):
            with pytest.raises(Died):
                await change(
                    dying(services, Death(at=at, after=after)), alert_id, TriageChanges(comment=f"{at}{after}")
                )
            await work(application)
            stored = await services.alerts.get(alert_id)
            assert stored is not None
            assert await listed(services) == ListedAlert(alert=stored.alert, etag=stored.etag)
            history = await services.alerts.history(alert_id)
            assert len(history) == 1 + len(stored.alert.comments)
            assert first_broken(history) is None


async def test_storage_that_is_down_is_unavailable(application: Application) -> None:
    before = await raised(application.services)
    unreachable = StorageConnection(ConnectionString(NOBODY_LISTENS), timeout_seconds=1, retries=0)
    broken = rewired(application.services, alerts=TableAlerts(unreachable))
    with pytest.raises(Unavailable):
        await update_alert(broken, before.alert.id, ASSIGN, ADA, None, NOW + timedelta(minutes=1))
    await unreachable.close()
