"""Reading what Identity Protection lists: whole, chosen by time on our side, from a scripted Graph and a tenant."""

from datetime import timedelta

import msgspec
import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.server import TenantServer
from shared.domain.errors import NotLicensed, PermissionMissing, Refused
from shared.domain.streams import LogPage
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import RISK_DETECTIONS
from shared.graph.limits import Limits
from shared.graph.risk_detections import GraphRiskDetections
from shared.graph.risky_service_principals import GraphRiskyServicePrincipals
from shared.sources.records import read_bytes
from tests.graph import replies
from tests.graph.periods import END, NOW, START
from tests.graph.scripted_graph import ScriptedGraph

PATH = "/v1.0/identityProtection/servicePrincipalRiskDetections"
BEFORE, WITHIN, LATER = "2026-03-02T07:59:59.99Z", "2026-03-02T08:30:00.1234567Z", "2026-03-02T08:31:00Z"


def detection(identifier: str, changed: str | None) -> dict[str, str | None]:
    return {"id": identifier, "lastUpdatedDateTime": changed}


async def test_a_list_is_asked_for_whole_and_what_changed_in_the_window_is_handed_on_oldest_first(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    link = f"{graph.address}{PATH}?$skiptoken=2"
    listed = (detection("late", LATER), detection("old", BEFORE), detection("in", WITHIN))
    graph.script = [replies.page(*listed, next_link=link), replies.page(detection("new", "2026-03-02T09:00:01Z"))]
    reader = GraphRiskDetections(connection)
    page = await reader.page(START, END, None)
    assert [msgspec.json.decode(record)["id"] for record in page.records] == ["in", "late"]
    assert await reader.page(START, END, page.next_link) == LogPage(records=())
    assert [(asked.path, asked.query) for asked in graph.asked] == [
        (PATH, {"$top": "500"}),
        (PATH, {"$skiptoken": "2"}),
    ]


@pytest.mark.parametrize("changed", [None, "soon"])
async def test_what_tells_no_time_is_handed_on_for_its_reader_to_reject(
    graph: ScriptedGraph, connection: GraphConnection, changed: str | None
) -> None:
    graph.script = [replies.page(detection("one", changed), "no object")]
    assert len((await GraphRiskDetections(connection).page(START, END, None)).records) == 2


async def test_the_permission_and_the_licence_are_named(graph: ScriptedGraph, connection: GraphConnection) -> None:
    error = {"error": {"code": "Forbidden", "message": "Your tenant is not licensed: it needs a premium license."}}
    graph.script = [replies.error(403, "Authorization_RequestDenied"), replies.answer(error, 403)]
    with pytest.raises(PermissionMissing) as missing:
        await GraphRiskyServicePrincipals(connection).page(START, END, None)
    assert missing.value.permissions == ("IdentityRiskyServicePrincipal.Read.All",)
    with pytest.raises(NotLicensed, match="Workload ID Premium"):
        await GraphRiskDetections(connection).page(START, END, None)


async def test_both_lists_keep_one_pace(graph: ScriptedGraph) -> None:
    graph.script = [replies.page()]
    paced = GraphConnection(graph.address, None, limits=Limits(identity_pause_seconds=0.2))
    await GraphRiskDetections(paced).page(START, END, None)
    await GraphRiskyServicePrincipals(paced).page(START, END, None)
    await paced.close()
    assert graph.asked[1].at - graph.asked[0].at >= 0.2


async def test_the_tenants_detections_are_read_as_they_fill_in(tenant: TenantServer, reader: GraphConnection) -> None:
    """The simulated service refuses larger pages, and a second request within a second."""
    clock, simulated = tenant.tenant.clock, tenant.tenant
    assert isinstance(clock, ManualClock)
    app_id = str(simulated.applications.all()[0]["appId"])
    simulated.detect_risk(app_id, "leakedCredentials")
    detections, principals = GraphRiskDetections(reader), GraphRiskyServicePrincipals(reader)
    clock.advance(timedelta(minutes=6))
    (first,) = read_bytes(*(await detections.page(NOW, clock.now(), None)).records)
    clock.advance(timedelta(minutes=12))
    (second,) = read_bytes(*(await detections.page(NOW, clock.now(), None)).records)
    (principal,) = read_bytes(*(await principals.page(NOW, clock.now(), None)).records)
    assert (first.app.app_id, second.app.app_id, principal.app.app_id) == (None, app_id, app_id)
    assert first.app.service_principal_id == second.app.service_principal_id == principal.app.service_principal_id
    assert first.id != second.id
    assert principal.risk_state == "atRisk"


@pytest.mark.usefixtures("tenant")
async def test_the_tenant_refuses_pages_of_a_thousand(reader: GraphConnection) -> None:
    url = reader.address_of(RISK_DETECTIONS, "/identityProtection/servicePrincipalRiskDetections?$top=1000")
    with pytest.raises(Refused, match="answered 400"):
        await reader.send(RISK_DETECTIONS, "GET", url)
