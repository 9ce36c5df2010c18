"""Reading Azure's activity log, from a scripted Resource Manager and from the simulated one."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import msgspec
import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.graph.tokens import AZURE
from local.tenant.identities import READER_CLIENT_ID, REMEDIATOR_CLIENT_ID, SUBSCRIPTION_ID
from local.tenant.server import TenantServer
from shared.domain.activities import Activity
from shared.domain.errors import DeltaExpired, PermissionMissing, Unavailable
from shared.domain.events import Event
from shared.graph.azure_activity import AzureActivity
from shared.graph.connection import GraphConnection
from shared.sources.records import read_bytes
from tests.graph import replies
from tests.graph.periods import END, NOW, START
from tests.graph.scripted_graph import ScriptedGraph

FIRST, SECOND = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
RECORD = {
    "eventDataId": "e1",
    "operationName": {"value": "Microsoft.KeyVault/vaults/write"},
    "status": {"value": "Succeeded"},
}
START_OF_IT = {**RECORD, "status": {"value": "Started"}}


def path(subscription_id: str) -> str:
    return f"/subscriptions/{subscription_id}/providers/Microsoft.Insights/eventtypes/management/values"


async def test_subscriptions_are_read_one_after_the_other(graph: ScriptedGraph, connection: GraphConnection) -> None:
    link = f"{graph.address}{path(FIRST)}?$skiptoken=2"
    told = [{"value": [RECORD], "nextLink": link}, {"value": []}, {"value": [RECORD, START_OF_IT]}]
    graph.script = [replies.answer(one) for one in told]
    reader = AzureActivity(connection, (FIRST, SECOND))
    found, next_link = 0, None
    for _ in told:
        page = await reader.page(START, END, next_link)
        found, next_link = found + len(page.records), page.next_link
    assert (found, next_link) == (2, None)
    assert [asked.path for asked in graph.asked] == [path(FIRST), path(FIRST), path(SECOND)]
    assert graph.asked[0].query == {
        "api-version": "2015-04-01",
        "$filter": (
            "eventTimestamp ge '2026-03-02T08:00:00.000005Z' and eventTimestamp le '2026-03-02T09:00:00.000000Z'"
        ),
    }
    assert graph.asked[1].query == {"$skiptoken": "2"}


@pytest.mark.parametrize("link", ["00000000-0000-4000-8000-000000000003", f"{FIRST} https://example.net/x"])
async def test_a_link_of_what_is_no_longer_read_begins_the_window_anew(
    graph: ScriptedGraph, connection: GraphConnection, link: str
) -> None:
    with pytest.raises(DeltaExpired):
        await AzureActivity(connection, (FIRST, SECOND)).page(START, END, link)
    assert graph.asked == []


@pytest.mark.parametrize("link", ["https://example.net/x", f"http://127.0.0.1{path(FIRST)}"])
async def test_a_link_that_leads_elsewhere_is_not_followed(
    graph: ScriptedGraph, single_try: GraphConnection, link: str
) -> None:
    graph.script = [replies.answer({"value": [], "nextLink": link})]
    with pytest.raises(Unavailable, match="points at another host"):
        await AzureActivity(single_try, (FIRST,)).page(START, END, None)


async def test_a_link_back_to_the_same_page_is_not_followed(graph: ScriptedGraph, single_try: GraphConnection) -> None:
    link = f"{graph.address}{path(FIRST)}?$skiptoken=2"
    graph.script = [replies.answer({"value": [], "nextLink": link})]
    with pytest.raises(Unavailable, match="loops"):
        await AzureActivity(single_try, (FIRST,)).page(START, END, f"{FIRST} {link}")


async def test_the_role_that_is_missing_and_the_subscription_are_named(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    graph.script = [replies.error(403, "AuthorizationFailed")]
    with pytest.raises(PermissionMissing) as missing:
        await AzureActivity(connection, (FIRST,)).page(START, END, None)
    assert missing.value.permissions == ("Monitoring Reader",)
    assert missing.value.endpoint == f"GET {path(FIRST)}"


@pytest.fixture
async def azure(tenant: TenantServer) -> AsyncIterator[GraphConnection]:
    connection = GraphConnection(tenant.address, READER_CLIENT_ID, audience=AZURE)
    yield connection
    await connection.close()


def events(records: Sequence[bytes]) -> list[Event]:
    return [event for record in records for event in read_bytes(record)]


async def test_what_apps_and_people_do_in_the_tenants_subscription_is_read_newest_first(
    tenant: TenantServer, azure: GraphConnection
) -> None:
    clock, simulated = tenant.tenant.clock, tenant.tenant
    assert isinstance(clock, ManualClock)
    found = next(one for one in simulated.service_principals.all() if one["servicePrincipalType"] == "Application")
    user = simulated.users.all()[0]
    app = Actor.app(found["id"], found["displayName"])
    person = Actor.user(user["id"], user["userPrincipalName"], "192.0.2.7")
    simulated.assign_azure_role(app, SUBSCRIPTION_ID, found["id"])
    clock.advance(timedelta(minutes=1))
    simulated.change_key_vault(person, SUBSCRIPTION_ID, "safe")
    simulated.azure_operation(person, "Microsoft.Storage/storageAccounts/write", f"/subscriptions/{SUBSCRIPTION_ID}/x")
    clock.advance(timedelta(minutes=1))
    simulated.create_virtual_machine(app, SUBSCRIPTION_ID, "miner")
    clock.advance(timedelta(minutes=10))
    page = await AzureActivity(azure, (SUBSCRIPTION_ID,)).page(NOW, clock.now(), None)
    told = [(event.activity, event.app.app_id) for event in events(page.records)]
    assert told == [
        (Activity.VIRTUAL_MACHINE_CHANGED, found["appId"]),
        (Activity.KEY_VAULT_CHANGED, None),
        (Activity.AZURE_ROLE_ASSIGNED, found["appId"]),
    ]


async def test_pages_of_the_tenants_log_join_to_all_of_it(tenant: TenantServer, azure: GraphConnection) -> None:
    clock, simulated = tenant.tenant.clock, tenant.tenant
    assert isinstance(clock, ManualClock)
    user = simulated.users.all()[0]
    for number in range(120):
        simulated.change_key_vault(Actor.user(user["id"], user["userPrincipalName"]), SUBSCRIPTION_ID, f"v{number}")
    clock.advance(timedelta(minutes=10))
    reader = AzureActivity(azure, (SUBSCRIPTION_ID,))
    first = await reader.page(NOW, clock.now(), None)
    last = await reader.page(NOW, clock.now(), first.next_link)
    assert last.next_link is None
    assert len({msgspec.json.decode(record)["resourceId"] for record in (*first.records, *last.records)}) == 120


async def test_an_identity_without_a_role_there_is_refused(tenant: TenantServer) -> None:
    connection = GraphConnection(tenant.address, REMEDIATOR_CLIENT_ID, audience=AZURE)
    with pytest.raises(PermissionMissing, match="Monitoring Reader"):
        await AzureActivity(connection, (SUBSCRIPTION_ID,)).page(NOW, NOW, None)
    await connection.close()
