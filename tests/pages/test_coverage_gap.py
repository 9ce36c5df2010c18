"""A collector that stops while records arrive: the hours are seen to be missing, and are read once it runs again."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.bootstrap import build
from shared.domain.alerts import Alert, AlertStatus, fingerprint_of
from shared.domain.built_in import OperatorKind
from shared.domain.ledger import HourCoverage, HourState, SourceHealth
from shared.domain.streams import Family, Stream
from shared.graph.audits import GraphAudits
from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.collection.read_coverage import read_coverage
from shared.pipeline.operation.check_sources import check_sources
from shared.pipeline.operation.watch_operation import watch_operation
from shared.pipeline.services import Services
from shared.settings import read_settings
from tests.pages.test_coverage_pages import letters, look, section_of
from tests.pipeline.conftest import IDENTIFIERS

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOURS_WITHOUT = ("2026-03-02T09", "2026-03-02T10", "2026-03-02T11")


@dataclass
class Watched:
    """A tenant of which only the audits are read."""

    server: TenantServer
    clock: ManualClock
    services: Services

    def add_secret(self) -> None:
        user = self.server.tenant.users.all()[0]
        app = self.server.tenant.applications.all()[0]
        actor = Actor.user(user["id"], user["userPrincipalName"])
        self.server.tenant.add_secret(actor, app["id"], "nightly job", timedelta(days=90))

    def add_secret_that_is_told_an_hour_late(self) -> None:
        audits = self.server.tenant.audits
        before, audits.factor = audits.factor, 1 / 20
        self.add_secret()
        audits.factor = before

    async def collect(self) -> None:
        await collect_logs(self.services, Family.REPORTS, self.clock.now(), clock=lambda: 0)

    async def watch(self) -> None:
        checks = await check_sources(self.services, self.clock.now())
        conditions = [check.condition for check in checks if check.condition]
        await watch_operation(self.services, conditions, self.clock.now())

    async def alert(self) -> Alert | None:
        fingerprint = fingerprint_of(OperatorKind.SOURCE_GAP, (Stream.DIRECTORY_AUDITS,))
        return (await self.services.alerts.series(fingerprint)).alert

    async def hours_without(self) -> list[HourCoverage]:
        [report] = await read_coverage(self.services, self.clock.now(), 24)
        return [hour for hour in report.coverage.hours if hour.hour in HOURS_WITHOUT]

    async def letters(self) -> str:
        return letters(section_of(await look(self.services, self.clock.now()), "Directory audits"))


@pytest.fixture
async def watched(
    connection_string: str, unique: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Watched]:
    clock = ManualClock(NOW)
    simulated = generate(seed=7, apps=20, tenant_id="5d9f8a4e-0c53-4f2b-9a57-3c1d8e6b7f21", clock=clock)
    async with serve(simulated, own_identities(simulated), seed=7) as server:
        server.report_limit.limit = None
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        limits = Limits(tries=2, first_pause_seconds=0.01, report_pause_seconds=0)
        connection = GraphConnection(server.address, READER_CLIENT_ID, limits=limits)
        settings = read_settings({**IDENTIFIERS, "DataStorage": connection_string})
        application = build(settings, prefix=unique("g"))
        services = replace(application.services, logs={Stream.DIRECTORY_AUDITS: GraphAudits(connection)})
        yield Watched(server, clock, services)
        await application.close()
        await connection.close()


async def test_a_gap_is_seen_told_and_read_once_the_collector_runs_again(watched: Watched) -> None:
    await watched.collect()
    for number in range(6):
        watched.clock.advance(30 * MINUTE)
        watched.add_secret()
        if number == 4:
            watched.add_secret_that_is_told_an_hour_late()
        await watched.watch()
    watched.clock.advance(10 * MINUTE)

    missing = await watched.hours_without()
    assert [(hour.state, hour.events) for hour in missing] == [(HourState.MISSING, 0)] * 3
    assert (await watched.letters()).endswith("EMMMM")
    page = section_of(await look(watched.services, watched.clock.now()), "Directory audits").text
    assert "Missing since 2 Mar 2026, 09:00 UTC (3 hours ago)" in page
    alert = await watched.alert()
    assert alert is not None
    assert (alert.status, alert.title) == (AlertStatus.NEW, "Hours of a source are missing: directoryAudits")

    await watched.collect()
    await watched.watch()
    read = await watched.hours_without()
    assert [(hour.state, hour.events) for hour in read] == [(HourState.COLLECTED, count) for count in (1, 2, 2)]
    assert "M" not in await watched.letters()
    alert = await watched.alert()
    assert alert is not None
    assert alert.status is AlertStatus.RESOLVED

    for _ in range(4):
        watched.clock.advance(20 * MINUTE)
        await watched.collect()
    [report] = await read_coverage(watched.services, watched.clock.now(), 24)
    last = next(hour for hour in report.coverage.hours if hour.hour == HOURS_WITHOUT[-1])
    assert (last.events, last.late, report.health) == (3, 1, SourceHealth.OK)
    assert (await watched.letters()).endswith("ECCCCP")
    assert "1 of them late" in section_of(await look(watched.services, watched.clock.now()), "Directory audits").text
