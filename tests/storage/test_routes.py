"""Pace, held deliveries and status of routes on real tables, from several hosts at once."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.domain.errors import Conflict
from shared.domain.pace import Pace
from shared.domain.route_status import RouteStatus
from shared.domain.severities import Severity
from shared.domain.summaries import HeldDelivery
from shared.storage.connection import StorageConnection
from shared.storage.held_deliveries import TableHeldDeliveries
from shared.storage.route_pace import TableRoutePace
from shared.storage.route_statuses import TableRouteStatuses
from tests.storage.conftest import Connect
from tests.storage.records import START


def held(number: int, severity: Severity = Severity.LOW) -> HeldDelivery:
    return HeldDelivery(
        alert_id=f"{number:032}-1",
        sequence=1,
        severity=severity,
        policy_id="credential-added",
        title=f"Alert {number}",
        created_date_time=START + timedelta(seconds=number),
    )


async def test_hosts_that_ask_at_once_share_the_places(connect: Connect, connection_string: str) -> None:
    pace = Pace(most=5, gap=timedelta(seconds=1))
    hosts = [TableRoutePace(connect(connection_string), pace) for _ in range(2)]
    places = await asyncio.gather(*(hosts[n % 2].take("teams", START) for n in range(24)))
    taken = [place for place in places if place is not None]
    assert len(taken) == len(set(taken)) <= 5
    assert await hosts[0].take("other", START) == START


async def test_places_come_back_with_time(connection: StorageConnection) -> None:
    pace = TableRoutePace(connection, Pace(most=2, gap=timedelta(0)))
    assert [await pace.take("teams", START) for _ in range(3)] == [START, START, None]
    later = START + timedelta(minutes=1)
    assert await pace.take("teams", later) == later


async def test_the_gravest_come_first_and_a_repeated_insert_is_one_row(connection: StorageConnection) -> None:
    table = TableHeldDeliveries(connection)
    for one in (held(1), held(2, Severity.HIGH), held(3, Severity.INFORMATIONAL), held(1)):
        await table.insert("teams", one)
    await table.insert("r|o/u'te", held(9))
    assert await table.first("teams", 10) == [held(2, Severity.HIGH), held(1), held(3, Severity.INFORMATIONAL)]
    assert await table.first("teams", 2) == [held(2, Severity.HIGH), held(1)]
    assert await table.first("r|o/u'te", 10) == [held(9)]


async def test_exactly_what_was_told_is_removed(connection: StorageConnection) -> None:
    table = TableHeldDeliveries(connection)
    await asyncio.gather(*(table.insert("teams", held(n)) for n in range(130)))
    told = await table.first("teams", 120)
    await table.insert("teams", held(500, Severity.HIGH))
    await table.remove("teams", told)
    left = await table.first("teams", 1000)
    assert {one.alert_id for one in left} == {held(n).alert_id for n in (*range(120, 130), 500)}


async def test_two_that_remove_the_same_rows_conflict_and_neither_touches_others(
    connection: StorageConnection,
) -> None:
    table = TableHeldDeliveries(connection)
    for number in range(3):
        await table.insert("teams", held(number))
    await table.remove("teams", [held(0)])
    with pytest.raises(Conflict):
        await table.remove("teams", [held(0), held(1)])
    assert await table.first("teams", 10) == [held(1), held(2)]


async def test_a_status_is_written_only_over_the_version_that_was_read(connection: StorageConnection) -> None:
    statuses = TableRouteStatuses(connection)
    unknown = await statuses.get("teams")
    assert (unknown.status, unknown.version) == (RouteStatus(route="teams"), None)
    version = await statuses.put(replace(unknown.status, cards=1), None)
    with pytest.raises(Conflict):
        await statuses.put(replace(unknown.status, cards=2), None)
    await statuses.put(replace(unknown.status, cards=3), version)
    with pytest.raises(Conflict):
        await statuses.put(replace(unknown.status, cards=4), version)
    assert (await statuses.get("teams")).status.cards == 3
