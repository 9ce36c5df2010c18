"""Reading Defender's alerts, from a scripted Graph and from the simulated tenant."""

import json
from datetime import timedelta

import msgspec
import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.defender import DEFENDER_ALERTS
from local.tenant.server import TenantServer
from shared.domain.errors import DeltaExpired, PermissionMissing, Unavailable
from shared.graph.connection import GraphConnection
from shared.graph.defender_alerts import GraphDefenderAlerts
from shared.graph.endpoints import DEFENDER_ALERTS as ENDPOINT
from shared.sources.records import read_bytes
from tests.graph import replies
from tests.graph.periods import END, NOW, START
from tests.graph.scripted_graph import ScriptedGraph

PATH = "/v1.0/security/alerts_v2"


async def test_alerts_are_asked_for_by_their_last_change_with_all_words(
    graph: ScriptedGraph, connection: GraphConnection
) -> None:
    link = f"{graph.address}{PATH}?$skip=100"
    graph.script = [replies.page(next_link=link), replies.page()]
    reader = GraphDefenderAlerts(connection)
    page = await reader.page(START, END, None)
    await reader.page(START, END, page.next_link)
    assert graph.asked[0].query == {
        "$filter": (
            "lastUpdateDateTime ge 2026-03-02T08:00:00.000005Z and lastUpdateDateTime le 2026-03-02T09:00:00.000000Z"
        ),
        "$top": "100",
    }
    assert [(asked.path, asked.headers["prefer"]) for asked in graph.asked] == [
        (PATH, "include-unknown-enum-members")
    ] * 2


async def test_alerts_that_concern_no_app_are_left_out_and_counted_in_the_log(
    graph: ScriptedGraph, connection: GraphConnection, caplog: pytest.LogCaptureFixture
) -> None:
    of_app = {"id": "1", "serviceSource": "microsoftAppGovernance", "evidence": []}
    graph.script = [replies.page(of_app, {"id": "2", "serviceSource": "other", "evidence": []}, "no object")]
    with caplog.at_level("INFO", logger="shared.graph.defender_alerts"):
        page = await GraphDefenderAlerts(connection).page(START, END, None)
    assert [json.loads(record) for record in page.records] == [of_app, "no object"]
    assert [vars(record)["left_out"] for record in caplog.records] == [1]


async def test_the_permission_is_named(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.error(403, "Forbidden")]
    with pytest.raises(PermissionMissing) as missing:
        await GraphDefenderAlerts(connection).page(START, END, None)
    assert missing.value.permissions == ("SecurityAlert.Read.All",)


async def test_a_link_that_leads_elsewhere_is_not_followed(
    graph: ScriptedGraph, elsewhere: ScriptedGraph, single_try: GraphConnection
) -> None:
    link = f"{elsewhere.address}{PATH}?$skip=100"
    graph.script = [replies.page(next_link=link)]
    with pytest.raises(Unavailable, match="points at another host"):
        await GraphDefenderAlerts(single_try).page(START, END, None)
    with pytest.raises(DeltaExpired):
        await GraphDefenderAlerts(single_try).page(START, END, link)
    assert elsewhere.asked == []


async def test_of_the_tenants_alerts_those_about_apps_are_read_version_by_version(
    tenant: TenantServer, reader: GraphConnection
) -> None:
    clock, simulated = tenant.tenant.clock, tenant.tenant
    assert isinstance(clock, ManualClock)
    app_id = str(simulated.applications.all()[0]["appId"])
    simulated.raise_defender_alert(None, "Phish delivered")
    simulated.raise_defender_alert(None, "Odd", source="microsoftSentinel")
    large = simulated.raise_large_alert(app_id, "Unusual mail access")
    alerts = GraphDefenderAlerts(reader)
    clock.advance(timedelta(minutes=6))
    (record,) = (await alerts.page(NOW, clock.now(), None)).records
    (first,) = read_bytes(record)
    simulated.update_defender_alert(large, status="resolved", classification="falsePositive")
    clock.advance(timedelta(minutes=6))
    (second,) = read_bytes(*(await alerts.page(NOW, clock.now(), None)).records)
    assert first.app.app_id == second.app.app_id == app_id
    assert first.foreign_alert
    assert second.foreign_alert
    assert (first.foreign_alert.id, second.foreign_alert.id) == (large, large)
    assert (first.foreign_alert.status, second.foreign_alert.status) == ("new", "resolved")
    assert len(record) > 43_000


async def test_who_does_not_ask_for_new_words_gets_none(tenant: TenantServer, reader: GraphConnection) -> None:
    clock = tenant.tenant.clock
    assert isinstance(clock, ManualClock)
    tenant.tenant.raise_defender_alert(None, "Odd", source="microsoftSentinel")
    clock.advance(timedelta(minutes=6))
    url = reader.address_of(ENDPOINT, "/security/alerts_v2")
    told = [
        msgspec.json.decode((await reader.send(ENDPOINT, "GET", url, headers=headers)).content)["value"][0]
        for headers in ({}, {"Prefer": "include-unknown-enum-members"})
    ]
    assert [alert["serviceSource"] for alert in told] == ["unknownFutureValue", "microsoftSentinel"]
    assert len(tenant.tenant.log(DEFENDER_ALERTS).every_record()) == 1
