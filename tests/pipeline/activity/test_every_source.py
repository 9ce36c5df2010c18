"""One process with every source on, and a tenant under attack: from each log to the archive, the counts and the alerts.

What tells the same is on in turn: calls of Graph by hunting or by Log Analytics, mail and files by the Management
Activity API or by an audit search.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from local.host.identity.personas import API_CLIENT_ID, TENANT_ID
from local.tenant.directory.azure_events import AZURE_ACTIVITY
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.directory.data_use import EXCHANGE_AUDITS, GENERAL_AUDITS, SHAREPOINT_AUDITS
from local.tenant.directory.defender import DEFENDER_ALERTS
from local.tenant.directory.generate import generate
from local.tenant.directory.graph_calls import GRAPH_ACTIVITY
from local.tenant.directory.risks import RISK_DETECTIONS, RISKY_PRINCIPALS
from local.tenant.directory.scenario import Run, load_scenarios
from local.tenant.directory.sign_in_records import SERVICE_PRINCIPAL, sign_in_log
from local.tenant.directory.tenant import Tenant
from local.tenant.identities import READER_CLIENT_ID, SUBSCRIPTION_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.bootstrap import build
from shared.bootstrap.logs import Logs
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert, AlertStatus
from shared.domain.built_in import DEFENDER_ALERT
from shared.domain.events import Event, Service
from shared.domain.ledger import SourceHealth
from shared.domain.streams import TWINS, Family, Stream
from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from shared.pipeline.activity.find_events import of_range
from shared.pipeline.activity.roll_up import roll_up
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.collection.read_coverage import read_coverage
from shared.pipeline.inventory.collect_inventory import collect_inventory
from shared.pipeline.services import Services
from shared.settings import Settings, read_settings
from shared.sources.azure_activity import matters
from shared.sources.records import read_bytes
from shared.sources.twins import fact_of
from tests.pipeline.worker import work

pytestmark = pytest.mark.asyncio(loop_scope="module")

START = datetime(2026, 3, 3, 9, tzinfo=UTC)
VISITS = (0, 14, 25, 70, 76)
"""Minutes: each version of a risk and of an alert is met, and a search is over at the visit after it was begun."""
END = START + timedelta(minutes=VISITS[-1])
ATTACKS = ("data-theft", "self-granted-role")
SEARCHED = frozenset({Stream.AUDIT_SEARCH, Stream.GRAPH_ACTIVITY_LOGS})
FED = frozenset(
    {
        *(Stream.EXCHANGE_AUDITS, Stream.SHAREPOINT_AUDITS, Stream.GENERAL_AUDITS, Stream.ENTRA_AUDITS),
        Stream.GRAPH_ACTIVITY,
    }
)
VARIANTS = {"fed": frozenset(Stream) - SEARCHED, "searched": frozenset(Stream) - FED}
QUICK = Limits(tries=2, first_pause_seconds=0.01, report_pause_seconds=0, identity_pause_seconds=0)
LOGS = {
    Stream.SERVICE_PRINCIPAL_SIGN_INS: sign_in_log(SERVICE_PRINCIPAL),
    Stream.GRAPH_ACTIVITY: GRAPH_ACTIVITY,
    Stream.GRAPH_ACTIVITY_LOGS: GRAPH_ACTIVITY,
    Stream.RISKY_SERVICE_PRINCIPALS: RISKY_PRINCIPALS,
    Stream.RISK_DETECTIONS: RISK_DETECTIONS,
    Stream.DEFENDER_ALERTS: DEFENDER_ALERTS,
    Stream.AZURE_ACTIVITY: AZURE_ACTIVITY,
}
"""The tenant's log behind each stream that no other one tells the same as."""


@dataclass(frozen=True)
class Followed:
    """A tenant after the attacks, and the services that followed them."""

    tenant: Tenant
    runs: tuple[Run, ...]
    services: Services

    @property
    def thief(self) -> str:
        return self.runs[0].app_ids["archive"]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[*VARIANTS])
async def followed(request: pytest.FixtureRequest, connection_string: str) -> AsyncIterator[Followed]:
    clock = ManualClock(START)
    tenant = generate(seed=3, apps=4, tenant_id=TENANT_ID, clock=clock)
    async with AsyncExitStack() as running:
        server = await running.enter_async_context(serve(tenant, own_identities(tenant), seed=3))
        for window in server.limits.values():
            window.limit = None
        patched = running.enter_context(pytest.MonkeyPatch.context())
        for name, value in server.environment.items():
            patched.setenv(name, value)
        settings = settings_of(server, connection_string, VARIANTS[request.param])
        application = build(settings, prefix=f"every{uuid4().hex[:12]}")
        running.push_async_callback(application.close)
        graph = GraphConnection(server.address, READER_CLIENT_ID, limits=QUICK)
        running.push_async_callback(graph.close)
        logs = Logs(settings, graph)
        services = replace(application.services, logs=logs.readers())
        for opened in logs.opened:
            running.push_async_callback(opened.close)
        runs: tuple[Run, ...] = ()
        for minutes in VISITS:
            advance(clock, runs, START + timedelta(minutes=minutes))
            await collect_inventory(services, clock.now())
            for family in Family:
                await collect_logs(services, family, clock.now())
            await work(application, services)
            runs = runs or tuple(load_scenarios()[name].run(tenant) for name in ATTACKS)
        await roll_up(services, END)
        yield Followed(tenant, runs, services)


