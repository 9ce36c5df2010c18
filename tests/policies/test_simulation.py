"""What a policy would have done: as judging live finds it, counted by day and app, within bounds of memory."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.apps import App
from shared.domain.events import Event, Source
from shared.domain.exemptions import Exemption, Exemptions
from shared.domain.simulations import MOST_APPS, MOST_EXAMPLES, LookedAt, ReasonCount, SimulationResult
from shared.policies.correlation import MOST_ROWS
from shared.policies.loader import load_policies
from shared.policies.ruleset import RuleSet, compile_policies, compile_sound
from shared.policies.simulation import PolicySimulation
from shared.policies.simulation_windows import NewMatches, SimulatedWindows
from shared.policies.trials import play

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LISTS: dict[str, tuple[str, ...]] = {}
DAYS = 4
LOOKED_AT = LookedAt(first_day=START.date(), last_day=START.date() + (DAYS - 1) * DAY)
APP_ID = "aaaaaaaa-0000-4000-8000-000000000001"

EVENT = "{id: added, kind: event, on: [credential.added], alert: {title: 'Credential of {app}'}}"
WINDOW = "{{id: busy, kind: window, on: [signIn], by: [app.appId], within: {within}, having: {having}}}"
SEQUENCE = """
id: chain
kind: sequence
by: [app.appId]
within: {within}
steps:
  - {{as: one, on: [app.added]}}
  - {{as: two, on: [credential.added]}}
  - {{as: three, on: [signIn]}}
