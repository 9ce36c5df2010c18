"""Hunting: what answers a query, page by page, and what keeping the archive does to it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace as rewired
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.bootstrap import Application
from shared.domain.activities import Activity
from shared.domain.app_references import Alias, AppReference
from shared.domain.archived_events import ArchivedEvent
from shared.domain.event_queries import EventQuery, Orders, matcher_of
from shared.domain.events import Actor, Client, Event, PropertyChange, Service, Target
from shared.pipeline.activity.find_events import MOST_HOURS, find_events, ids_of_app, of_range
from shared.pipeline.activity.keep_archive import compact_archive, days_to_compact, purge_archive
from shared.pipeline.services import Services
from tests.domain.findings import START, app, event
from tests.pipeline.activity.archived import archive

HOUR = timedelta(hours=1)
QUERY = EventQuery(start=START, end=START + 4 * HOUR)
AUDITS, SIGN_INS = "directoryAudits", "servicePrincipalSignIns"
TWO_EVENTS_A_RECORD = "several"


@pytest.fixture
def services(application: Application) -> Services:
    return application.services


async def fill(services: Services) -> list[str]:
    """Events of three hours and two logs, with their ids as a reader is to see them."""
    first = [event(f"a{minutes:03}", minutes) for minutes in range(0, 180, 20)]
    second = [event(f"s{minutes:03}", minutes) for minutes in range(10, 180, 20)]
    several = [event(TWO_EVENTS_A_RECORD, 61), event(TWO_EVENTS_A_RECORD, 61)]
    await archive(services, AUDITS, [*first[5:], event("undated", None)], START + HOUR)
    await archive(services, AUDITS, [*first[:5], *several], START + 3 * HOUR)
    await archive(services, SIGN_INS, second, START + 3 * HOUR)
    dated = sorted([*first, *second, *several], key=lambda one: one.time or START, reverse=True)
    ids = [one.id for one in dated]
    ids.insert(ids.index("s050"), "undated")  # last in the hour of its collection
    return ids


async def pages(services: Services, query: EventQuery, top: int) -> list[list[str]]:
    found, after = [], None
    for _ in range(60):
        page = await find_events(services, query, top, after)
        found.append([each.event.id for each in page.events])
        after = page.next
        if after is None:
            return found
    raise AssertionError("there is no end to it")


@pytest.mark.parametrize("top", [1, 4, 50])
async def test_pages_tell_every_event_once_newest_first_compacted_or_not(services: Services, top: int) -> None:
    expected = await fill(services)
    found = await pages(services, QUERY, top)
    assert [each for page in found for each in page] == expected
    assert max(map(len, found)) <= top
    await services.event_archive.compact(AUDITS, START.date())
    assert await pages(services, QUERY, top) == found


async def test_only_the_range_and_the_streams_that_are_asked_for_are_told(services: Services) -> None:
    await fill(services)
    query = replace(QUERY, start=START + timedelta(minutes=10), end=START + timedelta(minutes=50))
    assert await pages(services, query, 50) == [["a040", "s030", "a020", "s010"]]
    assert await pages(services, replace(query, streams=frozenset({SIGN_INS})), 50) == [["s030", "s010"]]


async def test_a_page_reads_a_bounded_number_of_hours_and_says_how_far_it_came(services: Services) -> None:
    await archive(services, AUDITS, [event("a")], START)
    query = EventQuery(start=START, end=START + (MOST_HOURS + 2) * HOUR)
    first = await find_events(services, query, 50, None)
    assert (first.events, first.read_back_to) == ((), START + 2 * HOUR)
    rest = await find_events(services, query, 50, first.next)
    assert ([each.event.id for each in rest.events], rest.next) == (["a"], None)


class _Counted:
    """An archive that counts what it is asked."""

    def __init__(self, services: Services) -> None:
        self._archive = services.event_archive
        self.streams, self.compact, self.purge = self._archive.streams, self._archive.compact, self._archive.purge
        self.lines = self._archive.lines
        self.read: list[tuple[str, datetime]] = []
        self.asked = 0

    async def hours(self, stream: str, first: datetime, last: datetime) -> frozenset[datetime]:
        self.asked += 1
        return await self._archive.hours(stream, first, last)

    def of_hour(self, stream: str, hour: datetime) -> AsyncIterator[Sequence[ArchivedEvent]]:
        self.read.append((stream, hour))
        return self._archive.of_hour(stream, hour)


async def test_hours_in_which_nothing_happened_are_not_read_one_by_one(services: Services) -> None:
    await archive(services, AUDITS, [event("a"), event("undated", None)], START)
    await archive(services, SIGN_INS, [event("s", 60)], START + HOUR)
    counted = _Counted(services)
    query = EventQuery(start=START - 20 * HOUR, end=START + 28 * HOUR)
    found = await find_events(rewired(services, event_archive=counted), query, 50, None)
    assert [each.event.id for each in found.events] == ["s", "a", "undated"]
    assert counted.read == [(SIGN_INS, START + HOUR), (AUDITS, START)]
    assert counted.asked <= 2 * 6  # of each log, for spans of 1, 2, 4, 8, 16 and 17 hours


async def test_a_late_event_before_the_place_of_a_page_moves_nothing(services: Services) -> None:
    expected = await fill(services)
    first = await find_events(services, QUERY, 3, None)
    await archive(services, AUDITS, [event("late and newest", 179)], START + 40 * HOUR)
    second = await find_events(services, QUERY, 50, first.next)
    assert [each.event.id for each in (*first.events, *second.events)] == expected


@pytest.mark.parametrize(
    "token", ["", "x", "{}", '{"query":"x","hour":"2026-03-02T09:00:00Z","after":null}', "9" * 2000]
)
async def test_a_place_that_no_page_gave_is_refused(services: Services, token: str) -> None:
    with pytest.raises(ValueError, match="page token"):
        await find_events(services, QUERY, 5, token)


async def test_the_place_of_one_query_is_none_in_another(services: Services) -> None:
    await fill(services)
    place = (await find_events(services, QUERY, 1, None)).next
    for other in (replace(QUERY, actor="lee"), replace(QUERY, end=START + 5 * HOUR)):
        with pytest.raises(ValueError, match="of this query"):
            await find_events(services, other, 1, place)


async def test_a_range_is_told_oldest_hour_first_and_whole(services: Services) -> None:
    expected = await fill(services)
    batches = [batch async for batch in of_range(services, [SIGN_INS, AUDITS], START, START + 4 * HOUR)]
    found = [each for batch in batches for each in batch]
    assert sorted(each.event.id for each in found) == sorted(expected)
    hours = [(each.event.time or START + HOUR).hour for each in found]
    assert hours == sorted(hours)


async def test_an_app_is_found_by_every_id_that_records_give(services: Services) -> None:
    await services.aliases.learn([Alias(object_id="object-1", app_id="app-1")])
    assert await ids_of_app(services, "object-1") == {"object-1", "app-1"}
    for copied in (" object-1 ", "OBJECT-1", "object:object-1"):
        assert await ids_of_app(services, copied) == {"object-1", "app-1"}
    assert await ids_of_app(services, "unheard-of") == {"unheard-of"}
    assert await ids_of_app(services, None) == frozenset()


async def test_days_are_compacted_once_they_are_settled_and_purged_in_time(services: Services) -> None:
    expected = await fill(services)
    assert await compact_archive(services, START.replace(hour=7) + timedelta(days=2)) == 0
    assert await compact_archive(services, START.replace(hour=8) + timedelta(days=2)) == len(expected)
    kept = timedelta(days=services.archive_days)
    assert await purge_archive(services, START + kept) == 0
    assert await purge_archive(services, START + kept + timedelta(days=1)) > 0
    assert await pages(services, QUERY, 50) == [[]]


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)), st.integers(7, 730))  # noqa: DTZ001 -- hypothesis takes naive bounds
def test_compaction_keeps_to_days_that_are_over_and_kept(now: datetime, archive_days: int) -> None:
    now = now.replace(tzinfo=UTC)
    for day in days_to_compact(now, archive_days):
        assert datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, hours=32) <= now
        assert day >= now.date() - timedelta(days=archive_days)


@given(st.integers(7, 120))
def test_every_kept_day_that_is_over_has_its_turn(archive_days: int) -> None:
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)
    turns: set[date] = set()
    for hours in range(archive_days):
        turns.update(days_to_compact(start + hours * HOUR, archive_days))
    days_of_turns = (archive_days + 11) // 24
    whole = {start.date() - timedelta(days=back) for back in range(3, archive_days - days_of_turns)}
    assert whole <= turns


HOSTILE = '"><script>alert(1)</script>\u202e\n=cmd'
FULL = Event(
    id="e1",
    source=event("e").source,
    activity=Activity.FILE_DOWNLOADED,
    operation="FileDownloaded",
    time=START,
    actor=Actor(id="U-1", name="Ada@Contoso.example", app=AppReference(app_id="actor-app", display_name="Robot")),
    app=AppReference(app_id="App-1", service_principal_id="sp-1", display_name=HOSTILE),
    client=Client(ip_address="2001:db8::1", user_agent="curl/8"),
    service=Service.SHAREPOINT,
    target=Target(kind="file", name="Straße.xlsx"),
    path="/users/{id}/messages",
    changes=(PropertyChange(name="KeyDescription", before=None, after="[secret]"),),
)


@pytest.mark.parametrize(
    "filters",
    [
        {"app_ids": frozenset({"app-1"})},
        {"app_ids": frozenset({"SP-1", "other"})},
        {"app_ids": frozenset({"actor-app"})},
        {"actor": "ada@contoso.EXAMPLE"},
        {"actor": "u-1"},
        {"actor": "robot"},
        {"activities": frozenset({Activity.FILE_DOWNLOADED, Activity.SIGN_IN})},
        {"services": frozenset({Service.SHAREPOINT})},
        {"ip_address": "2001:0DB8:0::1"},
        {"text": "STRASSE"},
        {"text": "<script>alert(1)"},
        {"text": "curl"},
        {"text": "{ID}/mess"},
        {"text": "[secret"},
    ],
)
def test_a_filter_finds_the_event(filters: dict[str, object]) -> None:
    assert matcher_of(replace(QUERY, **filters))(FULL)


@pytest.mark.parametrize(
    "filters",
    [
        {"start": START + HOUR},
        {"end": START},
        {"app_ids": frozenset({"app"})},
        {"actor": "ada"},
        {"activities": frozenset({Activity.SIGN_IN})},
        {"services": frozenset({Service.TEAMS})},
        {"ip_address": "2001:db8::2"},
        {"text": "FileUploaded"},
        {"actor": "robot", "text": "FileUploaded"},
    ],
    ids=str,
)
def test_a_filter_leaves_the_event_out(filters: dict[str, object]) -> None:
    assert not matcher_of(replace(QUERY, **filters))(FULL)


def test_an_ipv4_address_is_found_however_it_is_written() -> None:
    for one, other in (("198.51.100.7", "::ffff:198.51.100.7"), ("::FFFF:c633:6407", " 198.51.100.7 ")):
        written = replace(FULL, client=Client(ip_address=one))
        assert matcher_of(replace(QUERY, ip_address=other))(written)


def test_blanks_around_the_name_of_an_actor_do_not_matter() -> None:
    assert matcher_of(replace(QUERY, actor=" ada@contoso.example "))(FULL)


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(0, 12))
def test_the_order_of_events_is_the_same_however_they_are_batched(runs: list[int], cut: int) -> None:
    events = [
        ArchivedEvent(event=event(f"{number}", number % 3, of=app()), stream=AUDITS, raw_path="")
        for number, run in enumerate(runs)
        for _ in range(run)
    ]
    whole, parted = Orders(), Orders()
    orders = [order for order, _ in whole.of(events)]
    assert [order for part in (events[:cut], events[cut:]) for order, _ in parted.of(part)] == orders
    assert len(set(orders)) == len(orders)
