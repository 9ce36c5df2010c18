"""Own changes are explained by what is recorded, and the alert that made somebody ask tells what became of it."""

from datetime import timedelta

from msgspec.structs import replace

from shared.domain.alert_series import Series
from shared.domain.errors import Unavailable
from shared.domain.history import first_broken
from shared.pipeline.remediation.conclude_remediation import conclude
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.remediation.stop_remediation import set_stop
from shared.pipeline.remediation.trail import RecordedRemediations
from tests.domain.findings import app, event
from tests.pipeline.remediation.directory import APP_ID, PRINCIPAL_ID, Directory
from tests.pipeline.remediation.work import ADA, DISABLE, NOW, actions, ask, finish, stored, undo
from tests.storage.records import change_of


def trail(services: RemediationServices) -> RecordedRemediations:
    return RecordedRemediations(services.remediations, services.remediation_writes)


async def test_a_write_explains_what_the_audit_log_shows_around_it(host: RemediationServices) -> None:
    done = await finish(host, (await ask(host)).remediation.id)
    recorded = trail(host)
    quarter = timedelta(minutes=15)
    for around in (NOW - quarter, NOW, NOW + quarter):
        assert await recorded.explaining(PRINCIPAL_ID, None, False, around) == done.id
        assert await recorded.explaining(None, APP_ID.upper(), False, around) == done.id
    assert await recorded.explaining(PRINCIPAL_ID, APP_ID, False, NOW + quarter + timedelta(seconds=1)) is None
    assert await recorded.explaining(PRINCIPAL_ID, APP_ID, True, NOW) is None
    assert await recorded.explaining("another", None, False, NOW) is None
    assert await recorded.explaining(None, None, False, NOW) is None


async def test_a_switch_there_and_back_is_explained_each_way_by_its_own(host: RemediationServices) -> None:
    done = await finish(host, (await ask(host)).remediation.id)
    undone = await finish(host, (await undo(host, done.id)).remediation.id)
    ways = [await trail(host).explaining(PRINCIPAL_ID, APP_ID, enabled, NOW) for enabled in (False, True)]
    assert ways == [done.id, undone.id]


async def test_a_write_is_explained_even_if_its_answer_never_came(
    host: RemediationServices, directory: Directory
) -> None:
    directory.answers_lost = [Unavailable("the connection broke")]
    asked = (await ask(host)).remediation
    await remediate(host, asked.id, NOW)
    assert await trail(host).explaining(PRINCIPAL_ID, APP_ID, False, NOW) == asked.id


async def test_a_remediation_that_wrote_nothing_explains_nothing(
    host: RemediationServices, directory: Directory
) -> None:
    assert directory.held is not None
    directory.held["accountEnabled"] = False
    await finish(host, (await ask(host)).remediation.id)
    assert await trail(host).explaining(PRINCIPAL_ID, APP_ID, False, NOW) is None


async def test_what_the_audit_log_shows_is_noted_once(host: RemediationServices) -> None:
    done = await finish(host, (await ask(host)).remediation.id)
    for _ in range(2):
        await trail(host).seen_in_audit(done.id, event("audit-1"))
    await trail(host).seen_in_audit(done.id, event("audit-2", None))
    assert (await stored(host, done.id)).audit_event_ids == ("audit-1", "audit-2")
    assert (await actions(host, done.id))[-2:] == ["seen in the audit log"] * 2
    assert first_broken(await host.remediations.history(done.id)) is None


async def test_the_alert_tells_what_became_of_the_remediations_made_for_it(host: RemediationServices) -> None:
    change = change_of(Series(), [event("e1", of=app(APP_ID))])
    await host.alerts.commit(change)
    alert_id = change.alert.id
    done = await finish(host, (await ask(host, replace(DISABLE, alert_id=alert_id))).remediation.id)
    undone = await finish(host, (await undo(host, done.id)).remediation.id)
    for one in (done, undone, done):
        await conclude(host, one, NOW)
    history = await host.alerts.history(alert_id)
    assert [entry.action for entry in history] == ["created", "remediation succeeded", "remediation undone"]
    assert [entry.edits[0].after for entry in history[1:]] == [done.id, undone.id]
    assert history[1].actor == "ada@example.com (ada-id)"
    assert first_broken(history) is None


async def test_the_switch_keeps_who_threw_it_and_why(host: RemediationServices) -> None:
    before = await set_stop(host, False, "Nothing to lift.", ADA, NOW)
    assert (before.stopped, await host.stop_switch.history()) == (False, [])
    await set_stop(host, True, "Too much at once.", ADA, NOW)
    again = await set_stop(host, True, "Me too.", ADA, NOW)
    assert (again.stopped, again.reason, again.changed_by) == (True, "Too much at once.", "ada@example.com (ada-id)")
    await set_stop(host, False, "It was a drill.", ADA, NOW)
    history = await host.stop_switch.history()
    assert [(entry.action, entry.reason) for entry in history] == [
        ("stopped", "Too much at once."),
        ("lifted", "It was a drill."),
    ]
    assert first_broken(history) is None