"""
JOINT = [
    *(WINDOW.format(within=within, having="{count: events, ge: 3}") for within in ("20m", "1h", "5h", "2d")),
    WINDOW.format(within="6h", having="{distinct: event.actor.id, gt: 1}"),
    *(SEQUENCE.format(within=within) for within in ("1h", "7h", "3d")),
]


def rules_of(text: str) -> RuleSet:
    return compile_policies(load_policies(text, lists=LISTS), lists=LISTS)


def event(number: int, minutes: float, activity: Activity = Activity.CREDENTIAL_ADDED, app: str = APP_ID) -> Event:
    return Event(
        id=f"event-{number}",
        source=Source.DIRECTORY_AUDITS,
        activity=activity,
        operation="x",
        time=START + timedelta(minutes=minutes),
        app=AppReference(app_id=app, display_name=f"App {app}"),
    )


def by_actor(of: Event, actor: str) -> Event:
    return replace(of, actor=replace(of.actor, id=actor))


def simulate(rules: RuleSet, events: Iterable[Event], **bounds: int) -> SimulationResult:
    """Fed as the archive gives them: hour by hour, in no order within one."""
    (policy,) = rules.policies.values()
    simulation = PolicySimulation(rules, policy, **bounds)
    by_hour = defaultdict(list)
    for each in events:
        assert each.time is not None
        by_hour[each.time.replace(minute=0, second=0, microsecond=0)].append(each)
    for number in range(24 * DAYS):
        hour = START + number * HOUR
        simulation.feed(hour, [(each, None) for each in by_hour[hour]])
        simulation.end_hour(hour)
    simulation.end(hour)
    return simulation.result(LOOKED_AT)


def by_day(result: SimulationResult) -> list[tuple[int, int]]:
    return [(day.alerts, day.matches) for day in result.days]


def occurrences() -> st.SearchStrategy[list[tuple[int, Activity, str]]]:
    """Minutes are few and close, so that windows fill and borders are met; some lie hours or days apart."""
    minute = st.one_of(
        st.integers(0, 90), st.sampled_from([hour * 60 + part for hour in range(0, 72, 7) for part in (0, 59, 60)])
    )
    activity = st.sampled_from([Activity.APP_ADDED, Activity.CREDENTIAL_ADDED, Activity.SIGN_IN, Activity.SIGN_IN])
    return st.lists(st.tuples(minute, activity, st.sampled_from(["a", "b"])), max_size=25)


@pytest.mark.parametrize("text", JOINT)
@settings(max_examples=40)
@given(happened=occurrences())
def test_windows_and_sequences_find_what_judging_each_event_finds(
    text: str, happened: Sequence[tuple[int, Activity, str]]
) -> None:
    rules = rules_of(text)
    events = [event(number, *each) for number, each in enumerate(happened)]
    events = [replace(each, actor=replace(each.actor, id=f"actor-{number % 3}")) for number, each in enumerate(events)]
    expected: defaultdict[tuple[str, ...], set[tuple[str, str | None]]] = defaultdict(set)
    for finding in play(rules, events, None).findings:
        expected[finding.group] |= {(item.event.id, item.step) for item in finding.evidence}
    assert found_in_windows(rules, events) == expected


def found_in_windows(rules: RuleSet, events: Iterable[Event]) -> dict[tuple[str, ...], set[tuple[str, str | None]]]:
    windows = SimulatedWindows(rules, next(iter(rules.policies)))
    found: defaultdict[tuple[str, ...], set[tuple[str, str | None]]] = defaultdict(set)

    def take(outcomes: Iterable[object]) -> None:
        for outcome in outcomes:
            assert isinstance(outcome, NewMatches)
            fresh = {(item.event.id, item.step) for item in outcome.evidence}
            assert not fresh & found[outcome.finding.group]
            found[outcome.finding.group] |= fresh

    by_time = sorted(events, key=hour_of)
    of_hour = {hour: list(each) for hour, each in groupby(by_time, key=hour_of)}
    for number in range(24 * DAYS):
        hour = START + number * HOUR
        for each in of_hour.get(hour, []):
            windows.add(rules.judge_event(each, None, START).matches, hour)
        take(windows.end_hour(hour))
    take(windows.decide())
    return found


def hour_of(each: Event) -> datetime:
    assert each.time is not None
    return each.time.replace(minute=0, second=0, microsecond=0)


def test_an_alert_begins_once_and_later_matches_join_it() -> None:
    result = simulate(
        rules_of(EVENT), [event(1, 60), event(2, 24 * 60 + 5), event(3, 24 * 60 + 6), event(4, 0, app="b")]
    )
    assert (result.alerts, result.matches) == (2, 4)
    assert by_day(result) == [(2, 2), (0, 2), (0, 0), (0, 0)]
    first, second = result.apps
    assert (first.app_id, first.alerts, first.matches, first.first_day) == (APP_ID, 1, 3, START.date())
    assert (second.app_id, second.display_name, second.matches) == ("b", "App b", 1)


def test_an_example_shows_what_its_conditions_saw() -> None:
    rules = rules_of(
        "{id: x, kind: event, on: [credential.added], when: {event.actor.id: {in: [lee]}}, alert: {severity: high}}"
    )
    result = simulate(rules, [by_actor(event(number, number), "lee") for number in range(5)])
    (example,) = result.examples
    assert (example.severity, example.matches) == ("high", 5)
    assert (example.first, example.last) == (START, START + timedelta(minutes=4))
    assert [(one.outcome, one.seen) for one in example.evidence[0].conditions] == [("true", "lee")]


def test_a_window_tells_what_it_measured_and_three_of_its_events() -> None:
    rules = rules_of(WINDOW.format(within="1h", having="{count: events, ge: 4}"))
    result = simulate(rules, [event(number, 10 * number, Activity.SIGN_IN) for number in range(5)])
    (example,) = result.examples
    assert [item.event_id for item in example.evidence] == ["event-0", "event-1", "event-2"]
    assert (example.conditions[0].seen, example.matches) == ("5", 5)
    assert by_day(result)[0] == (1, 5)


def test_a_window_across_midnight_begins_on_the_day_it_is_full() -> None:
    rules = rules_of(WINDOW.format(within="1h", having="{count: events, ge: 3}"))
    result = simulate(rules, [event(number, 24 * 60 - 20 + 15 * number, Activity.SIGN_IN) for number in range(3)])
    assert by_day(result)[:2] == [(0, 2), (1, 1)]


def test_actions_are_told_of_each_app_once_with_the_day_of_its_first_alert() -> None:
    rules = rules_of(
        "{id: x, kind: event, on: [credential.added], alert: {by: [event.actor.id]},"
        " actions: [{do: disableApp}, {do: notify, route: teams}]}"
    )
    added = [event(1, 0), by_actor(event(2, 5), "lee"), by_actor(event(3, 24 * 60 + 1, app="b"), "kim")]
    result = simulate(rules, added)
    assert result.alerts == 3
    told = [(action.action, action.route, action.app_id, action.day) for action in result.actions]
    second = date(2026, 3, 2)
    assert told == [
        ("disableApp", None, APP_ID, START.date()),
        ("notify", "teams", APP_ID, START.date()),
        ("disableApp", None, "b", second),
        ("notify", "teams", "b", second),
    ]
    assert result.action_count == 4


def test_what_is_exempt_raises_nothing_and_is_counted() -> None:
    exemption = Exemption(
        id="1", policy_id="*", app_id=APP_ID, reason="x", approved_by="x", created=START, expires=START + 9 * DAY
    )
    rules = compile_sound(load_policies(EVENT, lists=LISTS), lists=LISTS, exemptions=Exemptions([exemption]))
    result = simulate(rules, [event(1, 0), event(2, 5), event(3, 9, app="b")])
    assert (result.alerts, result.exempted, [app.app_id for app in result.apps]) == (1, 2, ["b"])


def test_what_is_out_of_scope_raises_nothing() -> None:
    rules = rules_of(f"{{id: x, kind: event, on: [credential.added], scope: {{except: ['{APP_ID}']}}}}")
    assert simulate(rules, [event(1, 0), event(2, 5, app="b")]).alerts == 1


def test_each_event_is_judged_as_of_its_own_time() -> None:
    rules = rules_of("{id: x, kind: event, on: [credential.added], when: {app.age: {lt: 2d}}}")
    (policy,) = rules.policies.values()
    app = App(app_id=APP_ID, created=START)
    simulation = PolicySimulation(rules, policy)
    for number in range(DAYS):
        simulation.feed(START + number * DAY, [(event(number, 24 * 60 * number), app)])
    assert simulation.result(LOOKED_AT).matches == 2


def test_an_app_alerts_on_the_first_day_on_which_its_policy_holds() -> None:
    rules = rules_of("{id: old, kind: app, when: {app.age: {gt: 2d}}}")
    (policy,) = rules.policies.values()
    simulation = PolicySimulation(rules, policy)
    ends = [START + (number + 1) * DAY - timedelta(microseconds=1) for number in range(DAYS)]
    for name, created in (("old", START - 90 * DAY), ("young", START + HOUR), ("unborn", START + 60 * DAY)):
        simulation.judge_app(App(app_id=name, created=created, display_name=name), ends)
    result = simulation.result(LOOKED_AT)
    assert by_day(result) == [(1, 1), (0, 0), (1, 1), (0, 0)]
    assert [(app.app_id, app.first_day.day) for app in result.apps] == [("old", 1), ("young", 3)]
    assert result.examples[0].conditions


def test_what_cannot_be_judged_is_counted_by_its_reason() -> None:
    rules = rules_of("{id: old, kind: app, when: {app.publisher.verified: {eq: false}}}")
    (policy,) = rules.policies.values()
    simulation = PolicySimulation(rules, policy)
    for number in range(3):
        simulation.judge_app(App(app_id=str(number)), [START, START + DAY])
    (missed,) = simulation.result(LOOKED_AT).not_evaluated
    assert (missed.reason, missed.count) == ("unknown: app.publisher.verified", 3)


def test_lists_of_a_result_are_bounded_and_say_how_much_there_is() -> None:
    result = simulate(rules_of(EVENT), [event(number, number, app=f"app-{number}") for number in range(150)])
    assert (result.alerts, result.app_count, len(result.apps), len(result.examples)) == (
        150,
        150,
        MOST_APPS,
        MOST_EXAMPLES,
    )


def test_more_alerts_than_can_be_told_apart_are_counted_as_not_evaluated() -> None:
    result = simulate(
        rules_of(EVENT), [event(number, number, app=f"app-{number % 8}") for number in range(16)], most_alerts=5
    )
    assert (result.alerts, result.matches) == (5, 10)
    assert result.not_evaluated == (ReasonCount(reason="too many: more than 5 alerts", count=6),)


def test_the_largest_group_is_given_up_where_rows_are_too_many_in_all() -> None:
    rules = rules_of(WINDOW.format(within="1h", having="{count: events, ge: 3}"))
    noisy = [event(number, number / 60, Activity.SIGN_IN) for number in range(60)]
    quiet = [event(100 + number, number, Activity.SIGN_IN, "b") for number in range(3)]
    result = simulate(rules, [*quiet, *noisy], most_rows=20)
    assert [(app.app_id, app.matches) for app in result.apps] == [(APP_ID, 18), ("b", 3)]
    assert sum(missed.count for missed in result.not_evaluated) == 60


def test_very_many_small_groups_take_no_longer_for_each() -> None:
    rules = rules_of(WINDOW.format(within="1h", having="{count: events, ge: 3}"))
    windows, (match,) = (
        SimulatedWindows(rules, "busy", 4_000),
        rules.judge_event(event(0, 0, Activity.SIGN_IN), None, START).matches,
    )
    many = (replace(match, group=(str(number),), event_id=str(number)) for number in range(20_000))
    started = process_time()
    lost = sum(windows.add([each], START) for each in many)
    assert 16_000 <= lost < 20_000
    assert process_time() - started < 3


def test_a_flood_alerts_as_soon_as_live_judging_would_have() -> None:
    rules = rules_of(WINDOW.format(within="1h", having="{count: events, ge: 3}"))
    flood = [event(number, number * 30 / MOST_ROWS, Activity.SIGN_IN) for number in range(MOST_ROWS + 500)]
    result = simulate(rules, flood)
    assert (result.alerts, result.matches, by_day(result)[0][0]) == (1, MOST_ROWS, 1)
    assert [missed.reason[:8] for missed in result.not_evaluated] == ["too many"]


def test_a_group_with_more_rows_than_live_judging_takes_is_judged_again_once_they_are_too_old() -> None:
    rules = rules_of(WINDOW.format(within="1h", having="{count: events, ge: 3}"))
    flood = [event(number, number * 30 / MOST_ROWS, Activity.SIGN_IN) for number in range(MOST_ROWS + 1)]
    later = [event(MOST_ROWS + 2 + number, 180 + number, Activity.SIGN_IN) for number in range(3)]
    result = simulate(rules, [*flood, *later])
    assert (result.alerts, result.matches) == (1, MOST_ROWS + 3)
    assert [missed.reason[:8] for missed in result.not_evaluated] == ["too many"]
