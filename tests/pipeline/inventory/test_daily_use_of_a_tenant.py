"""What apps of a simulated tenant do on ordinary days, from the logs over HTTP into the inventory and its facts."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.daily_use import DailyUse, Habit, Work
from local.tenant.directory.generate import generate
from local.tenant.directory.graph_calls import GRAPH_ACTIVITY
from local.tenant.directory.tenant import Tenant
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import serve
from shared.bootstrap import build
from shared.bootstrap.logs import Logs
from shared.domain.apps import App
from shared.domain.events import Service
from shared.domain.known import UNKNOWN
from shared.domain.streams import STREAMS, Stream
from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from shared.pipeline.activity.roll_up import roll_up
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.inventory.collect_inventory import collect_inventory
from shared.pipeline.inventory.refresh_use import refresh_use
from shared.policies.facts import VOCABULARY
from shared.policies.interpreter import Subject, read
from shared.settings import read_settings
from shared.sources.records import read_record
from tests.pipeline.inventory.tenant import TENANT_ID
from tests.pipeline.worker import work

pytestmark = pytest.mark.asyncio(loop_scope="module")

START = datetime(2026, 3, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS = 48
END = START + HOURS * HOUR
LAST_DAY = date(2026, 3, 3)
"""The last that is complete at the end, and the first of which every request was collected."""
COLLECTED = (Stream.EXCHANGE_AUDITS, Stream.SHAREPOINT_AUDITS, Stream.GRAPH_ACTIVITY)
QUICK = Limits(tries=2, first_pause_seconds=0.01, report_pause_seconds=0, identity_pause_seconds=0)


@dataclass(frozen=True)
class Worked:
    """The apps after two days of collecting, and what each did."""

    apps: dict[str, App]
    use: DailyUse
    tenant: Tenant

    def of(self, works: Iterable[Work]) -> list[tuple[App, Habit]]:
        habits = [habit for habit in self.use.habits if habit.work in works]
        assert habits
        return [(self.apps[habit.app_id], habit) for habit in habits]

    def requests(self, day: date, *, failed: bool = False) -> Counter[str | None]:
        """By app, from the tenant's own log; all, or those that ``failed``."""
        events = (event for one in self.tenant.log(GRAPH_ACTIVITY).every_record() for event in read_record(one))
        of_day = (event for event in events if event.time and event.time.date() == day)
        return Counter(event.app.app_id for event in of_day if not (failed and event.succeeded))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worked(connection_string: str) -> AsyncIterator[Worked]:
    clock = ManualClock(START)
    tenant = generate(seed=3, apps=6, tenant_id=TENANT_ID, clock=clock)
    use = DailyUse(tenant, 3, {})
    use.load()
    async with AsyncExitStack() as running:
        server = await running.enter_async_context(serve(tenant, own_identities(tenant), seed=3))
        for window in server.limits.values():
            window.limit = None
        patched = running.enter_context(pytest.MonkeyPatch.context())
        for name, value in server.environment.items():
            patched.setenv(name, value)
        settings = read_settings(
            {
                **server.environment,
                "TENANT_ID": TENANT_ID,
                "API_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
                "READER_CLIENT_ID": READER_CLIENT_ID,
                "DataStorage": connection_string,
                "SOURCES": ",".join(COLLECTED),
            }
        )
        application = build(settings, prefix=f"d{uuid4().hex[:12]}")
        running.push_async_callback(application.close)
        graph = GraphConnection(server.address, READER_CLIENT_ID, limits=QUICK)
        running.push_async_callback(graph.close)
        logs = Logs(settings, graph)
        services = replace(application.services, logs=logs.readers())
        for opened in logs.opened:
            running.push_async_callback(opened.close)
        await collect_inventory(services, clock.now())
        for family in {STREAMS[stream].family for stream in COLLECTED}:
            await collect_logs(services, family, clock.now())
        for _ in range(HOURS):
            use.go_on(clock.now(), clock.now() + HOUR)
            clock.advance(HOUR)
        for family in {STREAMS[stream].family for stream in COLLECTED}:
            await collect_logs(services, family, clock.now())
        await work(application, services)
        await roll_up(services, END)
        await refresh_use(services, END)
        yield Worked(await services.apps.get([habit.app_id for habit in use.habits]), use, tenant)


def fact(name: str, app: App) -> object:
    return read(VOCABULARY.facts[name], Subject(None, app, END))


async def test_calls_of_the_last_complete_day_are_told_exactly(worked: Worked) -> None:
    expected = worked.requests(LAST_DAY)
    for app, _ in worked.of(Work):
        assert app.activity
        assert app.activity.through == LAST_DAY
        assert fact("app.callsPerDay", app) == expected[app.app_id] > 0
        assert fact("app.errorRate", app) is UNKNOWN, "a week of requests was not collected yet"


async def test_data_of_the_days_before_the_first_reading_is_told(worked: Worked) -> None:
    for app, habit in worked.of([Work.MAIL, Work.FILES]):
        assert app.activity
        assert isinstance(app.activity.week.items, int)
        assert app.activity.week.items >= 7 * len(habit.hours)
        assert isinstance(fact("app.itemsIncrease", app), float)
        assert [each.usual for each in app.activity.services if each.service is not Service.DIRECTORY] == [None]
    for app, _ in worked.of([Work.MAIL]):
        assert fact("app.servicesAccessed", app) == (Service.EXCHANGE,)
    for app, _ in worked.of([Work.FILES]):
        assert isinstance(size := fact("app.bytesPerDay", app), int)
        assert size >= 80_000


async def test_labels_of_files_and_failed_requests_are_told(worked: Worked) -> None:
    apps = [app for app, _ in worked.of(Work)]
    assert {label for app in apps if app.activity for label in app.activity.labels} == {
        "2096f6a2-d2f7-48be-b329-b73aaa526e5d"
    }
    failed = Counter({app.app_id: app.activity.day.errors for app in apps if app.activity})
    expected = worked.requests(LAST_DAY, failed=True)
    assert expected.total() > 0
    assert +failed == expected
