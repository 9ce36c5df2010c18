"""An app is switched once, with the state before it kept, and what cannot be done is said."""

import json
from dataclasses import replace as rewired
from datetime import timedelta

import pytest

from shared.domain.errors import NotFound, PermissionMissing, Refused, Unavailable
from shared.domain.history import first_broken
from shared.domain.remediation_guards import GuardSettings
from shared.domain.remediations import RemediationStatus
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.remediation.stop_remediation import set_stop
from tests.conftest import RecordFigure
from tests.pipeline.remediation.directory import APP_ID, Directory, principal
from tests.pipeline.remediation.work import ADA, ENABLE, NOW, actions, ask, finish, stored


async def test_an_app_is_disabled_with_one_write_and_the_state_before_is_kept(
    host: RemediationServices, directory: Directory
) -> None:
    before = principal()
    asked = (await ask(host)).remediation
    done = await finish(host, asked.id)
    assert (done.status, done.changed, done.enabled_before, done.enabled_after) == ("succeeded", True, True, False)
    assert directory.writes == [False]
    assert await host.remediations.snapshot(asked.id) == before
    assert await actions(host, asked.id) == ["requested", "claimed", "snapshot taken", "written", "confirmed"]
    history = await host.remediations.history(asked.id)
    assert first_broken(history) is None
    assert (history[0].actor, history[0].reason) == ("ada@example.com (ada-id)", "It reads all mail.")


async def test_only_what_is_asked_for_changes(host: RemediationServices, directory: Directory) -> None:
    await finish(host, (await ask(host)).remediation.id)
    assert directory.held == principal(accountEnabled=False)


async def test_an_app_that_is_so_already_is_not_written_to(host: RemediationServices, directory: Directory) -> None:
    asked = (await ask(host, ENABLE)).remediation
    done = await finish(host, asked.id)
    assert (done.status, done.changed, done.enabled_before) == ("succeeded", False, True)
    assert directory.writes == []
    assert directory.reads == 2


async def test_a_reading_that_lags_does_not_leave_an_app_on(host: RemediationServices, directory: Directory) -> None:
    first = await finish(host, (await ask(host)).remediation.id)
    await finish(host, (await ask(host, ENABLE)).remediation.id)
    directory.stale = 1  # the replica still shows the app disabled
    again = await finish(host, (await ask(host)).remediation.id)
    assert (first.changed, again.changed, again.enabled_before) == (True, True, True)
    assert not directory.enabled


async def test_a_write_that_shows_late_is_confirmed_late(host: RemediationServices, directory: Directory) -> None:
    asked = (await ask(host)).remediation
    await remediate(host, asked.id, NOW)
    directory.stale = 5
    done = await finish(host, asked.id)
    assert done.status == "succeeded"
    assert directory.writes == [False]


async def test_a_write_that_never_shows_is_called_unconfirmed(host: RemediationServices, directory: Directory) -> None:
    asked = (await ask(host)).remediation
    await remediate(host, asked.id, NOW)
    directory.stale = 1000
    done = await finish(host, asked.id)
    assert done.obstacle is not None
    assert (done.status, done.changed, done.obstacle.code) == ("failed", None, "unconfirmed")
    assert directory.writes == [False]


async def test_a_large_state_is_kept_whole(host: RemediationServices, directory: Directory) -> None:
    grants = [{"id": f"grant-{number}", "scope": "Ж" * 100} for number in range(5000)]
    directory.held = principal(oauth2PermissionGrants=grants)
    asked = (await ask(host)).remediation
    await finish(host, asked.id)
    kept = await host.remediations.snapshot(asked.id)
    assert kept == principal(oauth2PermissionGrants=grants)
    assert len(json.dumps(kept)) > 1_000_000


@pytest.mark.parametrize("error", [Unavailable("busy"), NotFound("not there yet")])
async def test_a_failure_that_passes_is_tried_again_later(
    host: RemediationServices, directory: Directory, error: Exception
) -> None:
    directory.failures = [error, error]
    asked = (await ask(host)).remediation
    done = await finish(host, asked.id)
    assert (done.status, done.attempts, done.changed) == ("succeeded", 2, True)
    assert (await actions(host, asked.id)).count("attempt failed") == 2
    assert directory.effects == [False]


