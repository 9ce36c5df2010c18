"""Reading the reports of use, and the pace that they share with the audit log."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from shared.domain.directory import DirectoryKind, DirectoryPage
from shared.domain.errors import DeltaExpired, NotFound, NotLicensed, PermissionMissing, Unavailable
from shared.domain.usage_reads import UsageReport
from shared.graph.audits import GraphAudits
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.graph.limits import Limits
from shared.graph.usage_reports import GraphUsage
from tests.graph import replies
from tests.graph.conftest import QUICK
from tests.graph.periods import END, START
from tests.graph.scripted_graph import ScriptedGraph

REPORT = UsageReport.SERVICE_PRINCIPAL_SIGN_INS
PATH = f"/beta/reports/{REPORT}"
PAUSE = 0.1


@pytest.fixture
async def paced(graph: ScriptedGraph) -> AsyncIterator[GraphConnection]:
    connection = GraphConnection(graph.address, None, limits=replace(QUICK, report_pause_seconds=PAUSE))
    yield connection
    await connection.close()


@pytest.mark.parametrize("report", UsageReport)
async def test_a_report_is_read_from_beta_page_by_page(
    graph: ScriptedGraph, connection: GraphConnection, report: UsageReport
) -> None:
    link = f"{graph.address}/beta/reports/{report}?$skiptoken=2"
    graph.script = [replies.page({"id": "one"}, next_link=link), replies.page(), replies.page({"id": "two"})]
    usage = GraphUsage(connection)
    first = await usage.page(report, None)
    assert first == DirectoryPage(objects=({"id": "one"},), next_link=link)
    assert await usage.page(report, first.next_link) == DirectoryPage(objects=())
    assert [(asked.method, asked.path, asked.query) for asked in graph.asked] == [
        ("GET", f"/beta/reports/{report}", {"$top": "999"}),
        ("GET", f"/beta/reports/{report}", {"$skiptoken": "2"}),
    ]


@pytest.mark.parametrize(
    "code", ["Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Authorization_RequestDenied", "Forbidden"]
)
async def test_a_tenant_without_the_licence_is_told_which(
    graph: ScriptedGraph, connection: GraphConnection, code: str
) -> None:
    message = "Neither tenant is B2C or tenant doesn't have premium license"
    graph.script = [replies.answer({"error": {"code": code, "message": message}}, 403)]
    with pytest.raises(NotLicensed, match="needs a licence for Microsoft Entra ID P1"):
        await GraphUsage(connection).page(REPORT, None)
    assert len(graph.asked) == 1


async def test_the_permission_is_named(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.error(403, "Authorization_RequestDenied")]
    with pytest.raises(PermissionMissing) as missing:
        await GraphUsage(connection).page(REPORT, None)
    assert missing.value.permissions == ("AuditLog.Read.All",)
    assert missing.value.endpoint == f"GET {PATH}"


@pytest.mark.parametrize(("status", "code"), [(404, "UnknownError"), (400, "BadRequest")])
async def test_a_cloud_without_the_report_does_not_have_it(
    graph: ScriptedGraph, connection: GraphConnection, status: int, code: str
) -> None:
    graph.script = [replies.error(status, code)]
    with pytest.raises(NotFound, match=f"answered {status} {code}"):
        await GraphUsage(connection).page(REPORT, None)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "Directory_ExpiredPageToken"),
        (400, "BadRequest"),
        (404, "UnknownError"),
        (410, "resyncRequired"),
    ],
)
async def test_a_link_that_is_no_longer_followed_makes_the_report_begin_anew(
    graph: ScriptedGraph, connection: GraphConnection, status: int, code: str
) -> None:
    graph.script = [replies.error(status, code)]
    with pytest.raises(DeltaExpired):
        await GraphUsage(connection).page(REPORT, f"{graph.address}{PATH}?$skiptoken=2")


async def test_a_report_that_leads_to_another_host_is_not_followed(
    graph: ScriptedGraph, elsewhere: ScriptedGraph, single_try: GraphConnection
) -> None:
    link = f"{elsewhere.address}{PATH}?$skiptoken=2"
    graph.script = [replies.page({"id": "one"}, next_link=link)]
    with pytest.raises(Unavailable, match="points at another host"):
        await GraphUsage(single_try).page(REPORT, None)
    with pytest.raises(DeltaExpired):
        await GraphUsage(single_try).page(REPORT, link)
    assert elsewhere.asked == []


async def test_a_page_that_broke_off_is_not_handed_on(graph: ScriptedGraph, single_try: GraphConnection) -> None:
    graph.script = [replies.broken_off(b'{"value":[{"id":"one"}', promised=5000)]
    with pytest.raises(Unavailable, match=f"GET {PATH} could not be read"):
        await GraphUsage(single_try).page(REPORT, None)


async def test_reports_and_audits_keep_the_pace_together_also_when_asked_at_once_and_again(
    graph: ScriptedGraph, paced: GraphConnection
) -> None:
    graph.script = [replies.error(429, "TooManyRequests"), replies.page()]
    asked = [GraphUsage(paced).page(report, None) for report in UsageReport]
    asked += [GraphUsage(paced).page(report, None) for report in UsageReport]
    await asyncio.gather(*asked, GraphAudits(paced).page(START, END, None), GraphAudits(paced).page(START, END, None))
    assert len(graph.asked) == 7
    times = [each.at for each in graph.asked]
    assert all(later - earlier >= 5 * PAUSE for earlier, later in zip(times, times[5:], strict=False))
    assert times[4] - times[0] < 5 * PAUSE


async def test_the_pace_counts_from_when_a_request_was_answered(graph: ScriptedGraph, paced: GraphConnection) -> None:
    slow = 0.4
    graph.script = [replies.silence(slow), replies.page()]
    for _ in range(5):
        await GraphUsage(paced).page(REPORT, None)
    assert graph.asked[5].at - graph.asked[0].at >= slow + 5 * PAUSE


async def test_the_directory_waits_for_no_report(graph: ScriptedGraph) -> None:
    graph.script = [replies.page()]
    connection = GraphConnection(graph.address, None, limits=replace(QUICK, report_pause_seconds=3600))
    async with asyncio.timeout(60):
        await GraphUsage(connection).page(REPORT, None)
        await GraphDirectory(connection).list_page(DirectoryKind.GRANTS, None)
    await connection.close()
    assert len(graph.asked) == 2


def test_five_pauses_are_what_graph_counts_requests_in() -> None:
    assert 5 * Limits().report_pause_seconds >= 10
