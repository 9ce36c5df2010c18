"""Windows and sequences: what counts as evidence, and that the order of arrival does not matter."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Event, Source
from shared.domain.findings import Evidence, Finding
from shared.domain.matches import Match
from shared.policies.baselines import Baseline
from shared.policies.correlation import MOST_ROWS
from shared.policies.judgements import NotEvaluated
from shared.policies.loader import load_policies
from shared.policies.ruleset import RuleSet, compile_policies

START = datetime(2026, 3, 1, tzinfo=UTC)
STEPS = ("one", "two", "three")
LISTS: dict[str, tuple[str, ...]] = {}

SEQUENCE = """
id: chain
kind: sequence
by: [app.appId]
within: 10m
steps:
  - {as: one, on: [app.added]}
  - {as: two, on: [credential.added]}
  - {as: three, on: [signIn]}
"""
WINDOW = "{{id: busy, kind: window, on: [mail.accessed], by: [app.appId], within: 10m, having: {having}}}"


def rules_of(text: str) -> RuleSet:
    return compile_policies(load_policies(text, lists=LISTS), lists=LISTS)


def row(rules: RuleSet, minute: int, event: int, step: str | None = None, value: str | None = None) -> Match:
    (policy,) = rules.policies.values()
    name = f"event-{event}"
    time = START + timedelta(minutes=minute)
    happened = Event(
        id=name,
        source=Source.DIRECTORY_AUDITS,
        activity=Activity.SIGN_IN,
        operation="x",
        time=time,
        app=AppReference(app_id="a"),
    )
    return Match(
        policy_id=policy.id,
        state_version=policy.state_version,
        group=("a",),
        time=time,
        event_id=name,
        step=step,
        value=value,
        evidence=Evidence(event=happened, step=step),
    )


def evidence_of_all(rules: RuleSet, arriving: Iterable[Match]) -> set[tuple[str, str | None]]:
    """The union of the evidence of every finding, as the rows arrive in this order."""
    stored: list[Match] = []
    union: set[tuple[str, str | None]] = set()
    for match in arriving:
        stored.append(match)
        answer = rules.correlate(stored)
        assert not isinstance(answer, NotEvaluated)
        if answer is not None:
            union |= {(item.event.id, item.step) for item in answer.evidence}
    return union


def every_window(rows: Sequence[Match], enough: int, distinct: bool, minutes: int) -> set[tuple[str, str | None]]:
    """Brute force: all rows of every interval, starting at any row, that holds enough."""
    found: set[tuple[str, str | None]] = set()
    for first in rows:
        inside = [one for one in rows if first.time <= one.time <= first.time + timedelta(minutes=minutes)]
        total = len({one.value for one in inside if one.value}) if distinct else len(inside)
        if total >= enough:
            found |= {(one.event_id, one.step) for one in inside}
    return found


def every_chain(rows: Sequence[Match], minutes: int) -> set[tuple[str, str | None]]:
    """Brute force: all rows of every chain of three."""
    found: set[tuple[str, str | None]] = set()
    for chain in product(*([one for one in rows if one.step == step] for step in STEPS)):
        times = [one.time for one in chain]
        in_order = times == sorted(times) and times[-1] - times[0] <= timedelta(minutes=minutes)
        if in_order and len({one.event_id for one in chain}) == len(STEPS):
            found |= {(one.event_id, one.step) for one in chain}
    return found


COUNT = rules_of(WINDOW.format(having="{count: events, ge: 3}"))
DISTINCT = rules_of(WINDOW.format(having="{distinct: event.mailbox, gt: 1}"))
CHAIN = rules_of(SEQUENCE)

# Minutes on a grid coarser than the span, so that equal times and exact borders are common.
minutes = st.integers(0, 12).map(lambda number: number * 2)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(minutes, st.sampled_from([None, "m1", "m2", "m3"])), max_size=9), st.randoms())
def test_windows_give_the_same_evidence_in_any_order(drawn: list[tuple[int, str | None]], random: Random) -> None:
    for rules, enough, distinct in ((COUNT, 3, False), (DISTINCT, 2, True)):
        rows = [row(rules, minute, number, value=value) for number, (minute, value) in enumerate(drawn)]
        random.shuffle(rows)
        assert evidence_of_all(rules, rows) == every_window(rows, enough, distinct, 10)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.tuples(minutes, st.sets(st.sampled_from(STEPS), min_size=1)),
        max_size=9,
    ),
    st.randoms(),
)
def test_sequences_give_the_same_evidence_in_any_order(drawn: list[tuple[int, set[str]]], random: Random) -> None:
    rows = [row(CHAIN, minute, number, step=step) for number, (minute, steps) in enumerate(drawn) for step in steps]
    random.shuffle(rows)
    assert evidence_of_all(CHAIN, rows) == every_chain(rows, 10)


def test_one_event_cannot_fill_two_steps_of_a_chain() -> None:
    rows = [row(CHAIN, 0, 1, "one"), row(CHAIN, 0, 1, "two"), row(CHAIN, 1, 2, "three")]
    assert evidence_of_all(CHAIN, rows) == set()


def test_events_of_one_second_form_a_chain_in_either_order() -> None:
    rows = [row(CHAIN, 0, 3, "one"), row(CHAIN, 0, 2, "two"), row(CHAIN, 0, 1, "three")]
    assert evidence_of_all(CHAIN, rows) == {("event-3", "one"), ("event-2", "two"), ("event-1", "three")}


def test_a_chain_of_exactly_the_span_counts_and_a_longer_one_does_not() -> None:
    exact = [row(CHAIN, 0, 1, "one"), row(CHAIN, 5, 2, "two"), row(CHAIN, 10, 3, "three")]
    longer = [row(CHAIN, 0, 1, "one"), row(CHAIN, 5, 2, "two"), row(CHAIN, 11, 3, "three")]
    assert len(evidence_of_all(CHAIN, exact)) == 3
    assert evidence_of_all(CHAIN, longer) == set()


def test_a_redelivered_event_is_counted_once() -> None:
    rows = [row(COUNT, 0, 1), row(COUNT, 0, 1), row(COUNT, 1, 2), row(COUNT, 1, 2)]
    assert evidence_of_all(COUNT, rows) == set()


def test_a_sum_reaches_its_bound_and_ignores_negative_numbers() -> None:
    rules = rules_of(WINDOW.format(having="{sum: event.itemCount, ge: 100}"))
    short = [row(rules, 0, 1, value="99"), row(rules, 1, 2, value="-5"), row(rules, 2, 3)]
    assert evidence_of_all(rules, short) == set()
    assert len(evidence_of_all(rules, [*short, row(rules, 3, 4, value="1")])) == 4


def test_the_finding_names_group_app_and_the_time_of_the_latest_event() -> None:
    rows = [row(COUNT, minute, minute) for minute in (0, 1, 2)]
    finding = COUNT.correlate(rows)
    assert isinstance(finding, Finding)
    assert (finding.policy_id, finding.group, finding.app.app_id) == ("busy", ("a",), "a")
    assert finding.observed == rows[2].time
    assert [item.event.id for item in finding.evidence] == ["event-0", "event-1", "event-2"]


@pytest.mark.parametrize("rules", [COUNT, CHAIN])
def test_too_many_rows_are_not_evaluated_rather_than_silent(rules: RuleSet) -> None:
    step = "one" if rules is CHAIN else None
    rows = [row(rules, 0, number, step) for number in range(MOST_ROWS + 1)]
    answer = rules.correlate(rows)
    assert isinstance(answer, NotEvaluated)
    assert answer.reason.startswith("too many")


def test_ten_thousand_rows_of_one_second_are_decided() -> None:
    rows = [row(CHAIN, 0, number, STEPS[number % 3]) for number in range(MOST_ROWS)]
    answer = CHAIN.correlate(rows)
    assert isinstance(answer, Finding)
    assert len(answer.evidence) == MOST_ROWS


def test_app_and_title_come_from_the_earliest_event_whichever_arrived_last() -> None:
    rows = [row(COUNT, minute, minute) for minute in (2, 0, 1)]
    assert COUNT.correlate(rows) == COUNT.correlate(rows[::-1])


def test_a_window_against_a_baseline_needs_the_baseline() -> None:
    text = WINDOW.format(having="{distinct: event.mailbox, gt: {baseline: app.mailboxesPerHour, times: 2, atLeast: 2}}")
    policies = load_policies(text, lists=LISTS)
    rows = [row(rules_of(text), 0, number, value=f"m{number}") for number in range(4)]
    without = compile_policies(policies, lists=LISTS).correlate(rows)
    assert isinstance(without, NotEvaluated)
    usual = compile_policies(policies, lists=LISTS, baselines=lambda _name, _key: Baseline(mean=1.5))
    assert isinstance(usual.correlate(rows), Finding)
    busy = compile_policies(policies, lists=LISTS, baselines=lambda _name, _key: Baseline(mean=2.0))
    assert busy.correlate(rows) is None


def test_a_finding_says_what_the_window_measured_and_which_steps_followed() -> None:
    full = DISTINCT.correlate([row(DISTINCT, minute, minute, value=f"m{minute}") for minute in (0, 1, 2)])
    assert isinstance(full, Finding)
    assert [(one.condition, one.seen, one.measure) for one in full.conditions] == [
        ("distinct event.mailbox gt 1 within 10m", "3", 3),
    ]
    chain = CHAIN.correlate([row(CHAIN, minute, minute, step) for minute, step in enumerate(STEPS)])
    assert isinstance(chain, Finding)
    assert [(one.condition, one.seen, one.measure) for one in chain.conditions] == [
        ("one, then two, then three within 10m", "3 events", 3)
    ]
