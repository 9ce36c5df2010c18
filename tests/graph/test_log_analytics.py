"""Reading Graph's activity from a workspace of Log Analytics: scripted answers, and the simulated tenant."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from local.tenant.identities import READER_CLIENT_ID, REMEDIATOR_CLIENT_ID
from local.tenant.server import TenantServer
from shared.domain.errors import DeltaExpired, NotFound, PermissionMissing, Refused, Unavailable
from shared.domain.microsoft import HOME_TENANTS
from shared.graph.log_analytics import LogAnalytics
from tests.graph import replies
from tests.graph.conftest import QUICK
from tests.graph.periods import END, NOW, START
from tests.graph.scripted_graph import Reply, ScriptedGraph
from tests.graph.whole_logs import all_records

WORKSPACE = "00000000-0000-0000-0000-000000000009"
SINGLE = replace(QUICK, tries=1)
COLUMNS = [
    {"name": "TimeGenerated", "type": "datetime"},
    {"name": "RequestId", "type": "string"},
    {"name": "ResponseStatusCode", "type": "int"},
]


def table(*rows: list[Any], **more: Any) -> Reply:
    return replies.answer({"tables": [{"name": "PrimaryResult", "columns": COLUMNS, "rows": list(rows)}], **more})


def asked(graph: ScriptedGraph) -> list[str]:
    return [each.body["query"] for each in graph.asked]


@pytest.fixture
async def logs(graph: ScriptedGraph) -> AsyncIterator[LogAnalytics]:
    logs = LogAnalytics(graph.address, WORKSPACE, READER_CLIENT_ID, SINGLE)
    yield logs
    await logs.close()


async def test_rows_are_asked_for_with_a_token_for_log_analytics_and_without_our_own(
    graph: ScriptedGraph, logs: LogAnalytics
) -> None:
    graph.script = [table(["2026-03-02T08:30:00.1234567Z", "a", 200])]
    page = await logs.page(START, END, None)
    assert page.next_link is None
    assert [json.loads(record) for record in page.records] == [
        {"TimeGenerated": "2026-03-02T08:30:00.123456Z", "RequestId": "a", "ResponseStatusCode": 200}
    ]
    assert graph.token_requests[0]["resource"] == "https://api.loganalytics.io"
    assert (graph.asked[0].method, graph.asked[0].path) == ("POST", f"/v1/workspaces/{WORKSPACE}/query")
    assert f'where AppId !in~ ("{READER_CLIENT_ID}")' in asked(graph)[0]
    assert asked(graph)[0].startswith(
        "MicrosoftGraphActivityLogs | where TimeGenerated >= datetime(2026-03-02T08:00:00.000005Z)"
    )


async def test_a_full_page_is_continued_behind_its_last_row(graph: ScriptedGraph, logs: LogAnalytics) -> None:
    graph.script = [table(*(["2026-03-02T08:30:00Z", f"r{number:05}", 200] for number in range(5000))), table()]
    page = await logs.page(START, END, None)
    assert page.next_link == '["2026-03-02T08:30:00.000000Z","r04999"]'
    assert (await logs.page(START, END, page.next_link)).records == ()
    assert 'strcmp(RequestId, "r04999") > 0' in asked(graph)[1]


async def test_an_answer_in_part_is_asked_for_again_in_a_smaller_slice(
    graph: ScriptedGraph, logs: LogAnalytics
) -> None:
    graph.script = [
        table(error={"code": "PartialError", "message": "made up"}),
        table(["2026-03-02T08:01:00Z", "a", 200]),
    ]
    page = await logs.page(START, END, None)
    assert len(page.records) == 1
    assert page.next_link is not None
    assert asked(graph)[1].endswith("take 500")
    assert "TimeGenerated < datetime(2026-03-02T08:06:00.0" in asked(graph)[1]


async def test_answers_in_part_only_are_unavailable(graph: ScriptedGraph, logs: LogAnalytics) -> None:
    graph.script = [table(error={"code": "PartialError", "message": "made up"})]
    with pytest.raises(Unavailable, match="in part"):
        await logs.page(START, END, None)
    assert len(graph.asked) == 3


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "BadArgumentError", Refused),
        (401, "InvalidTokenError", Unavailable),
        (403, "InsufficientAccessError", PermissionMissing),
        (404, "WorkspaceNotFoundError", NotFound),
        (302, "Found", Unavailable),
        (500, "InternalServerError", Unavailable),
        (504, "GatewayTimeout", Unavailable),
    ],
)
async def test_what_is_no_answer_is_told_in_our_words(
    graph: ScriptedGraph, logs: LogAnalytics, status: int, code: str, error: type[Exception]
) -> None:
    graph.script = [replies.error(status, code, {"Location": "https://elsewhere.example"})]
    with pytest.raises(error, match="Log Analytics query") as raised:
        await logs.page(START, END, None)
    assert "made up" not in str(raised.value)


async def test_how_long_to_wait_is_told(graph: ScriptedGraph, logs: LogAnalytics) -> None:
    graph.script = [replies.error(429, "ThrottledError", {"Retry-After": "30"})]
    with pytest.raises(Unavailable) as raised:
        await logs.page(START, END, None)
    assert raised.value.retry_after == timedelta(seconds=30)


_TOO_DEEP = b'{"tables":' + b"[" * 10_000 + b"]" * 10_000 + b"}"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"{}",
        b'{"tables":[]}',
        b'{"tables":[{"name":"x"}]}',
        b'{"tables":5}',
        pytest.param(_TOO_DEEP, id="deep"),
    ],
)
async def test_an_answer_of_another_shape_is_unavailable(graph: ScriptedGraph, logs: LogAnalytics, body: bytes) -> None:
    graph.script = [replies.raw(body)]
    with pytest.raises(Unavailable, match="Log Analytics query"):
        await logs.page(START, END, None)


async def test_a_link_of_something_else_reaches_no_query(graph: ScriptedGraph, logs: LogAnalytics) -> None:
    graph.script = [table()]
    with pytest.raises(DeltaExpired):
        await logs.page(START, END, "https://elsewhere.example")
    assert graph.asked == []


async def test_each_call_of_the_tenant_comes_once_and_needs_the_role(tenant: TenantServer) -> None:
    app = next(
        one
        for one in tenant.tenant.service_principals.all()
        if one["servicePrincipalType"] == "Application" and one["appOwnerOrganizationId"] not in HOME_TENANTS
    )
    for second in range(70):
        tenant.tenant.call_graph(app["appId"], "GET", "/users", at=NOW - timedelta(minutes=40, seconds=-second // 2))
    logs = LogAnalytics(tenant.address, WORKSPACE, READER_CLIENT_ID, QUICK, most_rows=50)
    without = LogAnalytics(tenant.address, WORKSPACE, REMEDIATOR_CLIENT_ID, QUICK)
    try:
        ids = [json.loads(record)["RequestId"] for record in await all_records(logs, START, END)]
        assert len(set(ids)) == 70
        with pytest.raises(PermissionMissing, match="Log Analytics Reader"):
            await without.page(START, END, None)
    finally:
        await logs.close()
        await without.close()
