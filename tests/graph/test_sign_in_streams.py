"""Reading the four streams of sign-ins."""

from datetime import timedelta

import msgspec
import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.identities import READER_CLIENT_ID
from local.tenant.server import TenantServer
from shared.domain.errors import DeltaExpired, NotLicensed, PermissionMissing
from shared.domain.events import Event
from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from shared.graph.sign_ins import GraphSignIns
from shared.sources.records import read_bytes
from tests.graph import replies
from tests.graph.periods import END, NOW, START
from tests.graph.scripted_graph import ScriptedGraph
from tests.graph.whole_logs import all_records

KINDS = ("interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity")


@pytest.mark.parametrize("kind", KINDS)
async def test_one_kind_of_a_period_is_asked_of_beta(
    graph: ScriptedGraph, connection: GraphConnection, kind: str
) -> None:
    graph.script = [replies.page()]
    await GraphSignIns(connection, kind).page(START, END, None)
    assert graph.asked[0].path == "/beta/auditLogs/signIns"
    assert graph.asked[0].query == {
        "$filter": (
            f"signInEventTypes/any(t: t eq '{kind}') and createdDateTime ge 2026-03-02T08:00:00.000005Z "
            "and createdDateTime le 2026-03-02T09:00:00.000000Z"
        ),
        "$orderby": "createdDateTime asc",
        "$top": "1000",
    }


async def test_a_later_page_that_is_too_large_begins_the_window_anew_with_smaller_ones(
    graph: ScriptedGraph, single_try: GraphConnection
) -> None:
    link = f"{graph.address}/beta/auditLogs/signIns?$skiptoken=2"
    graph.script = [replies.endless("identity"), replies.page()]
    sign_ins = GraphSignIns(single_try, "servicePrincipal")
    with pytest.raises(DeltaExpired):
        await sign_ins.page(START, END, link)
    await sign_ins.page(START, END, None)
    assert graph.asked[-1].query["$top"] == "100"


async def test_a_missing_licence_and_a_missing_permission_are_named(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    sign_ins = GraphSignIns(connection, "servicePrincipal")
    graph.script = [replies.error(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")]
    with pytest.raises(NotLicensed, match=r"GET /beta/auditLogs/signIns needs a licence for Microsoft Entra ID P1"):
        await sign_ins.page(START, END, None)
    graph.script = [replies.error(403, "Authorization_RequestDenied")]
    with pytest.raises(PermissionMissing, match=r"AuditLog\.Read\.All"):
        await sign_ins.page(START, END, None)


async def test_every_stream_of_a_tenant_is_read_to_its_end_as_events(tenant: TenantServer) -> None:
    tenant.report_limit.limit = None
    connection = GraphConnection(tenant.address, READER_CLIENT_ID, limits=Limits(report_pause_seconds=0))
    period = NOW - timedelta(days=7), NOW
    for kind in KINDS:
        expected = tenant.tenant.log(f"signIns/{kind}").visible(NOW)
        records = await all_records(GraphSignIns(connection, kind), *period)
        assert [msgspec.json.decode(one)["id"] for one in records] == [
            one["id"] for one in sorted(expected, key=lambda one: (one["createdDateTime"], one["id"]))
        ]
        events = [event for record in records for event in read_bytes(record)]
        assert events
        assert {event.sign_in_kind for event in events} == {kind}
        assert all(event.time and period[0] <= event.time <= NOW and event.app.app_id for event in events)
    await connection.close()


async def test_a_sign_in_of_the_tenant_is_told_as_it_was(tenant: TenantServer, reader: GraphConnection) -> None:
    simulated, clock = tenant.tenant, tenant.tenant.clock
    assert isinstance(clock, ManualClock)
    app = next(one for one in simulated.applications.all() if one["passwordCredentials"])
    secret = app["passwordCredentials"][0]["keyId"]
    simulated.sign_in(app["appId"], NOW, secret, ip="198.51.100.9", country="SG", asn=64_511, error_code=7000222)
    clock.advance(timedelta(minutes=10))
    event = await only_event(GraphSignIns(reader, "servicePrincipal"), app["appId"])
    assert (event.succeeded, event.error_code, event.time) == (False, 7000222, NOW)
    assert (event.client.ip_address, event.client.country, event.client.asn) == ("198.51.100.9", "SG", 64_511)
    assert (event.credential_key_id, event.credential_kind) == (secret, "clientSecret")


async def only_event(sign_ins: GraphSignIns, app_id: str) -> Event:
    page = await sign_ins.page(NOW, NOW, None)
    (event,) = [event for record in page.records for event in read_bytes(record) if event.app.app_id == app_id]
    return event
