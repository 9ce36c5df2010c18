"""Timelines: what was told is found newest first, once, under its app alone."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.timeline import TimelineEntry, TimelineKind
from shared.storage.connection import StorageConnection
from shared.storage.timelines import TableTimelines
from tests.storage.conftest import Connect

NOW = datetime(2026, 3, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
APP = "6f0b1c2d-0000-4000-8000-000000000001"
OTHER = "6f0b1c2d-0000-4000-8000-000000000002"


@pytest.fixture
def timelines(connection: StorageConnection) -> TableTimelines:
    return TableTimelines(connection)


def entry(number: int, app_id: str = APP, what: str = "app.updated", time: datetime | None = None) -> TimelineEntry:
    return TimelineEntry(
        app_id=app_id,
        time=time or NOW + number * MINUTE,
        id=f"{number:032x}",
        kind=TimelineKind.EVENT,
        what=what,
        sentence=f"thing {number}",
    )


async def told(timelines: TableTimelines, app_id: str = APP, top: int = 100) -> list[str]:
    """All pages, with a bound on how many there may be."""
    sentences: list[str] = []
    after = None
    for _ in range(100):
        page = await timelines.page(app_id, top, after)
        sentences += [each.sentence for each in page.entries]
        after = page.next
        if after is None:
            return sentences
    raise AssertionError("the pages have no end")


async def test_an_entry_is_read_back_whole_by_another_host(connect: Connect, connection_string: str) -> None:
    whole = TimelineEntry(
        app_id=APP,
        time=NOW,
        id="a1",
        kind=TimelineKind.CHANGE,
        what="permissions",
        sentence="Permissions added: Mail.Read (application)",
        actor="ann@contoso.example",
        added=("Mail.Read (application)",),
        removed=("User.Read (delegated)",),
        reference="event-1",
    )
    await TableTimelines(connect(connection_string)).add([whole])
    page = await TableTimelines(connect(connection_string)).page(APP, 10, None)
    assert (page.entries, page.next) == ((whole,), None)


@pytest.mark.parametrize("top", [1, 3, 7, 20])
async def test_pages_of_any_size_show_everything_once_and_newest_first(timelines: TableTimelines, top: int) -> None:
    await timelines.add([entry(number) for number in (3, 1, 6, 0, 5, 2, 4)])
    assert await told(timelines, top=top) == [f"thing {number}" for number in (6, 5, 4, 3, 2, 1, 0)]


async def test_entries_of_one_moment_are_neither_lost_nor_repeated(timelines: TableTimelines) -> None:
    await timelines.add([entry(number, time=NOW) for number in range(5)])
    assert await told(timelines, top=2) == [f"thing {number}" for number in range(5)]


async def test_what_is_told_again_adds_nothing(timelines: TableTimelines) -> None:
    first = [entry(number) for number in range(50)]
    await timelines.add(first)
    again = [entry(number, time=NOW + timedelta(days=1)) for number in range(60)]
    await timelines.add(again)
    sentences = await told(timelines)
    assert sorted(sentences) == sorted(f"thing {number}" for number in range(60))
    assert sentences[-1] == "thing 0", "the first telling counts"


async def test_what_is_told_twice_at_once_adds_nothing(timelines: TableTimelines) -> None:
    await timelines.add([entry(1), entry(1, time=NOW), entry(2)])
    assert await told(timelines) == ["thing 2", "thing 1"]


async def test_apps_that_share_a_partition_do_not_mix(timelines: TableTimelines) -> None:
    await timelines.add([entry(1), entry(1, OTHER), entry(2, OTHER), entry(3, f"object:{OTHER}")])
    assert await told(timelines) == ["thing 1"]
    assert await told(timelines, OTHER) == ["thing 2", "thing 1"]
    assert await told(timelines, f"object:{OTHER}") == ["thing 3"]


async def test_entries_of_very_many_apps_are_all_there(timelines: TableTimelines) -> None:
    many = [f"{number:02x}{number:06x}-0000-4000-8000-000000000000"[:36] for number in range(150)]
    await timelines.add(entry(number, app_id) for app_id in many for number in range(2))
    assert [await told(timelines, app_id) for app_id in many] == [["thing 1", "thing 0"]] * len(many)


async def test_a_later_entry_moves_no_page_that_follows(timelines: TableTimelines) -> None:
    await timelines.add([entry(number) for number in range(4)])
    page = await timelines.page(APP, 2, None)
    await timelines.add([entry(9)])
    rest = await timelines.page(APP, 10, page.next)
    assert [each.sentence for each in rest.entries] == ["thing 1", "thing 0"]


async def test_a_token_of_another_app_or_of_nobody_is_refused(timelines: TableTimelines) -> None:
    await timelines.add([entry(number, OTHER) for number in range(3)])
    page = await timelines.page(OTHER, 1, None)
    for token in (page.next, "", "nonsense", "e30"):
        with pytest.raises(ValueError, match="not a page token"):
            await timelines.page(APP, 1, token)


async def test_grants_are_the_newest_entries_that_grant(timelines: TableTimelines) -> None:
    kinds = ("consent.granted", "app.updated", "grant.added", "grant.changed", "grant.revoked", "appRole.granted")
    await timelines.add([entry(number, what=what) for number, what in enumerate(kinds)])
    found = await timelines.grants(APP, 3)
    assert [each.what for each in found] == ["appRole.granted", "grant.changed", "grant.added"]
    assert len(await timelines.grants(APP, 10)) == 4
    assert len(await told(timelines)) == len(kinds), "they are in the timeline too, once"


async def test_hostile_text_is_only_text(timelines: TableTimelines) -> None:
    hostile = TimelineEntry(
        app_id="' or PartitionKey ne '",
        time=NOW,
        id="/\\#?\u202e",
        kind=TimelineKind.EVENT,
        what="' or 1 eq 1",
        sentence="\u202e<script>",
    )
    await timelines.add([hostile, entry(1)])
    assert (await timelines.page(hostile.app_id, 10, None)).entries == (hostile,)
    assert await told(timelines) == ["thing 1"]
