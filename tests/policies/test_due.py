"""When time alone changes an answer: no change is missed, and none is told of that already was."""

from datetime import datetime, timedelta
from random import Random

import pytest

from shared.domain.apps import App, Credential
from shared.domain.events import CredentialKind
from shared.domain.exemptions import Exemption, Exemptions
from shared.policies.binding import BoundPolicy, bind_policy
from shared.policies.due import next_due, policy_due
from shared.policies.facts import VOCABULARY as APPS
from shared.policies.interpreter import Subject, Truth, evaluate
from shared.policies.loader import parse_policy
from tests.policies.random_policies import DAY, NOW, VOCABULARY, Thing, lookup, random_condition, random_thing

SECOND = timedelta(seconds=1)
KEY = Credential(kind=CredentialKind.SECRET, start=NOW, end=NOW + 14 * DAY)
_HORIZON = NOW + 400 * DAY
_MOST_CHANGES = 200
APP_ID = "11111111-0000-0000-0000-000000000001"


def _ends(test: object) -> object:
    return {"any": {"of": "app.credentials", "where": {"expiresIn": test}}}


def bound(condition: object, **more: object) -> BoundPolicy:
    policy = parse_policy({"id": "one", "kind": "app", "when": condition, **more})
    return bind_policy(policy, vocabulary=APPS, lists={})


def answer(policy: BoundPolicy, thing: Thing, now: datetime) -> Truth:
    return evaluate(policy.rules[0].condition, Subject(None, thing, now))


@pytest.mark.parametrize("seed", range(300))
def test_no_answer_changes_between_two_moments_that_are_due(seed: int) -> None:
    random = Random(seed)
    policy = parse_policy(
        {"id": "one", "kind": "app", "alert": {"by": ["app.token"]}, "when": random_condition(random, ("app",))}
    )
    checked, thing = bind_policy(policy, vocabulary=VOCABULARY, lists={}, baselines=lookup), random_thing(random)
    # Everything in the documents happens at midnight, so an hour off it no answer is about to change.
    by_day = [answer(checked, thing, NOW + day * DAY + SECOND) for day in range(401)]
    changed = {NOW + day * DAY for day in range(1, 401) if by_day[day] != by_day[day - 1]}
    told = {moment.replace(microsecond=0) for moment in due_moments(checked, thing)}
    assert changed <= told
    for moment in changed:
        assert answer(checked, thing, moment - SECOND) != answer(checked, thing, moment + SECOND)


def due_moments(policy: BoundPolicy, thing: Thing) -> list[datetime]:
    found: list[datetime] = []
    now = NOW
    for _ in range(_MOST_CHANGES):
        due = policy_due(policy, thing, now)
        if due is None or due > _HORIZON + SECOND:
            return found
        assert due > now
        found.append(due)
        now = due
    raise AssertionError("it is due again and again")


@pytest.mark.parametrize(
    ("test", "is_first_moment"),
    [
        ({"app.created": {"olderThan": "7d"}}, False),
        ({"app.created": {"newerThan": "7d"}}, True),
        ({"app.age": {"gt": "7d"}}, False),
        ({"app.age": {"ge": "7d"}}, True),
        ({"app.age": {"lt": "7d"}}, True),
        ({"app.age": {"le": "7d"}}, False),
        (_ends({"gt": "7d"}), True),
        (_ends({"le": "7d"}), True),
        (_ends({"lt": "7d"}), False),
        (_ends({"ge": "7d"}), False),
    ],
    ids=str,
)
def test_the_answer_is_another_one_at_the_very_moment_that_is_due(test: object, is_first_moment: bool) -> None:
    app, policy = App(app_id=APP_ID, created=NOW, credentials=(KEY,)), bound(test)
    due = policy_due(policy, app, NOW)
    assert due == NOW + 7 * DAY + (timedelta(0) if is_first_moment else timedelta(microseconds=1))
    before, after = (
        evaluate(policy.rules[0].condition, Subject(None, app, moment))
        for moment in (due - timedelta(microseconds=1), due)
    )
    assert {before, after} == {True, False}
    assert policy_due(policy, app, due) is None


def test_a_fact_that_cannot_be_computed_falls_never_due_and_stops_nothing() -> None:
    without_a_zone = App(app_id=APP_ID, created=datetime(2020, 1, 1))  # noqa: DTZ001 -- no record has such a time
    assert policy_due(bound({"app.age": {"gt": "7d"}}), without_a_zone, NOW) is None


def test_each_element_falls_due_by_itself_and_a_lifetime_never_does() -> None:
    credentials = tuple(
        Credential(kind=CredentialKind.SECRET, start=NOW, end=NOW + days * DAY) for days in (90, 40, 200)
    )
    app = App(app_id=APP_ID, credentials=credentials)
    expiring = bound({"any": {"of": "app.credentials", "where": {"expires": {"newerThan": "-30d"}}}})
    assert policy_due(expiring, app, NOW) == NOW + 10 * DAY
    assert policy_due(expiring, app, NOW + 10 * DAY) == NOW + 60 * DAY
    lasting = bound({"any": {"of": "app.credentials", "where": {"lifetime": {"gt": "180d"}}}})
    assert policy_due(lasting, app, NOW) is None


def test_what_lies_beyond_the_calendar_is_never_due() -> None:
    app = App(app_id=APP_ID, created=datetime.max.replace(tzinfo=NOW.tzinfo))
    assert policy_due(bound({"app.created": {"newerThan": "30d"}}), app, NOW) is None


def test_an_exemption_is_due_when_it_lapses_and_what_is_out_of_scope_never() -> None:
    exemption = Exemption(
        id="x", policy_id="one", app_id=APP_ID, reason="A pilot.", approved_by="ada", created=NOW, expires=NOW + 5 * DAY
    )
    app, exemptions = App(app_id=APP_ID, created=NOW), Exemptions([exemption])
    old = bound({"app.age": {"ge": "7d"}})
    elsewhere = bound({"app.age": {"ge": "1d"}}, scope={"except": [APP_ID]})
    assert next_due([old, elsewhere], exemptions, app, NOW) == NOW + 5 * DAY
    assert next_due([old, elsewhere], exemptions, app, NOW + 5 * DAY) == NOW + 7 * DAY
    assert next_due([old, elsewhere], exemptions, app, NOW + 7 * DAY) is None
