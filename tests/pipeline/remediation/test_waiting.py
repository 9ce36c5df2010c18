"""A remediation that nobody carries out is told of, and refused once it is too old; what failed is told for a day."""

from dataclasses import replace as rewired
from datetime import timedelta

from shared.domain.built_in import OperatorKind
from shared.domain.errors import Refused, Unavailable
from shared.domain.remediation_guards import GuardSettings
from shared.domain.remediations import RemediationStatus
from shared.pipeline.operation.health_checks import Check
from shared.pipeline.operation.sweep import sweep_remediations
from shared.pipeline.remediation.health import check_remediations
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.remediation.services import RemediationServices
from tests.pipeline.remediation.directory import Directory
from tests.pipeline.remediation.work import NOW, actions, ask, finish, stored, undo

QUARTER = timedelta(minutes=15)
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)


def conditions(checks: list[Check]) -> list[tuple[OperatorKind, str]]:
    return [(check.condition.kind, check.condition.subject) for check in checks if check.condition]


async def test_one_that_waits_longer_than_a_quarter_of_an_hour_is_told_of(host: RemediationServices) -> None:
    asked = (await ask(host)).remediation
    assert conditions(await check_remediations(host, NOW + QUARTER)) == []
    checks = await check_remediations(host, NOW + QUARTER + SECOND)
    assert conditions(checks) == [(OperatorKind.REMEDIATION_WAITS, "remediation")]
    assert checks[-1].detail.startswith("1 not finished, the oldest asked for at 2026-03-03T12:00")
    await finish(host, asked.id)
    assert conditions(await check_remediations(host, NOW + QUARTER + SECOND)) == []


async def test_one_that_nobody_begins_within_a_day_is_refused_by_the_sweeper(host: RemediationServices) -> None:
    asked = (await ask(host)).remediation
    assert await sweep_remediations(host, NOW + DAY) == 1
    assert await sweep_remediations(host, NOW + DAY + SECOND) == 0
    ended = await stored(host, asked.id)
    assert ended.obstacle is not None
    assert (ended.status, ended.changed, ended.obstacle.code) == (RemediationStatus.REFUSED, False, "expired")
    assert await actions(host, asked.id) == ["requested", "refused"]
    assert (await ask(host, now=NOW + DAY + SECOND)).remediation.id != asked.id


async def test_the_sweeper_ends_nothing_that_was_begun_and_no_way_back(
    host: RemediationServices, directory: Directory
) -> None:
    done = await finish(host, (await ask(host)).remediation.id)
    back = (await undo(host, done.id)).remediation
    assert await sweep_remediations(host, NOW + 2 * DAY) == 1
    assert (await stored(host, back.id)).status is RemediationStatus.REQUESTED
    await finish(host, back.id)
    directory.failures = [Unavailable("busy")]
    begun = (await ask(host)).remediation
    await remediate(host, begun.id, NOW)
    assert await sweep_remediations(host, NOW + 2 * DAY) == 1
    assert (await stored(host, begun.id)).status is RemediationStatus.RUNNING


async def test_a_failure_is_told_for_a_day_from_when_it_failed(host: RemediationServices, directory: Directory) -> None:
    late = NOW + timedelta(hours=20)
    directory.failures = [Refused("read-only")]
    failed = await finish(host, (await ask(host)).remediation.id, late)
    told = [(OperatorKind.REMEDIATION_FAILED, failed.id)]
    for moment in (late, late + DAY - SECOND):
        assert conditions(await check_remediations(host, moment)) == told
    assert conditions(await check_remediations(host, late + DAY)) == []


async def test_more_failures_than_are_shown_are_said_to_be_more_whatever_succeeded_since(
    host: RemediationServices, directory: Directory
) -> None:
    host = rewired(host, guards=GuardSettings(ceiling_per_hour=100))
    for number in range(21):
        directory.failures = [Refused("read-only")]
        await finish(host, (await ask(host, now=NOW + number * SECOND)).remediation.id, NOW + number * SECOND)
    told = conditions(await check_remediations(host, NOW + timedelta(minutes=1)))
    assert len({subject for _, subject in told}) == 21
    assert told[-1] == (OperatorKind.REMEDIATION_FAILED, "others")
