"""When a request is repeated, and that it is never too early."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from shared.domain.directory import DirectoryKind
from shared.domain.errors import Unavailable
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.graph.limits import Limits
from shared.graph.waits import retry_after
from tests.graph import replies
from tests.graph.scripted_graph import ScriptedGraph

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KIND = DirectoryKind.GRANTS


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "0"}, 0),
        ({"retry-after": " 40 "}, 40),
        ({"retry-after": "9" * 5000}, 86_400),
        ({"retry-after": "Mon, 02 Mar 2026 09:00:30 GMT"}, 30),
        ({"retry-after": "Mon, 02 Mar 2026 09:00:30 -0000"}, 30),
        ({"retry-after": "Mon, 02 Mar 2026 08:59:00 GMT"}, 0),
        ({"retry-after": "Sat, 02 Mar 2126 09:00:00 GMT"}, 86_400),
        # Counted from the answer's own clock, here an hour ahead.
        ({"retry-after": "Mon, 02 Mar 2026 10:00:30 GMT", "date": "Mon, 02 Mar 2026 10:00:10 GMT"}, 20),
        ({"retry-after": "Mon, 02 Mar 2026 09:00:30 GMT", "date": "yesterday"}, 30),
    ],
)
def test_what_is_asked_for_is_read_in_both_forms(headers: Mapping[str, str], seconds: float | None) -> None:
    asked = retry_after(headers, NOW)
    assert (asked.total_seconds() if asked is not None else None) == seconds


@pytest.mark.parametrize("status", [429, 503])
async def test_a_short_wait_is_kept_to_in_full(graph: ScriptedGraph, connection: GraphConnection, status: int) -> None:
    busy = replies.error(status, "TooManyRequests", {"Retry-After": "1"})
    graph.script = [busy, busy, replies.page({"id": "one"})]
    page = await GraphDirectory(connection).list_page(KIND, None)
    assert [item["id"] for item in page.objects] == ["one"]
    assert all(later.at - earlier.at >= 1 for earlier, later in pairwise(graph.asked))


async def test_a_long_wait_is_handed_on_at_once(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.error(429, "TooManyRequests", {"Retry-After": "21"}), replies.page()]
    with pytest.raises(Unavailable) as busy:
        await GraphDirectory(connection).list_page(KIND, None)
    assert busy.value.retry_after == timedelta(seconds=21)
    assert len(graph.asked) == 1


async def test_no_wait_is_made_up_for_the_caller(graph: ScriptedGraph, connection: GraphConnection) -> None:
    graph.script = [replies.error(429, "TooManyRequests")]
    with pytest.raises(Unavailable) as busy:
        await GraphDirectory(connection).list_page(KIND, None)
    assert busy.value.retry_after is None
    assert len(graph.asked) == connection.limits.tries


async def test_patience_ends_before_the_tries_do(graph: ScriptedGraph) -> None:
    graph.script = [replies.error(429, "TooManyRequests", {"Retry-After": "1"})]
    connection = GraphConnection(
        graph.address, None, limits=Limits(tries=10, patience_seconds=2.5, first_pause_seconds=0.1)
    )
    with pytest.raises(Unavailable):
        await GraphDirectory(connection).list_page(KIND, None)
    await connection.close()
    assert len(graph.asked) == 3
