"""From archived events to hours and days of apps, on real storage."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace as rewired
from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from shared.bootstrap import Application
from shared.domain.activities import Activity
from shared.domain.app_references import Alias, AppReference
from shared.domain.app_use import AppUse
from shared.domain.archived_events import ArchivedEvent, HourOfStream
from shared.domain.events import Event, Source
from shared.domain.streams import Stream
from shared.pipeline.activity.changed_hours import note_changed_hours
from shared.pipeline.activity.compact_days import WHOLE_DAY, day_note, is_complete, purge_activity
from shared.pipeline.activity.roll_up import roll_up
from shared.pipeline.collection.ingest import ingest
from shared.pipeline.services import Services
from tests.pipeline.activity.archived import archive
from tests.pipeline.inventory.scripted_directory import ScriptedDirectory
from tests.pipeline.worker import work

APP, OBJECT = "11111111-1111-4111-8111-111111111111", "99999999-9999-4999-8999-999999999999"
MAIL: str = Stream.EXCHANGE_AUDITS
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = NOON.date()
NOW = NOON + timedelta(minutes=30)
COMPLETE = NOON + timedelta(days=2)


def read_mail(number: int, after: timedelta = timedelta(0), app: AppReference | None = None) -> Event:
    return Event(
        id=f"event-{number}",
        source=Source.UNIFIED_AUDIT_LOG,
        activity=Activity.MAIL_ACCESSED,
        operation="MailItemsAccessed",
        time=NOON + after,
        app=app or AppReference(app_id=APP),
        mailbox=f"box {number}",
        item_count=2,
    )


async def take_in(services: Services, *events: Event, now: datetime = NOW) -> None:
    await archive(services, MAIL, events, now)
    await note_changed_hours(services, MAIL, events, now)


async def mailboxes(services: Services) -> dict[int, int]:
    """By hour of the day."""
    hours = await services.roll_ups.hours(APP, NOON - timedelta(hours=12), NOON + timedelta(hours=12))
    return {each.hour.hour: each.use.mailboxes.count for each in hours}


async def days(services: Services) -> dict[date, int]:
    found = await services.roll_ups.days(APP, DAY - timedelta(days=9), DAY + timedelta(days=9))
    return {each.day: each.use.mailboxes.count for each in found}


async def waiting(services: Services) -> list[tuple[str, datetime]]:
    return [(each.stream, each.hour) for each in await services.changed_hours.first(100)]


async def test_events_are_counted_in_their_own_hours(application: Application) -> None:
    services = application.services
    await take_in(services, read_mail(1), read_mail(2), read_mail(3, timedelta(hours=-1)))
    await roll_up(services, NOW)
    assert await mailboxes(services) == {11: 1, 12: 2}
    assert [stream for stream, _ in await waiting(services)] == [WHOLE_DAY]


async def test_an_hour_that_is_rolled_up_again_counts_nothing_twice(application: Application) -> None:
    services = application.services
    await take_in(services, read_mail(1))
    await roll_up(services, NOW)
    await take_in(services, read_mail(2), now=NOW + timedelta(minutes=1))
    for _ in range(2):
        await services.changed_hours.note([HourOfStream(stream=MAIL, hour=NOON)])
        await roll_up(services, NOW + timedelta(minutes=10))
    assert await mailboxes(services) == {12: 2}


async def test_an_app_that_records_name_by_its_object_counts_under_its_app_id(application: Application) -> None:
    services = application.services
    await services.aliases.learn([Alias(object_id=OBJECT, app_id=APP)])
    await take_in(services, read_mail(1, app=AppReference(service_principal_id=OBJECT)))
    await roll_up(services, NOW)
    assert await mailboxes(services) == {12: 1}


async def test_a_day_is_made_once_it_is_complete_and_anew_when_an_hour_of_it_changes(application: Application) -> None:
    services = application.services
    await take_in(services, read_mail(1))
    await roll_up(services, NOW)
    await roll_up(services, NOW + timedelta(days=1))
    assert await days(services) == {}
    await roll_up(services, COMPLETE)
    assert await days(services) == {DAY: 1}
    assert await waiting(services) == []
    await take_in(services, read_mail(2, timedelta(hours=3)), now=COMPLETE)
    await roll_up(services, COMPLETE)
    assert await days(services) == {DAY: 2}
    day = (await services.roll_ups.days(APP, DAY, DAY + timedelta(days=1)))[0]
    assert (day.per_hour["mailboxes"][12], day.per_hour["items"][15]) == (1, 2)


async def test_a_run_without_time_left_leaves_all_to_the_next(application: Application) -> None:
    services = application.services
    await take_in(services, read_mail(1))
    passed = iter([0.0, 300.0, 300.0, 300.0])
    await roll_up(services, NOW, lambda: next(passed))
    assert await mailboxes(services) == {}
    await roll_up(services, NOW)
    assert await mailboxes(services) == {12: 1}


async def test_while_one_run_goes_on_no_other_counts(application: Application) -> None:
    services = application.services
    await take_in(services, read_mail(1))
    await services.claims.claim("rollUp", "another", NOW + timedelta(minutes=9), NOW)
    await roll_up(services, NOW)
    assert await mailboxes(services) == {}


async def test_what_is_older_than_the_window_is_not_noted_and_stays_as_it_was_counted(
    application: Application,
) -> None:
    services = application.services
    await take_in(services, read_mail(1), read_mail(2, timedelta(days=-60)), read_mail(3, timedelta(days=60)))
    assert await waiting(services) == [(MAIL, NOON)]
    await services.roll_ups.replace_hour(MAIL, NOON, {APP: AppUse(events=7)})
    await roll_up(services, NOW + timedelta(days=41))
    found = await services.roll_ups.hours(APP, NOON, NOON + timedelta(hours=1))
    assert [each.use.events for each in found] == [7]
    assert await waiting(services) == []


async def test_what_is_done_to_an_app_and_what_names_none_waits_for_no_roll_up(application: Application) -> None:
    events = [replace(read_mail(1), app=AppReference()), replace(read_mail(2), activity=Activity.CREDENTIAL_ADDED)]
    await note_changed_hours(application.services, MAIL, events, NOW)
    assert await waiting(application.services) == []


class _Broken:
    """An archive in which one hour cannot be read, in a way that nobody foresaw."""

    def __init__(self, services: Services) -> None:
        self._archive = services.event_archive
        self.streams, self.compact, self.purge = self._archive.streams, self._archive.compact, self._archive.purge
        self.hours, self.lines = self._archive.hours, self._archive.lines

    def of_hour(self, stream: str, hour: datetime) -> AsyncIterator[Sequence[ArchivedEvent]]:
        if hour < NOON:
            raise ValueError("odd <b>bytes</b>")
        return self._archive.of_hour(stream, hour)


async def test_an_hour_that_fails_keeps_its_note_and_no_other_from_being_counted(application: Application) -> None:
    services = application.services
    await take_in(services, read_mail(1), read_mail(2, timedelta(hours=-2)))
    await roll_up(rewired(services, event_archive=_Broken(services)), NOW)
    assert await mailboxes(services) == {12: 1}
    assert (MAIL, NOON - timedelta(hours=2)) in await waiting(services)
    await roll_up(services, NOW)
    assert await mailboxes(services) == {10: 1, 12: 1}


async def test_a_chunk_that_counts_as_evaluated_has_its_hours_noted(application: Application) -> None:
    record = (
        b'{"Id": "1", "RecordType": 50, "CreationTime": "2026-03-03T10:20:00", "Operation": "MailItemsAccessed", '
        b'"Workload": "Exchange", "ClientAppId": "%s", "MailboxGuid": "55555555-5555-4555-8555-555555555555", '
        b'"ResultStatus": "Succeeded", "UserType": 0, "UserId": "ada@contoso.example"}' % APP.encode()
    )
    await ingest(application.services, MAIL, [record], datetime(2026, 3, 3, 11, tzinfo=UTC))
    await work(application)
    assert await waiting(application.services) == [(MAIL, datetime(2026, 3, 3, 10, tzinfo=UTC))]


async def test_a_purge_keeps_hours_as_long_as_their_day_may_be_made_anew(application: Application) -> None:
    services = application.services
    await take_in(services, read_mail(1))
    await roll_up(services, COMPLETE)
    assert await purge_activity(services, NOON + timedelta(days=40)) == 0
    assert await purge_activity(services, NOON + timedelta(days=42)) == 1
    assert await days(services) == {DAY: 1}
    assert await purge_activity(services, NOON + timedelta(days=402)) == 1
    assert await days(services) == {}


def test_a_day_is_complete_when_its_latest_records_can_have_come() -> None:
    over = datetime(2026, 3, 3, tzinfo=UTC)
    assert not is_complete(DAY, over + timedelta(hours=31, minutes=59))
    assert is_complete(DAY, over + timedelta(hours=32))


def test_a_whole_day_stands_behind_every_stream() -> None:
    assert max(Stream) < WHOLE_DAY


async def test_a_day_of_which_hours_may_be_gone_stays_as_it_was_made(application: Application) -> None:
    services = application.services
    await take_in(services, read_mail(1), read_mail(2, timedelta(hours=-3)))
    await roll_up(services, COMPLETE)
    await services.changed_hours.note([day_note(NOON)])
    await purge_activity(services, NOON + timedelta(days=41))
    await roll_up(services, NOON + timedelta(days=41))
    assert await days(services) == {DAY: 2}
    assert await waiting(services) == []


async def test_what_has_no_time_has_the_hour_of_its_collection_counted(application: Application) -> None:
    services = application.services
    undated = replace(read_mail(1), time=None)
    await archive(services, MAIL, [undated], NOW)
    await note_changed_hours(services, MAIL, [undated], COMPLETE, NOW)
    await roll_up(services, NOW)
    assert await mailboxes(services) == {12: 1}


async def test_before_the_directory_was_read_an_hour_of_apps_without_an_app_id_waits_to_be_counted_again(
    application: Application,
) -> None:
    services = application.services
    connected = rewired(services, directory=ScriptedDirectory())
    await take_in(services, read_mail(1, app=AppReference(service_principal_id=OBJECT)), read_mail(2))
    await roll_up(connected, NOW)
    assert await mailboxes(services) == {12: 1}
    assert (MAIL, NOON) in await waiting(services)
    await services.aliases.learn([Alias(object_id=OBJECT, app_id=APP)])
    await roll_up(connected, NOW)
    assert await mailboxes(services) == {12: 2}
    assert (MAIL, NOON) not in await waiting(services)
