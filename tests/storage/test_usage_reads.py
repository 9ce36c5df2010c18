"""How far the reading of the reports of use has come: of two hosts one moves it."""

from datetime import UTC, datetime

import pytest

from shared.domain.errors import Conflict
from shared.domain.inventory_reads import PartState
from shared.domain.ledger import SourceHealth
from shared.domain.usage_reads import ReportRead, UsageReport, UsageState
from shared.storage.connection import StorageConnection
from shared.storage.usage_reads import TableUsageReads
from tests.storage.conftest import Connect

NOW = datetime(2026, 3, 3, tzinfo=UTC)
STATE = UsageState(
    running=ReportRead(report=UsageReport.CREDENTIAL_SIGN_INS, started=NOW, link="https://graph.example/9", rows=7),
    parts={UsageReport.SERVICE_PRINCIPAL_SIGN_INS: PartState(health=SourceHealth.NOT_LICENSED, reason="no licence")},
    due={UsageReport.SERVICE_PRINCIPAL_SIGN_INS: NOW},
    attempts=2,
    list_is_stale=True,
)


async def test_a_reading_begins_without_a_state(connection: StorageConnection) -> None:
    stored = await TableUsageReads(connection).state()
    assert (stored.state, stored.version) == (UsageState(), None)


async def test_what_one_host_stored_another_reads(connect: Connect, connection_string: str) -> None:
    version = await TableUsageReads(connect(connection_string)).move(STATE, None)
    stored = await TableUsageReads(connect(connection_string)).state()
    assert (stored.state, stored.version) == (STATE, version)


async def test_a_state_that_was_moved_is_not_moved_again_from_its_old_version(connection: StorageConnection) -> None:
    reads = TableUsageReads(connection)
    first = await reads.move(STATE, None)
    await reads.move(UsageState(attempts=3), first)
    for version in (None, first):
        with pytest.raises(Conflict):
            await reads.move(STATE, version)
    assert (await reads.state()).state == UsageState(attempts=3)
