"""Whatever goes wrong on the way: a whole page comes back, or an error that says what was wrong."""

import json

import pytest

from shared.domain.directory import DirectoryKind
from shared.domain.errors import DeltaExpired, NotFound, NotLicensed, PermissionMissing, Refused, Unavailable
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from tests.conftest import RecordFigure
from tests.graph import replies
from tests.graph.scripted_graph import Reply, ScriptedGraph

KIND = DirectoryKind.GRANTS
GOOD = replies.page({"id": "one"}, {"id": "two"})
DEEP = b'{"value":' + b"[" * 10_000 + b"]" * 10_000 + b"}"

PASSING = {
    "429 with Retry-After": replies.error(429, "TooManyRequests", {"Retry-After": "0"}),
    "429 without": replies.error(429, "TooManyRequests"),
    "500": replies.error(500, "UnknownError"),
    "502 as HTML": replies.raw(b"<html>Bad gateway</html>", 502, "text/html"),
    "503": replies.error(503, "ServiceUnavailable"),
    "504 without a body": replies.raw(b"", 504, None),
    "reset in the body": replies.broken_off(b'{"value":[{"id":"one"},', promised=5000),
    "cut short, and said to be whole": replies.raw(b'{"value":[{"id":"one"}'),
    "200 with HTML": replies.raw(b"<html>Please sign in</html>", content_type="text/html"),
    "200 with HTML that claims to be JSON": replies.raw(b"<html>Please sign in</html>"),
    "204": replies.raw(b"", 204, None),
    "no text": replies.raw(b'{"value":[{"id":"\xff"}]}'),
    "no value": replies.answer({"@odata.context": "x"}),
    "value is no list": replies.answer({"value": {"id": "one"}}),
    "values are no objects": replies.page("one", "two"),
    "link is no text": replies.answer({"value": [], "@odata.nextLink": 5}),
    "nested ten thousand deep": replies.raw(DEEP),
    "endless": replies.endless("identity"),
    "a bomb": replies.endless("gzip"),
    "no gzip at all": replies.raw(b"[]", headers={"Content-Encoding": "gzip"}),
    "an encoding nobody asked for": replies.raw(b"[]", headers={"Content-Encoding": "br"}),
    "401": replies.error(401, "InvalidAuthenticationToken"),
    "401 with a challenge that cannot be read": replies.error(
        401, "InvalidAuthenticationToken", {"WWW-Authenticate": 'Bearer claims="%%%"'}
    ),
    "403 of a proxy": replies.raw(b"Forbidden", 403, "text/plain"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_a_passing_fault_leaves_no_trace(graph: ScriptedGraph, connection: GraphConnection, fault: Reply) -> None:
    graph.script = [fault, GOOD]
    page = await GraphDirectory(connection).list_page(KIND, None)
    assert [item["id"] for item in page.objects] == ["one", "two"]
    assert len(graph.asked) == 2


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_a_lasting_fault_is_told_with_the_endpoint_and_never_a_part_of_a_page(
    graph: ScriptedGraph, single_try: GraphConnection, fault: Reply, record_figure: RecordFigure
) -> None:
    graph.script = [fault]
    with pytest.raises(Unavailable, match="GET /oauth2PermissionGrants"):
        await GraphDirectory(single_try).list_page(KIND, None)
    assert len(graph.asked) == 1
    record_figure("S16", "kinds of answer refused whole", 1)


@pytest.mark.parametrize("fault", [replies.silence(1), replies.dripping(1)], ids=["silent", "dripping"])
async def test_an_answer_that_takes_too_long_is_given_up(
    graph: ScriptedGraph, hasty: GraphConnection, fault: Reply
) -> None:
    graph.script = [fault]
    with pytest.raises(Unavailable, match="GET /oauth2PermissionGrants did not answer in time"):
        await GraphDirectory(hasty).list_page(KIND, None)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_a_body_is_cut_off_at_the_cap_counted_unpacked(
    graph: ScriptedGraph, single_try: GraphConnection, encoding: str
) -> None:
    graph.script = [replies.endless(encoding)]
    with pytest.raises(Unavailable, match="sent more than 4000000 bytes"):
        await GraphDirectory(single_try).list_page(KIND, None)


async def test_a_server_that_is_not_there_is_told(graph: ScriptedGraph, single_try: GraphConnection) -> None:
    graph.script = [GOOD]
    await GraphDirectory(single_try).list_page(KIND, None)
    await graph.stop()
    with pytest.raises(Unavailable, match="could not be read"):
        await GraphDirectory(single_try).list_page(KIND, None)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "Request_BadRequest", Refused),
        (400, "syncStateNotFound", DeltaExpired),
        (404, "syncStateNotFound", DeltaExpired),
        (410, "resyncRequired", DeltaExpired),
        (410, "", DeltaExpired),
        (400, "Directory_ExpiredPageToken", DeltaExpired),
        (404, "Request_ResourceNotFound", NotFound),
        (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", NotLicensed),
        (403, "Authorization_RequestDenied", PermissionMissing),
    ],
)
async def test_what_cannot_pass_is_not_tried_again(
    graph: ScriptedGraph, connection: GraphConnection, status: int, code: str, expected: type[Exception]
) -> None:
    graph.script = [replies.error(status, code)]
    with pytest.raises(expected):
        await GraphDirectory(connection).list_page(KIND, None)
    assert len(graph.asked) == 1


async def test_a_missing_permission_is_named(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.error(403, "Authorization_RequestDenied")]
    with pytest.raises(PermissionMissing) as refused:
        await GraphDirectory(connection).list_page(KIND, None)
    assert refused.value.permissions == ("Directory.Read.All",)
    assert refused.value.endpoint == "GET /oauth2PermissionGrants"


async def test_text_of_an_answer_is_not_repeated(graph: ScriptedGraph, single_try: GraphConnection) -> None:
    hostile = json.dumps({"error": {"code": "<b>owned</b>\n", "message": "Bearer abc"}}).encode()
    graph.script = [replies.raw(hostile, 500)]
    with pytest.raises(Unavailable) as failure:
        await GraphDirectory(single_try).list_page(KIND, None)
    assert str(failure.value) == "GET /oauth2PermissionGrants answered 500"
