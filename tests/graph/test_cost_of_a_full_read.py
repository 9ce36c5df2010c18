"""What it costs to read everything once, in requests and in the resource units by which Graph throttles."""

from functools import partial
from math import ceil

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
from shared.graph.usage_reports import GraphUsage
from tests.graph.conftest import TENANT_ID
from tests.graph.paging import all_pages
from tests.graph.periods import NOW

_EXPANDED = 20
_MOST_OF_A_PAGE = 999
_MOST_PAGES = 3_000


async def read_everything(directory: GraphDirectory) -> None:
    for kind in CHANGE_KINDS:
        await directory.latest(kind)
    for kind in COUNTED:
        await directory.count(kind)
    groups = set[str]()
    for kind in LISTED:
        found = await all_pages(partial(directory.list_page, kind), _MOST_PAGES)
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
        await all_pages(partial(directory.assigned_to, api["id"]), _MOST_PAGES)


@pytest.mark.parametrize(
    ("apps", "requests", "units", "reports"),
    [
        (1_000, 45, 54, 2),
        pytest.param(10_000, 245, 343, 11, marks=pytest.mark.soak),
        pytest.param(100_000, 2_018, 3_007, 101, marks=pytest.mark.soak),
    ],
)
async def test_a_full_read_costs_no_more_than_is_promised(
    monkeypatch: pytest.MonkeyPatch, apps: int, requests: int, units: int, reports: int
) -> None:
    tenant = generate(seed=7, apps=apps, tenant_id=TENANT_ID, clock=ManualClock(NOW))
    async with serve(tenant, own_identities(tenant), seed=7) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        connection = GraphConnection(server.address, READER_CLIENT_ID)
        await read_everything(GraphDirectory(connection))
        assert sum(server.requests.requests.values()) <= requests
        assert sum(server.requests.units.values()) <= units
        read = [await all_pages(partial(GraphUsage(connection).page, each), _MOST_PAGES) for each in UsageReport]
        # At the pace that reports are asked for none is refused, so each page is one request.
        assert server.requests.reports == sum(ceil(len(rows) / _MOST_OF_A_PAGE) for rows in read)
        assert server.requests.reports <= reports
        await connection.close()