def settings_of(server: TenantServer, connection_string: str, streams: Iterable[Stream]) -> Settings:
    own: Mapping[str, str] = {
        "TENANT_ID": TENANT_ID,
        "API_CLIENT_ID": API_CLIENT_ID,
        "READER_CLIENT_ID": READER_CLIENT_ID,
        "DataStorage": connection_string,
        "SOURCES": ",".join(sorted(streams)),
        "AZURE_SUBSCRIPTION_IDS": SUBSCRIPTION_ID,
        "LOG_ANALYTICS_WORKSPACE_ID": "00000000-0000-4000-8000-000000000009",
    }
    return read_settings({**server.environment, **own})


def advance(clock: ManualClock, runs: Iterable[Run], until: datetime) -> None:
    """Plays what is due, each step at its time."""
    while due := min((one for run in runs if (one := run.next_due()) and one <= until), default=None):
        clock.advance(due - clock.now())
        for run in runs:
            run.advance(due)
    clock.advance(until - clock.now())


def events_in(records: Iterable[Object]) -> list[Event]:
    """Those of the attacks: the tenant has a past."""
    lines = [json.dumps(record).encode() for record in records]
    found = [event for line in lines for event in read_bytes(line)]
    return [event for event in found if event.time is not None and event.time >= START]


async def archived(services: Services, streams: Iterable[Stream]) -> list[Event]:
    hours = of_range(services, list(streams), START, END)
    return [each.event async for some in hours for each in some]


async def alerts(services: Services) -> list[Alert]:
    page = await services.alert_list.page(AlertQuery(), 200, None)
    assert page.next is None
    return [listed.alert for listed in page.alerts]


async def test_what_one_log_tells_is_archived_once(followed: Followed) -> None:
    for stream in LOGS.keys() & followed.services.logs.keys():
        records = followed.tenant.log(LOGS[stream]).every_record()
        if stream is Stream.AZURE_ACTIVITY:
            records = [record for record in records if matters(json.dumps(record).encode())]
        expected = Counter(event.id for event in events_in(records))
        assert expected
        assert Counter(event.id for event in await archived(followed.services, [stream])) == expected, stream


async def test_a_fact_that_several_logs_tell_is_one_event(followed: Followed) -> None:
    tenant = followed.tenant
    records = [*tenant.audits.every_record()]
    for log in (EXCHANGE_AUDITS, SHAREPOINT_AUDITS, GENERAL_AUDITS):
        records += tenant.log(log).every_record()
    expected = Counter(map(fact_of, events_in(records)))
    assert None not in expected
    streams = TWINS & followed.services.logs.keys()
    assert Counter(map(fact_of, await archived(followed.services, streams))) == expected


async def test_items_and_calls_are_counted_exactly(followed: Followed) -> None:
    mailboxes = len(followed.tenant.users.all())
    hours = await followed.services.roll_ups.hours(followed.thief, START, END)
    by_log = [each.use for each in hours if each.stream in TWINS]
    items = Counter[Service]()
    for use in by_log:
        items.update({service: one.items_read for service, one in use.services.items() if one.items_read})
    assert items == {Service.EXCHANGE: 3 * mailboxes, Service.ONEDRIVE: 5}
    assert sum(use.mailboxes.count for use in by_log) == mailboxes
    calls = Counter[str]()
    for each in hours:
        calls.update({name: called.count for name, called in each.use.calls.items() if name.startswith("GET ")})
    assert calls == {"GET /users/{id}/messages": mailboxes, "GET /users/{id}/drive/items/{id}/content": 5}
    assert sum(each.use.sign_ins for each in hours) == 1


async def test_every_source_is_covered_and_well(followed: Followed) -> None:
    reports = {each.coverage.source: each for each in await read_coverage(followed.services, END, 3)}
    assert reports.keys() == {"directory", *followed.services.logs}
    assert {name: each.health for name, each in reports.items() if each.health is not SourceHealth.OK} == {}
    assert {name for name, each in reports.items() if each.coverage.waiting or each.coverage.rejected} == set()


async def test_each_alert_that_the_attacks_deserve_is_there_once(followed: Followed) -> None:
    found = await alerts(followed.services)
    expected = Counter(
        (one.policy, one.severity, run.app_ids[one.app]) for run in followed.runs for one in run.scenario.expects
    )
    expected[DEFENDER_ALERT, "high", followed.thief] += 1
    assert Counter((one.policy_id, one.severity, one.app.app_id) for one in found) == expected


async def test_an_alert_of_defender_is_resolved_as_it_was_there(followed: Followed) -> None:
    (found,) = [one for one in await alerts(followed.services) if one.policy_id == DEFENDER_ALERT]
    assert found.status is AlertStatus.RESOLVED
    assert found.provider_state is not None
    assert found.provider_state.classification == "truePositive"
