"""A served tenant in which stories were played, read by the real adapters into real storage."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.directory.scenario import load_scenarios
from local.tenant.directory.tenant import Tenant
from local.tenant.identities import READER_CLIENT_ID, add_managed_identity
from local.tenant.server import serve
from shared.bootstrap import build
from shared.domain.app_summaries import AppQuery, AppSummary
from shared.pipeline.inventory.app_details import AppDetails, app_details
from shared.pipeline.inventory.collect_inventory import collect_inventory
from shared.pipeline.inventory.collect_usage import collect_usage
from shared.pipeline.services import Services
from shared.settings import read_settings

TENANT_ID = "11111111-1111-4111-8111-111111111111"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STORIES = ("neglected-apps", "powerful-apps", "apps-from-outside")
READER = ("Application.Read.All", "AuditLog.Read.All", "Directory.Read.All")
_SETTINGS = {"TENANT_ID": TENANT_ID, "API_CLIENT_ID": "22222222-2222-4222-8222-222222222222"}
_OTHER_APPS = 10
_MOST_RUNS = 6
_MOST_ROWS = 1000


@dataclass(frozen=True)
class Collected:
    """``app_ids`` are those of the stories' casts, by the names that the stories call them by."""

    services: Services
    tenant: Tenant
    app_ids: dict[str, str]
    now: datetime

    async def details(self, name: str) -> AppDetails:
        return await app_details(self.services, self.app_ids[name], self.now)

    async def rows(self, query: AppQuery) -> tuple[AppSummary, ...]:
        """All that match, of the casts and of the others."""
        page = await self.services.app_list.page(query, _MOST_ROWS, None, self.now)
        assert page.total == len(page.apps)
        return page.apps

    async def row(self, name: str) -> AppSummary:
        query = AppQuery(app_ids=frozenset({self.app_ids[name]}), include_deleted=True)
        [found] = await self.rows(query)
        return found

    async def cast_found_by(self, query: AppQuery) -> set[str]:
        """The names of those of the casts that match."""
        names = {app_id: name for name, app_id in self.app_ids.items()}
        found = await self.rows(replace(query, app_ids=frozenset(names)))
        return {names[row.app_id] for row in found}


@asynccontextmanager
async def collected(
    connection_string: str, permissions: Iterable[str] = READER, *, has_premium: bool = True
) -> AsyncIterator[Collected]:
    """Plays the stories among other apps, and reads the tenant by an identity with these permissions."""
    clock = ManualClock(NOW)
    tenant = generate(seed=7, apps=_OTHER_APPS, tenant_id=TENANT_ID, clock=clock)
    tenant.has_premium = has_premium
    identity = add_managed_identity(tenant, READER_CLIENT_ID, "consentry-reader", permissions)
    app_ids = _played(tenant)
    with pytest.MonkeyPatch.context() as environment:
        async with serve(tenant, {READER_CLIENT_ID: identity}, seed=7) as server:
            for name, value in server.environment.items():
                environment.setenv(name, value)
            settings = {
                **_SETTINGS,
                **server.environment,
                "DataStorage": connection_string,
                "READER_CLIENT_ID": READER_CLIENT_ID,
                "PRIORITY_GROUP_IDS": _priority_accounts(tenant),
            }
            application = build(read_settings(settings), prefix=f"c{uuid4().hex[:12]}")
            try:
                now = await _read(application.services)
                yield Collected(application.services, tenant, app_ids, now)
            finally:
                await application.close()


def _played(tenant: Tenant) -> dict[str, str]:
    known, app_ids = load_scenarios(), dict[str, str]()
    for story in STORIES:
        run = known[story].run(tenant)
        run.advance(tenant.clock.now())
        assert run.next_due() is None
        app_ids |= run.app_ids
    return app_ids


def _priority_accounts(tenant: Tenant) -> str:
    return str(next(group["id"] for group in tenant.groups.all() if group["displayName"] == "Priority accounts"))


async def _read(services: Services) -> datetime:
    """Runs both collectors until nothing is left to read; when that was."""
    now = NOW
    for _ in range(_MOST_RUNS):
        await collect_inventory(services, now)
        now += timedelta(minutes=1)
        # Of what came since it began, a report tells nothing by its silence.
        await collect_usage(services, now)
        inventory, usage = (await services.inventory_reads.state()).state, (await services.usage_reads.state()).state
        if inventory.reads and inventory.running is None and usage.running is None and len(usage.parts) > 1:
            return now
    raise AssertionError(f"not read to the end: {inventory.reason}, {usage.reason}")
