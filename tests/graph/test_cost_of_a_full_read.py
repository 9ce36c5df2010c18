"""What it costs to read everything once, in requests and in the resource units by which Graph throttles."""

from functools import partial

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import serve
from shared.domain.directory import DirectoryKind
from shared.domain.inventory_reads import CHANGE_KINDS
from shared.domain.microsoft import API_APP_IDS
from shared.domain.usage_reads import UsageReport
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.graph.endpoints import COUNTED, LISTED
from shared.graph.limits import Limits
from shared.graph.usage_reports import GraphUsage
from tests.graph.conftest import TENANT_ID
from tests.graph.paging import all_pages
from tests.graph.periods import NOW

_EXPANDED = 20


async def read_everything(directory: GraphDirectory) -> None:
    for kind in CHANGE_KINDS:
        await directory.latest(kind)
    for kind in COUNTED:
        await directory.count(kind)
    groups = set[str]()
    for kind in LISTED:
        found = await all_pages(partial(directory.list_page, kind))
        many_owners = [key for key, each in found.items() if len(each.get("owners", ())) >= _EXPANDED]
        if kind is DirectoryKind.SERVICE_PRINCIPALS:
            await directory.parts(many_owners)
        else:
            await directory.registration_parts(many_owners)
        principals = [each["principal"] for each in found.values() if "principal" in each]
        groups |= {each["id"] for each in principals if each["@odata.type"] == "#microsoft.graph.group"}
    await directory.role_names()
    for group in groups:
        await all_pages(partial(directory.members, group))
    for api in await directory.apis(sorted(API_APP_IDS)):
        await all_pages(partial(directory.assigned_to, api["id"]))


async def test_a_thousand_apps_take_45_requests_and_54_units_and_a_request_a_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tenant = generate(seed=7, apps=1000, tenant_id=TENANT_ID, clock=ManualClock(NOW))
    async with serve(tenant, own_identities(tenant), seed=7) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        connection = GraphConnection(server.address, READER_CLIENT_ID, limits=Limits(report_pause_seconds=0))
        await read_everything(GraphDirectory(connection))
        assert sum(server.requests.requests.values()) <= 45
        assert sum(server.requests.units.values()) <= 54
        for report in UsageReport:
            await all_pages(partial(GraphUsage(connection).page, report))
        assert server.requests.reports == len(UsageReport)
        await connection.close()
