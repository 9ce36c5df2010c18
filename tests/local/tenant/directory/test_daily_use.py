"""Ordinary days of apps: the same facts in every log, in the past and as time goes on."""

from collections import Counter
from datetime import timedelta

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.daily_use import PAST, DailyUse, Work
from local.tenant.directory.data_use import CLOUD_APP_EVENTS, EXCHANGE_AUDITS, SHAREPOINT_AUDITS
from local.tenant.directory.graph_calls import GRAPH_ACTIVITY
from local.tenant.directory.scenario import load_scenarios
from local.tenant.directory.sign_in_records import SIGN_IN_KINDS, sign_in_log
from local.tenant.directory.tenant import Tenant
from shared.domain.activities import Activity
from shared.domain.events import Event
from shared.sources.records import read_record
from shared.sources.twins import fact_of

THEFT = load_scenarios()["data-theft"]
MOST_AT_START = 2_000


@pytest.fixture
def use(tenant: Tenant) -> DailyUse:
    """Without the sign-ins that every generated tenant has."""
    tenant.logs.clear()
    return DailyUse(tenant, 5, THEFT.apps)


def events(tenant: Tenant, *logs: str) -> list[Event]:
    return [event for log in logs for record in tenant.log(log).every_record() for event in read_record(record)]


def sign_ins(tenant: Tenant) -> list[Event]:
    return events(tenant, *map(sign_in_log, SIGN_IN_KINDS))


def test_a_seed_makes_the_same_days(use: DailyUse, tenant: Tenant, clock: ManualClock) -> None:
    now = clock.now()
    once = list(use.visits(now - PAST, now))
    halves = [*use.visits(now - PAST, now - PAST / 2), *use.visits(now - PAST / 2, now)]
    assert once
    assert halves == once
    assert [habit.hours for habit in DailyUse(tenant, 6, {}).habits] != [habit.hours for habit in use.habits]


def test_a_past_of_forty_apps_is_small_and_nothing_of_it_is_to_come(
    use: DailyUse, tenant: Tenant, clock: ManualClock
) -> None:
    use.load()
    found = events(tenant, *tenant.logs)
    assert 0 < len(found) <= MOST_AT_START
    assert {event.time is not None and clock.now() - PAST < event.time <= clock.now() for event in found} == {True}


def test_every_log_tells_of_the_same_past(use: DailyUse, tenant: Tenant) -> None:
    use.load()
    told, hunted = events(tenant, EXCHANGE_AUDITS, SHAREPOINT_AUDITS), events(tenant, CLOUD_APP_EVENTS)
    assert {event.activity for event in told} == {Activity.MAIL_ACCESSED, Activity.FILE_DOWNLOADED}
    assert Counter(map(fact_of, told)) == Counter(map(fact_of, hunted))
    calls = events(tenant, GRAPH_ACTIVITY)
    directory = {habit.app_id for habit in use.habits if habit.work is Work.DIRECTORY}
    in_services = Counter(event.app.app_id for event in calls if event.app.app_id not in directory)
    assert in_services == Counter(event.app.app_id for event in told)
    tokens = {event.token_id for event in sign_ins(tenant)}
    assert {event.token_id for event in calls} <= tokens


def test_an_app_comes_from_one_network(use: DailyUse, tenant: Tenant) -> None:
    use.load()
    networks: dict[str | None, set[object]] = {}
    for event in sign_ins(tenant):
        if event.client.asn:
            networks.setdefault(event.app.app_id, set()).add(event.client.asn)
    assert {len(found) for found in networks.values()} == {1}


def test_the_days_go_on_faster_than_the_clock(use: DailyUse, tenant: Tenant, clock: ManualClock) -> None:
    now = clock.now()
    use.go_on(now, now + timedelta(days=1))
    found = sign_ins(tenant)
    assert len(found) == sum(len(habit.hours) for habit in use.habits)
    assert {event.time for event in found} == {now}


def test_what_a_deleted_app_would_do_does_not_happen(use: DailyUse, tenant: Tenant, clock: ManualClock) -> None:
    gone = use.habits[0].app_id
    principal = tenant.service_principal_of(gone)
    assert principal is not None
    tenant.service_principals.remove(principal["id"])
    use.go_on(clock.now(), clock.now() + timedelta(days=1))
    acting = {event.app.app_id for event in events(tenant, GRAPH_ACTIVITY)}
    assert acting == {habit.app_id for habit in use.habits} - {gone}


def test_an_attack_befalls_the_app_that_was_at_work_before(use: DailyUse, tenant: Tenant) -> None:
    use.load()
    run = THEFT.run(tenant)
    assert run.app_ids["archive"] in {event.app.app_id for event in events(tenant, EXCHANGE_AUDITS)}
    assert run.app_ids["archive"] in {habit.app_id for habit in use.habits}


def test_every_log_is_as_late_as_the_audits_are_set_to_be(use: DailyUse, tenant: Tenant, clock: ManualClock) -> None:
    tenant.log(GRAPH_ACTIVITY)
    tenant.audits.factor = 3600
    use.go_on(clock.now(), clock.now() + timedelta(days=1))
    clock.advance(timedelta(seconds=1))
    log = tenant.log(GRAPH_ACTIVITY)
    assert len(log.visible(clock.now())) == len(log.every_record()) > 0
