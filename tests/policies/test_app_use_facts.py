"""The facts of what an app did lately."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec import structs

from shared.domain.app_activity import Amounts, AppActivity, ServiceActivity
from shared.domain.apps import App
from shared.domain.events import Service
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import EXCHANGE_ONLINE
from shared.policies.app_use_facts import APP_USE_FACTS
from shared.policies.facts import VOCABULARY
from shared.policies.interpreter import Subject, read
from tests.domain.permission_holders import held

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
ACTIVITY = AppActivity(
    through=date(2026, 3, 1),
    day=Amounts(calls=300, errors=0, items=30, bytes=3_000),
    day_before=Amounts(calls=100, errors=0, items=60, bytes=2_000),
    week=Amounts(calls=800, errors=200, items=1, bytes=500),
    week_before=Amounts(calls=400, errors=0, items=1, bytes=1_000),
    peak_hour=Amounts(calls=40, bytes=700),
    services=(
        ServiceActivity(service=Service.EXCHANGE, events=30, usual=10),
        ServiceActivity(service=Service.TEAMS, events=4),
    ),
    labels=("label-1",),
)
READER = App(app_id="a", permissions=(held("Mail.Read"),), activity=ACTIVITY)
OF_GRAPH = {"app.callsPerDay", "app.callsIncrease", "app.callsPerHour", "app.callsIncreaseWeek", "app.errorRate"}
TOLD = {
    "app.bytesPerDay": 3_000,
    "app.bytesIncrease": 50,
    "app.bytesPerHour": 700,
    "app.bytesIncreaseWeek": -50,
    "app.callsPerDay": 300,
    "app.callsIncrease": 200,
    "app.callsPerHour": 40,
    "app.callsIncreaseWeek": 100,
    "app.errorRate": 25,
    "app.itemsPerDay": 30,
    "app.itemsIncrease": -50,
    "app.labelsAccessed": ("label-1",),
    "app.servicesAccessed": ("exchange", "teams"),
    "app.services": ACTIVITY.services,
}


def of(app: App, name: str) -> object:
    return read(VOCABULARY.facts[name], Subject(None, app, NOW))


def with_activity(**amounts: Amounts) -> App:
    return structs.replace(READER, activity=structs.replace(ACTIVITY, **amounts))


@pytest.mark.parametrize("name", TOLD)
def test_each_fact_is_told_of_the_activity(name: str) -> None:
    assert of(READER, name) == TOLD[name]


def test_no_fact_of_use_is_left_without_a_test() -> None:
    assert {fact.name for fact in APP_USE_FACTS} == TOLD.keys()


@pytest.mark.parametrize("name", TOLD)
def test_what_was_summed_up_more_than_three_days_ago_tells_nothing(name: str) -> None:
    edge = structs.replace(ACTIVITY, through=NOW.date() - timedelta(days=3))
    assert of(structs.replace(READER, activity=edge), name) == TOLD[name]
    stale = structs.replace(ACTIVITY, through=NOW.date() - timedelta(days=4))
    assert of(structs.replace(READER, activity=stale), name) is UNKNOWN
    assert of(structs.replace(READER, activity=UNKNOWN), name) is UNKNOWN


@pytest.mark.parametrize("name", TOLD)
def test_calls_are_null_for_an_app_without_a_permission_for_microsoft_graph(name: str) -> None:
    elsewhere = structs.replace(READER, permissions=(held("Mail.Read", api=EXCHANGE_ONLINE),))
    assert of(elsewhere, name) == (None if name in OF_GRAPH else TOLD[name])
    unread = structs.replace(READER, permissions=UNKNOWN)
    assert of(unread, name) == (UNKNOWN if name in OF_GRAPH else TOLD[name])


@pytest.mark.parametrize("name", sorted(OF_GRAPH))
def test_calls_are_unknown_where_none_are_collected(name: str) -> None:
    nothing = dict.fromkeys(("day", "day_before", "week", "week_before", "peak_hour"), Amounts(items=1, bytes=1))
    assert of(with_activity(**nothing), name) is UNKNOWN


def test_an_increase_from_nothing_is_null() -> None:
    app = with_activity(day_before=Amounts(calls=0, errors=0, items=0, bytes=0))
    assert [of(app, f"app.{name}Increase") for name in ("bytes", "calls", "items")] == [None, None, None]


def test_without_calls_there_is_no_error_rate() -> None:
    assert of(with_activity(week=Amounts(calls=0, errors=0)), "app.errorRate") is None


def test_a_service_tells_by_how_much_it_exceeds_what_is_usual() -> None:
    elements = VOCABULARY.facts["app.services"].element
    assert elements is not None
    increases = [read(elements.facts["increase"], Subject(None, None, NOW, each)) for each in ACTIVITY.services]
    assert increases == [200, None]
