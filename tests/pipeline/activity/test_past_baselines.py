"""What was usual on past days: the same as a host held then, for one request of each app."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from shared.bootstrap import Application
from shared.domain.app_baselines import AppBaseline
from shared.domain.known import UNKNOWN
from shared.pipeline.activity.held_baselines import HeldBaselines
from shared.pipeline.activity.past_baselines import PastBaselines
from shared.policies.baseline_use import baselines_named
from shared.policies.loader import load_policies
from shared.storage.app_baselines import TableBaselines
from tests.pipeline.activity.test_baselines import APP, DAY, OTHER, usual

FIRST, LAST = DAY - timedelta(days=6), DAY
NAMES = ("app.mailboxesPerHour", "app.countries")


class _Asked:
    """Baselines that count how often they are read back."""

    def __init__(self, baselines: TableBaselines) -> None:
        self.save, self.latest, self.purge = baselines.save, baselines.latest, baselines.purge
        self._baselines = baselines
        self.asked: list[str] = []

    async def between(self, app_ids: Sequence[str], first: date, last: date) -> dict[str, list[AppBaseline]]:
        self.asked += app_ids
        return await self._baselines.between(app_ids, first, last)


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


async def stored(application: Application) -> TableBaselines:
    """Some days of one app: one before the range, one that still learns, one after it."""
    baselines = TableBaselines(application.connection)
    for before, days, median in ((20, 28, 1), (9, 28, 2), (5, 28, 3), (3, 2, 4), (1, 28, 5), (-3, 28, 9)):
        await baselines.save(usual(day=DAY - timedelta(days=before), days=days, median=median))
    return baselines


async def test_each_day_is_judged_by_what_a_host_would_have_held(application: Application) -> None:
    baselines = await stored(application)
    past, held = PastBaselines(baselines, FIRST, LAST, NAMES), HeldBaselines(baselines)
    seen = set()
    for ago in range(7):
        day = FIRST + timedelta(days=ago)
        await past.hold([APP, OTHER], at(day))
        await held.hold([APP, OTHER], at(day))
        for name in NAMES:
            assert past.lookup(name, APP) == held.lookup(name, APP)
            seen.add(str(past.lookup(name, APP)))
        assert past.lookup(NAMES[0], OTHER) is UNKNOWN
    assert len(seen) > 3


async def test_an_app_is_read_once_however_many_days_it_is_asked_for(application: Application) -> None:
    asked = _Asked(await stored(application))
    past = PastBaselines(asked, FIRST, LAST, NAMES)
    for ago in range(7):
        await past.hold([APP, OTHER], at(FIRST + timedelta(days=ago)))
    assert asked.asked == [APP, OTHER]


async def test_what_the_rules_do_not_compare_with_is_not_kept(application: Application) -> None:
    past = PastBaselines(await stored(application), FIRST, LAST, NAMES[:1])
    await past.hold([APP], at(LAST))
    assert past.lookup(NAMES[0], APP) is not UNKNOWN
    assert past.lookup(NAMES[1], APP) is UNKNOWN


async def test_over_the_limit_the_app_goes_that_was_not_asked_for_longest(application: Application) -> None:
    asked = _Asked(await stored(application))
    past = PastBaselines(asked, FIRST, LAST, NAMES, most_values=1)
    for app_id in (APP, OTHER, APP):
        await past.hold([app_id], at(LAST))
    assert asked.asked == [APP, OTHER, APP]
    assert past.lookup(NAMES[0], APP) is not UNKNOWN


def test_the_baselines_that_a_policy_compares_with_are_found_wherever_they_stand() -> None:
    [policy] = load_policies(
        "id: all\nkind: window\non: [mail.accessed]\nby: [app.appId]\nwithin: 1h\n"
        "when: {not: {event.country: {in: {baseline: app.countries}}}}\n"
        "having: {distinct: event.mailbox, gt: {baseline: app.mailboxesPerHour, times: 5}}\n"
    )
    assert baselines_named(policy) == set(NAMES)