async def test_the_directory_is_not_asked_before_it_wants_to_be(
    host: RemediationServices, directory: Directory
) -> None:
    directory.failures = [Unavailable("busy", retry_after=timedelta(minutes=40))]
    asked = (await ask(host)).remediation
    await remediate(host, asked.id, NOW)
    reads = directory.reads
    await remediate(host, asked.id, NOW + timedelta(minutes=39))
    assert directory.reads == reads
    await remediate(host, asked.id, NOW + timedelta(minutes=41))
    assert directory.reads == reads + 1


async def test_a_write_whose_answer_was_lost_is_not_made_twice(host: RemediationServices, directory: Directory) -> None:
    directory.answers_lost = [Unavailable("the connection broke")]
    done = await finish(host, (await ask(host)).remediation.id)
    assert (done.status, done.changed, done.enabled_before) == ("succeeded", True, True)
    assert directory.writes == [False]


async def test_what_never_works_is_given_up(host: RemediationServices, directory: Directory) -> None:
    directory.failures = [Unavailable("down")] * 100
    done = await finish(host, (await ask(host)).remediation.id)
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code, done.attempts) == ("failed", "gaveUp", 19)


async def test_a_missing_permission_is_named(host: RemediationServices, directory: Directory) -> None:
    directory.failures = [PermissionMissing("servicePrincipals", ("Application.ReadWrite.All",))]
    done = await finish(host, (await ask(host)).remediation.id)
    assert done.obstacle is not None
    assert (done.status, done.changed, done.obstacle.code) == ("failed", False, "permissionMissing")
    assert "Application.ReadWrite.All" in done.obstacle.advice


async def test_a_refusal_of_the_directory_is_final(host: RemediationServices, directory: Directory) -> None:
    directory.failures = [Refused("read-only")]
    done = await finish(host, (await ask(host)).remediation.id)
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code, directory.writes) == ("failed", "refusedByDirectory", [False])


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (principal(appOwnerOrganizationId="f8cdef31-a31e-4b4a-93e4-5f571e91255a"), "microsoftApp"),
        (principal(servicePrincipalType="ManagedIdentity"), "managedIdentity"),
        (principal(deletedDateTime="2026-03-03T11:00:00Z"), "appDeleted"),
        (principal(appId="another"), "otherApp"),
        (principal(id="another"), "appDeleted"),
    ],
)
async def test_guards_look_at_the_app_as_it_is_right_before_the_write(
    host: RemediationServices,
    directory: Directory,
    found: dict[str, object],
    code: str,
    record_figure: RecordFigure,
) -> None:
    directory.held = found
    done = await finish(host, (await ask(host)).remediation.id)
    assert done.obstacle is not None
    assert (done.status, done.changed, done.obstacle.code) == ("refused", False, code)
    assert directory.writes == []
    record_figure("S12", "writes to what is protected", len(directory.writes))


async def test_the_remediator_goes_by_its_own_settings(
    host: RemediationServices, directory: Directory, record_figure: RecordFigure
) -> None:
    strict = rewired(host, guards=GuardSettings(protected_app_ids=frozenset({APP_ID})))
    done = await finish(strict, (await ask(host)).remediation.id)
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code, directory.writes) == ("refused", "protectedApp", [])
    record_figure("S12", "writes to what is protected", len(directory.writes))


async def test_what_waits_when_the_switch_is_thrown_is_refused(host: RemediationServices, directory: Directory) -> None:
    asked = (await ask(host)).remediation
    await set_stop(host, True, "Too much at once.", ADA, NOW)
    done = await finish(host, asked.id)
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code, directory.writes) == ("refused", "stopped", [])


