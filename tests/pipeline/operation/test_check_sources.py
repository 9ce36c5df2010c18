"""What an operator is told of sources: hours that are missing or lost, and silence; both end by themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from shared.bootstrap import Application
from shared.domain.built_in import OperatorKind
from shared.domain.ledger import SourceHealth, SourceState
from shared.domain.operator_conditions import OperatorCondition
from shared.domain.passes import Gap
from shared.domain.streams import Stream
from shared.pipeline.operation.check_sources import check_sources
from shared.pipeline.services import Services
from tests.storage.records import chunk

NOW = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOURCE = Stream.INTERACTIVE_SIGN_INS


@pytest.fixture
def services(application: Application) -> Services:
    return application.services


async def conditions(services: Services) -> dict[OperatorKind, OperatorCondition]:
    return {each.condition.kind: each.condition for each in await check_sources(services, NOW) if each.condition}


def read(latest_event: datetime = NOW, **facts: object) -> SourceState:
    given = {"last_complete_read": NOW, "read_until": NOW, "since": NOW - 7 * DAY, "noted": NOW, **facts}
    return SourceState(source=SOURCE, optional=True, latest_event=latest_event, **given)  # type: ignore[arg-type]


async def add_events(services: Services, hour: datetime, count: int) -> None:
    cursor = await services.ledger.cursor(SOURCE)
    ids = {f"{hour} {number}": hour for number in range(count)}
    await services.ledger.commit(chunk(cursor.next_sequence, source=SOURCE), dict(ids), cursor, "")


async def test_hours_that_stay_missing_for_one_are_a_gap_until_they_are_read(services: Services) -> None:
    missing = read(health=SourceHealth.FAILING, reason="503", read_until=NOW - 2 * HOUR)
    await services.ledger.record_state(missing)
    gap = (await conditions(services))[OperatorKind.SOURCE_GAP]
    assert (gap.subject, gap.patience) == (SOURCE, timedelta(0))
    assert gap.detail == "missing since 2026-03-09T07:30:00+00:00"
    await services.ledger.record_state(read())
    assert await conditions(services) == {}


async def test_what_is_lost_is_told_at_once_and_for_a_week(services: Services) -> None:
    gap = Gap(start=NOW - 40 * DAY, end=NOW - 30 * DAY, noticed=NOW - MINUTE)
    await services.ledger.record_state(read(gaps=(gap,)))
    told = (await conditions(services))[OperatorKind.SOURCE_GAP]
    assert told.patience == timedelta(0)
    assert told.detail == "lost from 2026-01-28T09:30:00+00:00 to 2026-02-07T09:30:00+00:00"
    await services.ledger.record_state(read(gaps=(replace(gap, noticed=NOW - 8 * DAY),)))
    assert await conditions(services) == {}


async def test_a_source_that_is_off_is_well_and_no_gap(services: Services) -> None:
    await services.ledger.record_state(read(off=True, read_until=NOW - DAY, last_complete_read=NOW - DAY))
    [check] = await check_sources(services, NOW)
    assert (check.healthy, check.is_without, check.detail) == (True, True, "without: it is switched off")


async def test_a_source_whose_hours_were_always_busy_and_that_tells_nothing_is_quiet(services: Services) -> None:
    for back in (24, 48, 72, 96):
        for hour in range(1, 7):
            await add_events(services, NOW - (back + hour) * HOUR, 20)
    await services.ledger.record_state(read(latest_event=NOW - 7 * HOUR))
    told = (await conditions(services))[OperatorKind.SOURCE_QUIET]
    assert (told.subject, told.detail) == (SOURCE, "it reads well; latest event 2026-03-09T02:30:00+00:00")
    await add_events(services, NOW - 3 * HOUR, 1)
    assert await conditions(services) == {}


async def test_a_source_that_is_seldom_busy_is_not_quiet(services: Services) -> None:
    for hour in range(1, 7):
        await add_events(services, NOW - (24 + hour) * HOUR, 50)
    await services.ledger.record_state(read(latest_event=NOW - 7 * HOUR))
    assert await conditions(services) == {}
