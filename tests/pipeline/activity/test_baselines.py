"""From days to what is usual, and from there into the judgement of events, on real storage."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from shared.bootstrap import Application
from shared.domain.activities import Activity
from shared.domain.alert_queries import AlertQuery
from shared.domain.app_baselines import AppBaseline, UsualNumber, UsualValues
from shared.domain.app_references import AppReference
from shared.domain.app_use import AppUse, UseOfDay
from shared.domain.archived_events import HourOfStream
from shared.domain.distinct import Tally
from shared.domain.events import Event, Source
from shared.domain.known import UNKNOWN
from shared.pipeline.activity.build_baselines import build_baselines, first_incomplete_day
from shared.pipeline.activity.held_baselines import HeldBaselines
from shared.pipeline.detection.judge import judge_events
from shared.pipeline.services import Services
from shared.policies.baselines import Baseline
from shared.storage.app_baselines import TableBaselines
from tests.pipeline.worker import work

APP, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
NOW = datetime(2026, 3, 30, 4, 10, tzinfo=UTC)
DAY = date(2026, 3, 28)
"""The first that is not complete then."""


def usual(
    app_id: str = APP, day: date = DAY, *, days: int = 28, median: float = 10, is_complete: bool = True
) -> AppBaseline:
    return AppBaseline(
        app_id=app_id,
        day=day,
        since=day - timedelta(days=days),
        days=days,
        numbers={
            "app.mailboxesPerHour": UsualNumber(median=median, deviation=1, by_weekday={0: (median + 2, 3)}),
        },
        values={"app.countries": UsualValues(values={"SE": day}, is_complete=is_complete)},
    )


async def worked(services: Services, day: date, mailboxes: int, app_id: str = APP) -> None:
    use = AppUse(events=mailboxes, countries=Tally(counts={"SE": mailboxes}))
    hour = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    await services.roll_ups.replace_hour("exchangeAudits", hour, {app_id: use})
    whole = UseOfDay(day=day, use=use, per_hour={"mailboxes": (mailboxes, *[0] * 23)})
    await services.roll_ups.replace_day(app_id, whole)


async def test_a_baseline_rests_on_the_complete_days_of_apps_that_were_active(application: Application) -> None:
    services = application.services
    for before, mailboxes in ((1, 4), (2, 6), (3, 5), (-1, 900)):
        await worked(services, DAY - timedelta(days=before), mailboxes)
    await worked(services, DAY - timedelta(days=2), 7, OTHER)
    assert await build_baselines(services, NOW) == 1
    built = await services.baselines.latest([APP, OTHER], NOW.date())
    assert list(built) == [APP]
    assert (built[APP].day, built[APP].days, built[APP].is_learnt) == (DAY, 3, False)
    assert built[APP].numbers["app.mailboxesPerHour"].median == 5
    assert built[APP].values["app.countries"].values == {"SE": DAY - timedelta(days=3)}


async def test_days_of_rest_count_for_an_app_that_was_known_before(application: Application) -> None:
    services = application.services
    await services.baselines.save(usual(day=DAY - timedelta(days=20)))
    await worked(services, DAY - timedelta(days=1), 9)
    await build_baselines(services, NOW)
    built = (await services.baselines.latest([APP], DAY))[APP]
    assert (built.days, built.numbers["app.mailboxesPerHour"].median) == (28, 0)


async def test_a_baseline_that_was_built_is_never_changed(application: Application) -> None:
    services = application.services
    await worked(services, DAY - timedelta(days=1), 4)
    await build_baselines(services, NOW)
    before = await services.baselines.latest([APP], DAY)
    await worked(services, DAY - timedelta(days=1), 900)
    await build_baselines(services, NOW)
    assert await services.baselines.latest([APP], DAY) == before


async def test_a_run_that_ran_out_of_time_leaves_the_rest_to_the_next_and_what_is_built_is_not_built_again(
    application: Application,
) -> None:
    services = application.services
    await worked(services, DAY - timedelta(days=1), 4)
    times = iter([0.0, 3600.0])
    assert await build_baselines(services, NOW, lambda: next(times)) == 0
    assert await build_baselines(services, NOW) == 1
    await worked(services, DAY - timedelta(days=1), 4, OTHER)
    assert await build_baselines(services, NOW) == 1
    assert await build_baselines(services, NOW) == 0
    assert set(await services.baselines.latest([APP, OTHER], DAY)) == {APP, OTHER}


async def test_none_is_built_while_hours_before_wait_to_be_rolled_up(application: Application) -> None:
    services = application.services
    await worked(services, DAY - timedelta(days=1), 4)
    late = HourOfStream(stream="exchangeAudits", hour=datetime(2026, 3, 20, 7, tzinfo=UTC))
    await services.changed_hours.note([late])
    assert await build_baselines(services, NOW) == 0
    await services.changed_hours.done((await services.changed_hours.first(1))[0])
    assert await build_baselines(services, NOW) == 1


def test_the_days_that_may_still_change_are_left_out() -> None:
    assert first_incomplete_day(NOW) == DAY
    assert first_incomplete_day(NOW.replace(hour=8)) == DAY + timedelta(days=1)


async def test_what_is_held_answers_for_the_busiest_day_of_the_week(application: Application) -> None:
    held = HeldBaselines(application.services.baselines)
    await application.services.baselines.save(usual())
    assert held.lookup("app.mailboxesPerHour", APP) is UNKNOWN
    await held.hold([APP, OTHER], NOW)
    assert held.lookup("app.mailboxesPerHour", APP) == Baseline(mean=12, deviation=3)
    assert held.lookup("app.countries", APP) == Baseline(values=frozenset({"SE"}))
    assert held.lookup("app.countries", OTHER) is UNKNOWN
    assert held.lookup("app.networks", APP) is UNKNOWN


async def test_nothing_is_usual_while_an_app_is_learnt(application: Application) -> None:
    held = HeldBaselines(application.services.baselines)
    await application.services.baselines.save(usual(days=6))
    await held.hold([APP], NOW)
    assert held.lookup("app.mailboxesPerHour", APP) is UNKNOWN
    assert held.lookup("app.countries", APP) is UNKNOWN


async def test_of_values_that_are_not_complete_nothing_is_known(application: Application) -> None:
    held = HeldBaselines(application.services.baselines)
    await application.services.baselines.save(usual(is_complete=False))
    await held.hold([APP], NOW)
    assert held.lookup("app.countries", APP) is UNKNOWN
    assert held.lookup("app.mailboxesPerHour", APP) is not UNKNOWN


async def test_a_baseline_is_read_once_a_day(application: Application) -> None:
    held, baselines = HeldBaselines(application.services.baselines), application.services.baselines
    await held.hold([APP], NOW)
    await baselines.save(usual())
    await held.hold([APP], NOW + timedelta(hours=19))
    assert held.lookup("app.countries", APP) is UNKNOWN
    await held.hold([APP], NOW + timedelta(days=1))
    assert held.lookup("app.countries", APP) is not UNKNOWN


async def test_over_its_bound_those_go_that_were_not_asked_for_longest(application: Application) -> None:
    held = HeldBaselines(application.services.baselines, most=1)
    for app_id in (APP, OTHER):
        await application.services.baselines.save(usual(app_id))
    await held.hold([APP, OTHER], NOW)
    assert [held.lookup("app.countries", app_id) is UNKNOWN for app_id in (APP, OTHER)] == [False, False]
    await held.hold([OTHER], NOW)
    assert [held.lookup("app.countries", app_id) is UNKNOWN for app_id in (APP, OTHER)] == [True, False]


async def test_over_its_bound_of_values_those_go_that_were_not_asked_for_longest(application: Application) -> None:
    held = HeldBaselines(application.services.baselines, most_values=1)
    for app_id in (APP, OTHER):
        await application.services.baselines.save(usual(app_id))
        await held.hold([app_id], NOW)
    assert [held.lookup("app.countries", app_id) is UNKNOWN for app_id in (APP, OTHER)] == [True, False]


async def test_what_a_call_asks_for_is_there_after_it_whatever_others_let_go_meanwhile(
    application: Application,
) -> None:
    third = "33333333-3333-4333-8333-333333333333"
    for app_id in (APP, OTHER, third):
        await application.services.baselines.save(usual(app_id))
    meanwhile = True

    class Slow(TableBaselines):
        async def latest(self, app_ids: Sequence[str], day: date) -> dict[str, AppBaseline]:
            nonlocal meanwhile
            if meanwhile and OTHER in app_ids:
                meanwhile = False
                await held.hold([third], NOW)
            return await super().latest(app_ids, day)

    held = HeldBaselines(Slow(application.connection), most=1)
    await held.hold([APP], NOW)
    await held.hold([APP, OTHER], NOW)
    assert [held.lookup("app.countries", app_id) is UNKNOWN for app_id in (APP, OTHER)] == [False, False]


async def policies_of(services: Services, app_id: str) -> set[str]:
    page = await services.alert_list.page(AlertQuery(app_id=app_id), 9, None)
    return {listed.alert.policy_id for listed in page.alerts}


def reads(number: int, app_id: str) -> Event:
    return Event(
        id=f"{app_id}-{number}",
        source=Source.UNIFIED_AUDIT_LOG,
        activity=Activity.MAIL_ACCESSED,
        operation="MailItemsAccessed",
        time=NOW + timedelta(seconds=number),
        app=AppReference(app_id=app_id),
        mailbox=f"{number}@contoso.example",
    )


async def test_reading_five_times_as_many_mailboxes_as_usual_is_an_alert_and_as_many_as_usual_is_none(
    application: Application,
) -> None:
    services = application.services
    await services.baselines.save(usual(APP, median=8))
    await services.baselines.save(usual(OTHER, median=20))
    await judge_events(services, [reads(number, app_id) for number in range(60) for app_id in (APP, OTHER)], NOW)
    await work(application)
    found = {app_id: await policies_of(services, app_id) for app_id in (APP, OTHER)}
    assert ("mass-mail-read" in found[APP], "mass-mail-read" in found[OTHER]) == (True, False)


async def test_before_anything_is_usual_the_judgement_says_that_it_is_not_known(application: Application) -> None:
    not_evaluated = await judge_events(application.services, [reads(1, APP)], NOW)
    assert ("mass-mail-read", "unknown: the baseline that having compares with") in {
        (one.policy_id, one.reason) for one in not_evaluated
    }