async def test_a_stop_in_the_middle_is_not_called_a_refusal(host: RemediationServices, directory: Directory) -> None:
    directory.failures = [Unavailable("busy")]
    asked = (await ask(host)).remediation
    await remediate(host, asked.id, NOW)
    await set_stop(host, True, "Too much at once.", ADA, NOW)
    done = await finish(host, asked.id)
    assert done.obstacle is not None
    assert (done.status, done.changed, done.obstacle.code) == ("failed", None, "stopped")


async def test_no_more_apps_are_switched_in_an_hour_than_the_ceiling(
    host: RemediationServices, directory: Directory, record_figure: RecordFigure
) -> None:
    low = rewired(host, guards=GuardSettings(ceiling_per_hour=1))
    assert (await finish(low, (await ask(host)).remediation.id)).status == "succeeded"
    over = await finish(low, (await ask(host, ENABLE)).remediation.id)
    assert over.obstacle is not None
    assert (over.status, over.obstacle.code, directory.writes) == ("refused", "ceilingReached", [False])
    record_figure("S12", "writes over the ceiling", len(directory.writes) - 1)
    later = NOW + timedelta(hours=1)
    assert (await finish(low, (await ask(host, ENABLE, later)).remediation.id, later)).status == "succeeded"


async def test_one_that_runs_often_counts_once(host: RemediationServices, directory: Directory) -> None:
    low = rewired(host, guards=GuardSettings(ceiling_per_hour=1))
    directory.failures = [Unavailable("busy")] * 3
    done = await finish(low, (await ask(host)).remediation.id)
    assert (done.status, done.attempts) == ("succeeded", 3)


async def test_a_request_that_nobody_carried_out_for_a_day_is_not_sprung_on_the_tenant(
    host: RemediationServices, directory: Directory
) -> None:
    asked = (await ask(host)).remediation
    done = await finish(host, asked.id, NOW + timedelta(hours=25))
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code, directory.writes) == ("refused", "expired", [])


async def test_a_process_without_the_permission_carries_nothing_out(
    host: RemediationServices, directory: Directory
) -> None:
    asked = (await ask(host)).remediation
    await remediate(rewired(host, app_switch=None), asked.id, NOW)
    assert (await stored(host, asked.id)).status is RemediationStatus.REQUESTED
    assert directory.reads == 0


async def test_a_hint_at_what_does_not_exist_does_nothing(host: RemediationServices) -> None:
    await host.remediation_list.open("nothing-1", NOW)
    await remediate(host, "nothing-1", NOW)
    assert await host.remediation_list.unfinished(NOW + timedelta(days=1)) == ("nothing-1",)
    await remediate(host, "nothing-1", NOW + timedelta(hours=2))
    assert await host.remediation_list.unfinished(NOW + timedelta(days=1)) == ()


async def test_a_finished_one_stays_as_it_is(host: RemediationServices, directory: Directory) -> None:
    asked = (await ask(host)).remediation
    done = await finish(host, asked.id)
    directory.held = principal()
    await remediate(host, asked.id, NOW + timedelta(minutes=30))
    assert await stored(host, asked.id) == done
    assert directory.writes == [False]


async def test_a_claimed_one_is_left_to_its_host(host: RemediationServices, directory: Directory) -> None:
    asked = (await ask(host)).remediation
    slow = rewired(host, app_switch=_OvertakenDirectory(host, directory))
    await remediate(slow, asked.id, NOW)
    assert (await stored(host, asked.id)).status == "succeeded"
    assert directory.writes == [False]


class _OvertakenDirectory(Directory):
    """While this host reads, its claim runs out and another one does all of the work."""

    def __init__(self, other: RemediationServices, real: Directory) -> None:
        super().__init__()
        self._other, self._real = other, real

    async def read(self, service_principal_id: str) -> dict[str, object] | None:
        seen = await self._real.read(service_principal_id)
        [unfinished] = await self._other.remediation_list.unfinished(NOW + timedelta(days=1))
        await finish(self._other, unfinished, NOW + timedelta(minutes=6))
        return seen

    async def set_enabled(self, service_principal_id: str, enabled: bool) -> None:
        await self._real.set_enabled(service_principal_id, enabled)
