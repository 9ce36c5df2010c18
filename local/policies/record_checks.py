"""Whether a policy's tests hold on records too: in every form that the services deliver an event in.

A detection may be right about the event that its author imagined and still never fire: because no record carries the
fact it asks for, or not in that form. So each test event is written as a record, read back by the parsers of the
service, and judged again.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from local.records.errors import NotRecorded
from local.records.facts import lost_facts
from local.records.forms import FORMS, Form
from shared.domain.events import Event
from shared.policies.examples import ExampleError, app_of, events_of
from shared.policies.model import Kind, Policy, PolicyTest
from shared.policies.ruleset import RuleSet
from shared.policies.trials import play, rules_of
from shared.sources.errors import RecordError
from shared.sources.records import read_record


def record_problems(policy: Policy, lists: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """What is wrong with the policy's tests once their events are records. Nothing for a policy on apps."""
    if policy.kind is Kind.APP:
        return
    for test in policy.tests:
        # What is wrong with the baselines of a test is reported by the checks of the policy itself.
        with suppress(ExampleError):
            rules = rules_of(policy, test, lists)
            for form in FORMS:
                for problem in _problems(rules, test, form):
                    yield f"test {test.name!r} as records of {form.name}: {problem}"


def _problems(rules: RuleSet, test: PolicyTest, form: Form) -> Iterator[str]:
    read: list[Event] = []
    # A test that cannot be decoded is reported by the checks of the policy itself.
    with suppress(ExampleError):
        for told in events_of(test):
            try:
                events = read_record(form.write(told))
            except (NotRecorded, RecordError) as error:
                yield str(error)
                return
            read.extend(events)
            yield from (f"{fact} does not come back from {told.id}" for fact in _lost(told, events, form))
        fired = play(rules, read, app_of(test)).fired
        if fired != test.fires:
            yield "fires" if fired else "does not fire"


def _lost(told: Event, events: tuple[Event, ...], form: Form) -> list[str]:
    """One record may tell of several activities; the event is compared with its own."""
    same = next((event for event in events if event.activity is told.activity), events[0])
    return [fact for fact in lost_facts(told, same) if fact not in form.never_carries]
