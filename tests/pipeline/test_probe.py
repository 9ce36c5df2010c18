"""The hourly probe, the gate that it closes and opens, and the health page that tells of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace as rewired
from datetime import timedelta

import pytest

from shared.bootstrap import Application
from shared.domain.errors import Unavailable
from shared.domain.probes import ProbeOutcome, ProbeResult
from shared.domain.roles import Caller
from shared.pipeline.access import Access, Gate
from shared.pipeline.collection.ingest import ingest
from shared.pipeline.operation.check_health import check_health
from shared.pipeline.operation.probe import probe_authentication
from shared.pipeline.services import Services
from shared.storage.archive import BlobArchive
from shared.storage.connection import ConnectionString, StorageConnection
from shared.storage.ledger import TableLedger
from shared.storage.probe_results import TableProbeResults
from shared.storage.work_queue import StorageQueues
from tests.pipeline.worker import NOBODY_LISTENS, NOW
from tests.recording import RECORDING

ACCEPTED, REFUSED, INCONCLUSIVE = ProbeOutcome.ACCEPTED, ProbeOutcome.REFUSED, ProbeOutcome.INCONCLUSIVE
SECOND = timedelta(seconds=1)


async def nobody(_: Mapping[str, str]) -> Caller:
    return Caller(id="", name="", is_user=False, roles=frozenset())


def access(application: Application, outcome: ProbeOutcome = REFUSED) -> Access:
    """As another instance of the app would have it: the results are shared, what is remembered is not."""

    async def probe() -> ProbeOutcome:
        return outcome

    return Access(
        identify=nobody,
        probe=probe,
        gate=Gate(TableProbeResults(application.connection)),
        form_tokens=application.access.form_tokens,
    )


async def test_the_gate_is_open_before_the_first_probe(application: Application) -> None:
    gate = access(application).gate
    assert await gate.last(NOW) is None
    assert not await gate.is_closed(NOW)


async def test_a_believed_forgery_closes_the_gate_of_every_instance_and_a_refused_one_opens_it(
    application: Application,
) -> None:
    elsewhere = access(application).gate
    for outcome, closed in ((ACCEPTED, True), (INCONCLUSIVE, True), (REFUSED, False), (INCONCLUSIVE, False)):
        assert await probe_authentication(access(application, outcome), NOW) is outcome
        assert await access(application).gate.is_closed(NOW) is closed
    await probe_authentication(access(application, ACCEPTED), NOW)
    assert await elsewhere.is_closed(NOW)


async def test_an_instance_looks_again_after_half_a_minute(application: Application) -> None:
    elsewhere = access(application).gate
    assert not await elsewhere.is_closed(NOW)
    await probe_authentication(access(application, ACCEPTED), NOW)
    assert not await elsewhere.is_closed(NOW + 29 * SECOND)
    assert await elsewhere.is_closed(NOW + 30 * SECOND)


async def test_the_instance_that_probed_knows_at_once(application: Application) -> None:
    own = access(application, ACCEPTED)
    assert not await own.gate.is_closed(NOW)
    await probe_authentication(own, NOW)
    assert await own.gate.is_closed(NOW)


async def test_nobody_is_let_in_on_a_guess_while_storage_is_down() -> None:
    connection = StorageConnection(ConnectionString(NOBODY_LISTENS), timeout_seconds=1, retries=0)
    with pytest.raises(Unavailable):
        await Gate(TableProbeResults(connection)).is_closed(NOW)
    await connection.close()


async def health(application: Application) -> dict[str, bool]:
    checks = await check_health(application.services, access(application), NOW)
    return {check.name: check.healthy for check in checks}


async def test_a_quiet_service_is_healthy(application: Application) -> None:
    assert set((await health(application)).values()) == {True}


@pytest.mark.parametrize(
    ("outcome", "age", "healthy"),
    [
        (REFUSED, timedelta(hours=1), True),
        (REFUSED, timedelta(hours=3), True),
        (REFUSED, timedelta(hours=3, seconds=1), False),
        (ACCEPTED, timedelta(0), False),
    ],
)
async def test_a_guard_that_is_broken_or_was_not_looked_at_for_hours_is_unhealthy(
    application: Application, outcome: ProbeOutcome, age: timedelta, healthy: bool
) -> None:
    await TableProbeResults(application.connection).record(ProbeResult(outcome=outcome, time=NOW - age))
    assert (await health(application))["authentication"] is healthy


@pytest.mark.parametrize(("waited", "healthy"), [(timedelta(minutes=15), True), (timedelta(minutes=16), False)])
async def test_events_that_wait_for_long_are_unhealthy(
    application: Application, waited: timedelta, healthy: bool
) -> None:
    await ingest(application.services, "audits", RECORDING.read_bytes().splitlines()[:3], NOW - waited)
    assert (await health(application))["evaluation"] is healthy


@pytest.mark.parametrize(
    "broken",
    [
        lambda services, connection: rewired(services, ledger=TableLedger(connection)),
        lambda services, connection: rewired(services, queue=StorageQueues(connection)),
        lambda services, connection: rewired(services, archive=BlobArchive(connection)),
    ],
    ids=["tables", "queues", "blobs"],
)
async def test_storage_that_is_down_is_said_and_not_raised(
    application: Application, broken: Callable[[Services, StorageConnection], Services]
) -> None:
    connection = StorageConnection(ConnectionString(NOBODY_LISTENS), timeout_seconds=1, retries=0)
    [check] = await check_health(broken(application.services, connection), access(application), NOW)
    await connection.close()
    assert (check.name, check.healthy) == ("storage", False)
