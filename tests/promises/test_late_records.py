"""Records that the service publishes late, and out of order: which are found, and which are too late."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.audit_log import AuditLog
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.tenant import Tenant
from local.tenant.server import TenantServer
from shared.bootstrap import Application
from shared.domain.microsoft import HOME_TENANTS
from shared.domain.streams import Family, Stream
from shared.graph.audits import GraphAudits
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.services import Services
from tests.conftest import RecordFigure
from tests.pipeline.collection.conftest import watching
from tests.promises.conftest import Connect, ServeTenant

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
PROMISED = 26 * HOUR
"""Each deep reading begins 26 hours before the last one began, so no such record falls between two of them."""
LATEST = 36 * HOUR


async def test_what_comes_late_is_found_once(
    serve_tenant: ServeTenant, connect: Connect, application: Application, record_figure: RecordFigure
) -> None:
    await late_records_are_found(await serve_tenant(20), connect, application, 200, HOUR, record_figure)


@pytest.mark.soak
async def test_of_thousands_that_come_late_all_are_found_once(
    serve_tenant: ServeTenant, connect: Connect, application: Application, record_figure: RecordFigure
) -> None:
    await late_records_are_found(await serve_tenant(50), connect, application, 3000, HOUR / 6, record_figure)


async def late_records_are_found(
    server: TenantServer,
    connect: Connect,
    application: Application,
    changes: int,
    between_runs: timedelta,
    record_figure: RecordFigure,
) -> None:
    """So many changes within a day, each readable at any time up to ``LATEST`` later; collected until all are."""
    log = GraphAudits(connect(server))
    services = watching(application, log)  # type: ignore[arg-type] # it reads only
    tenant = server.tenant
    tenant.audits = AuditLog(seed=7, earliest=timedelta(0), latest=LATEST)
    lateness = await collect_while_it_changes(services, tenant, changes, between_runs)
    found = await ids_found(services)
    in_time = {each for each, late in lateness.items() if late <= PROMISED}
    assert len(lateness) == changes
    assert in_time - found.keys() == set()
    record_figure("R8", "records published late", len(lateness))
    record_figure("R8", "found of those up to 26 hours late", 100 * len(in_time & found.keys()) / len(in_time))
    record_figure("R8", "records counted twice", found.total() - len(found))


async def collect_while_it_changes(
    services: Services, tenant: Tenant, changes: int, between_runs: timedelta
) -> dict[str, timedelta]:
    """How late each record could be read, rounded up to the run that was the first which could."""
    clock = tenant.clock
    assert isinstance(clock, ManualClock)
    random, began = Random(7), clock.now()
    moments = sorted(began + DAY * random.random() for _ in range(changes))
    lateness: dict[str, timedelta] = {}
    while clock.now() < began + DAY + LATEST + 7 * HOUR:
        clock.advance(between_runs)
        while moments and moments[0] <= clock.now():
            moments.pop(0)
            change_any_app(tenant, random)
        await collect_logs(services, Family.REPORTS, clock.now(), clock=lambda: 0)
        for record in tenant.audits.visible(clock.now()):
            lateness.setdefault(record["id"], clock.now() - datetime.fromisoformat(record["activityDateTime"]))
    return lateness


def change_any_app(tenant: Tenant, random: Random) -> None:
    user = tenant.users.all()[0]
    app = random.choice([item for item in tenant.service_principals.all() if is_of_a_vendor(item)])
    actor = Actor.user(user["id"], user["userPrincipalName"])
    tenant.update_service_principal(actor, app["id"], {"accountEnabled": not app["accountEnabled"]})


def is_of_a_vendor(item: dict[str, object]) -> bool:
    """Neither Microsoft's own nor a managed identity, which nobody can change."""
    return item["servicePrincipalType"] == "Application" and item["appOwnerOrganizationId"] not in HOME_TENANTS


async def ids_found(services: Services) -> Counter[str]:
    """Of all records that were taken in, each as often as it was."""
    found = Counter[str]()
    for sequence in range(1, (await services.ledger.cursor(Stream.DIRECTORY_AUDITS)).next_sequence):
        chunk = await services.ledger.chunk(Stream.DIRECTORY_AUDITS, sequence)
        assert chunk is not None
        found.update(event.id for event in await services.archive.read_events(chunk.events_path))
    return found
