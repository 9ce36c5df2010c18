"""Each day the inventory learns what apps did, of those that did something and with few requests for the others."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from msgspec import structs

from shared.bootstrap import Application, build
from shared.domain.app_summaries import AppQuery
from shared.domain.app_use import AppUse, ServiceUse, UseOfDay
from shared.domain.apps import App, SignIns
from shared.domain.archived_events import HourOfStream
from shared.domain.data_use import CountryUse
from shared.domain.distinct import Tally
from shared.domain.events import Service
from shared.domain.known import UNKNOWN
from shared.domain.ledger import SourceState
from shared.domain.passes import Gap
from shared.domain.streams import Stream
from shared.pipeline.inventory.earlier_consents import EarlierConsents
from shared.pipeline.inventory.refresh_use import refresh_use
from shared.pipeline.services import Services
from shared.settings import read_settings
from shared.storage.connection import StorageConnection
from shared.storage.roll_ups import TableRollUps
from tests.domain.permission_holders import held
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.conftest import IDENTIFIERS

NOW = datetime(2026, 3, 2, 8, 40, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
LAST_DAY = date(2026, 2, 28)
"""The last that is complete: records come up to a day late."""
DAY = timedelta(days=1)
READS_MAIL = "GET /users/{id}/messages application"
ACTIVE, QUIET, BARE = (f"{number:08x}-0000-4000-8000-000000000000" for number in range(3))


class Days(TableRollUps):
    """Roll-ups in storage; ``asked`` are the apps whose days were read."""

    def __init__(self, connection: StorageConnection) -> None:
        super().__init__(connection)
        self.asked: list[str] = []

    async def days(self, app_id: str, start: date, end: date) -> list[UseOfDay]:
        self.asked.append(app_id)
        return await super().days(app_id, start, end)


def use_of(day: date, read: int) -> UseOfDay:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return UseOfDay(
        day=day,
        use=AppUse(
            events=read,
            services={Service.EXCHANGE: ServiceUse(events=1, items_read=read)},
            countries=Tally(counts={"SE": read}),
            requests={READS_MAIL: at},
        ),
    )


@pytest.fixture
async def application(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[Application]:
    settings = read_settings({**IDENTIFIERS, "DataStorage": connection_string})
    built = build(settings, prefix=unique("r"))
    yield built
    await built.close()


@pytest.fixture
async def days(application: Application) -> Days:
    days = Days(application.connection)
    for each in (use_of(LAST_DAY - 40 * DAY, 4), use_of(LAST_DAY, 6)):
        hour = datetime.combine(each.day, time(9), UTC)
        await days.replace_hour(Stream.EXCHANGE_AUDITS, hour, {ACTIVE: each.use})
        await days.replace_day(ACTIVE, each)
    return days


@pytest.fixture
async def services(application: Application, days: Days) -> Services:
    """Requests to Microsoft Graph are collected, for a hundred days and without a gap."""
    log = ScriptedLog(NOW)
    services = replace(application.services, roll_ups=days, logs={Stream.GRAPH_ACTIVITY: log})
    long_ago = NOW - 200 * DAY
    permissions = (held("Mail.Read", granted=long_ago), held("Files.Read.All", granted=long_ago))
    apps = [
        App(app_id=ACTIVE, display_name="Active", first_seen=long_ago, permissions=permissions),
        App(app_id=QUIET, display_name="Quiet", first_seen=long_ago, permissions=permissions),
        App(app_id=BARE, display_name="Bare", first_seen=long_ago, permissions=()),
    ]
    await services.apps.save(apps, NOW)
    await services.app_list.rebuild(NOW)
    await services.ledger.record_state(SourceState(source=Stream.GRAPH_ACTIVITY, since=NOW - 100 * DAY, read_until=NOW))
    return services


async def stored(services: Services, app_id: str) -> App:
    return (await services.apps.get([app_id]))[app_id]


async def a_week(services: Services) -> None:
    for number in range(7):
        await refresh_use(services, NOW + number * DAY)


async def test_nothing_is_summed_up_while_hours_of_complete_days_wait_to_be_counted(services: Services) -> None:
    await services.changed_hours.note([HourOfStream(stream=Stream.EXCHANGE_AUDITS, hour=MIDNIGHT - DAY)])
    await refresh_use(services, NOW)
    assert (await stored(services, ACTIVE)).data_use is UNKNOWN
    [noted] = await services.changed_hours.first(10)
    await services.changed_hours.done(noted)
    await refresh_use(services, NOW)
    assert (await stored(services, ACTIVE)).data_use


async def test_hours_that_are_not_complete_keep_nothing_waiting(services: Services) -> None:
    await services.changed_hours.note([HourOfStream(stream=Stream.EXCHANGE_AUDITS, hour=MIDNIGHT)])
    await refresh_use(services, NOW)
    assert (await stored(services, ACTIVE)).data_use


async def test_an_active_app_tells_what_it_did(services: Services) -> None:
    await refresh_use(services, NOW)
    app = await stored(services, ACTIVE)
    assert app.data_use
    assert (app.data_use.through, app.data_use.items, app.data_use.items_before) == (LAST_DAY, 6, 4)
    assert list(app.data_use.months) == ["2026-01", "2026-02"]
    assert app.countries == (CountryUse("SE", 6),)
    assert app.users_30d == 0
    assert app.permission_use
    assert app.permission_use.last_used == {"application Mail.Read": datetime(2026, 2, 28, 9, tzinfo=UTC)}
    assert (app.permission_use.since, app.permission_use.through) == (NOW - 100 * DAY, MIDNIGHT)


async def test_the_list_shows_it(services: Services) -> None:
    await refresh_use(services, NOW)
    page = await services.app_list.page(AppQuery(data_use_from=1), 10, None, NOW)
    [row] = page.apps
    assert (row.app_id, row.data_use_items, row.data_use_trend, row.countries) == (ACTIVE, 6, 50, {"SE": 6})
    assert row.unused_permissions == 1


async def test_the_window_moves_on_over_an_app_that_does_nothing_any_more(services: Services) -> None:
    await refresh_use(services, NOW)
    await refresh_use(services, NOW + 31 * DAY)
    app = await stored(services, ACTIVE)
    assert app.data_use
    assert (app.data_use.items, app.data_use.items_before) == (0, 6)


async def test_what_is_summed_up_already_is_not_read_again(services: Services, days: Days) -> None:
    await refresh_use(services, NOW)
    before = (await services.apps.versions([ACTIVE]))[ACTIVE]
    await refresh_use(services, NOW + timedelta(hours=1))
    assert days.asked == [ACTIVE]
    assert (await services.apps.versions([ACTIVE]))[ACTIVE] == before


async def test_within_a_week_every_app_with_a_permission_for_graph_is_noted_as_watched(
    services: Services, days: Days
) -> None:
    await a_week(services)
    quiet = await stored(services, QUIET)
    assert quiet.permission_use
    assert quiet.permission_use.since == NOW - 100 * DAY
    assert quiet.data_use is UNKNOWN
    assert (await stored(services, BARE)).permission_use is UNKNOWN
    assert QUIET not in days.asked
    [row] = (await services.app_list.rows([QUIET])).values()
    assert row.unused_permissions == 2


async def test_a_run_that_ran_out_of_time_is_taken_up_by_the_next(services: Services) -> None:
    times = iter([0.0, *([3600.0] * 100)])
    await refresh_use(services, NOW, lambda: next(times))
    assert (await stored(services, ACTIVE)).data_use is UNKNOWN
    await refresh_use(services, NOW)
    assert (await stored(services, ACTIVE)).data_use


async def test_a_gap_in_the_collection_makes_nothing_look_unused(services: Services) -> None:
    gap = Gap(start=NOW - 9 * DAY, end=NOW - 5 * DAY)
    await services.ledger.record_state(
        SourceState(source=Stream.GRAPH_ACTIVITY, since=NOW - 100 * DAY, read_until=NOW, gaps=(gap,))
    )
    await refresh_use(services, NOW)
    app = await stored(services, ACTIVE)
    assert app.permission_use
    assert app.permission_use.since == gap.end
    [row] = (await services.app_list.rows([ACTIVE])).values()
    assert not row.unused_permissions


@pytest.mark.parametrize(
    "state", [None, SourceState(source=Stream.GRAPH_ACTIVITY, since=NOW - 100 * DAY, read_until=MIDNIGHT - DAY / 24)]
)
async def test_a_day_that_was_not_read_to_its_end_does_not_count_as_watched(
    services: Services, state: SourceState | None
) -> None:
    if state is None:
        services = replace(services, logs={Stream.EXCHANGE_AUDITS: ScriptedLog(NOW)})
    else:
        await services.ledger.record_state(state)
    await refresh_use(services, NOW)
    app = await stored(services, ACTIVE)
    assert app.permission_use
    assert app.permission_use.since is None
    assert app.permission_use.services == {Service.EXCHANGE: LAST_DAY}


@pytest.mark.parametrize("streams", [(), (Stream.DIRECTORY_AUDITS,)])
async def test_nothing_is_done_where_no_activity_is_collected(
    services: Services, days: Days, streams: Sequence[Stream]
) -> None:
    before = await stored(services, ACTIVE)
    await refresh_use(replace(services, logs={stream: ScriptedLog(NOW) for stream in streams}), NOW)
    assert days.asked == []
    assert await stored(services, ACTIVE) == before


async def test_what_others_wrote_meanwhile_is_kept(services: Services, application: Application) -> None:
    class Meddling(Days):
        async def days(self, app_id: str, start: date, end: date) -> list[UseOfDay]:
            if not self.asked:
                await services.apps.save([structs.replace(await stored(services, app_id), display_name="Renamed")], NOW)
            return await super().days(app_id, start, end)

    await refresh_use(replace(services, roll_ups=Meddling(application.connection)), NOW)
    app = await stored(services, ACTIVE)
    assert (app.display_name, bool(app.data_use)) == ("Renamed", True)


async def test_an_app_that_was_active_only_weeks_before_the_first_reading_is_met_within_a_week(
    services: Services, days: Days
) -> None:
    day = LAST_DAY - 12 * DAY
    await days.replace_hour(Stream.EXCHANGE_AUDITS, datetime.combine(day, time(9), UTC), {BARE: use_of(day, 3).use})
    await days.replace_day(BARE, use_of(day, 3))
    await a_week(services)
    app = await stored(services, BARE)
    assert app.data_use
    assert app.data_use.items == 3


async def test_an_active_app_tells_the_figures_of_its_last_day(services: Services) -> None:
    await services.ledger.record_state(
        SourceState(source=Stream.EXCHANGE_AUDITS, since=NOW - 9 * DAY - timedelta(hours=1), read_until=NOW)
    )
    logs = {stream: ScriptedLog(NOW) for stream in (Stream.GRAPH_ACTIVITY, Stream.EXCHANGE_AUDITS)}
    await refresh_use(replace(services, logs=logs), NOW)
    app = await stored(services, ACTIVE)
    assert app.activity
    assert app.activity.through == LAST_DAY
    assert (app.activity.day.items, app.activity.week.items) == (6, 6)
    assert app.activity.week_before.items is UNKNOWN, "mail is read for nine days only"
    assert app.activity.day_before.calls == 0
    assert app.activity.day.calls is UNKNOWN, "the day was rolled up before calls were counted"


async def test_an_app_that_signed_in_lately_is_summed_up_although_it_touched_no_items(
    services: Services, days: Days
) -> None:
    quiet = structs.replace(await stored(services, QUIET), sign_ins=SignIns(last=NOW - 20 * DAY), use_read=NOW)
    await services.apps.save([quiet], NOW)
    await services.app_list.rebuild(NOW)
    await refresh_use(services, NOW)
    app = await stored(services, QUIET)
    assert app.activity
    assert (app.activity.through, app.activity.week.calls) == (LAST_DAY, 0)
    assert BARE not in days.asked


@pytest.mark.parametrize("streams", [(), (Stream.DIRECTORY_AUDITS,), (Stream.GRAPH_ACTIVITY,)])
async def test_within_a_week_users_who_had_consented_90_days_ago_are_told(
    services: Services, streams: Sequence[Stream]
) -> None:
    then = NOW - 87 * DAY
    consented = {ACTIVE: 9, QUIET: 7, BARE: 3}
    created = {ACTIVE: then - DAY, QUIET: NOW - DAY, BARE: then - DAY}
    await services.apps.save([structs.replace(await stored(services, ACTIVE), consented_users=5)], then)
    await services.app_list.rebuild(then)
    await services.history.record(then)
    for app_id, users in consented.items():
        app = structs.replace(await stored(services, app_id), consented_users=users, created=created[app_id])
        await services.apps.save([app], NOW)
    await a_week(replace(services, logs={stream: ScriptedLog(NOW) for stream in streams}))
    told = {app_id: (await stored(services, app_id)).consented_users_before for app_id in consented}
    assert told == {ACTIVE: 5, QUIET: 0, BARE: UNKNOWN}


async def test_no_day_near_to_90_days_ago_tells_nothing(services: Services) -> None:
    then = NOW - 94 * DAY
    app = structs.replace(await stored(services, ACTIVE), consented_users=5)
    await services.apps.save([app], then)
    await services.app_list.rebuild(then)
    await services.history.record(then)
    earlier = await EarlierConsents.as_of(services.history, NOW)
    assert await earlier.of([app]) == {ACTIVE: UNKNOWN}
    assert await (await EarlierConsents.as_of(services.history, NOW - DAY)).of([app]) == {ACTIVE: 5}
