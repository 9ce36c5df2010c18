"""What somebody has to know to read the result of a simulation rightly."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from shared.domain.activities import Activity
from shared.domain.simulations import LookedAt, Simulation
from shared.policies.model import Kind, Policy
from shared.policies.ruleset import RuleSet
from shared.policies.tellers import ACTIVITY_TELLERS

_HOUR = timedelta(hours=1)


def notes_on(
    simulation: Simulation, policy: Policy, rules: RuleSet, looked_at: LookedAt, archive_days: int
) -> list[str]:
    """In sentences, the weightiest first."""
    if policy.kind is Kind.APP:
        return [*_on_apps(), *_on_all()]
    gaps = _on_gaps(simulation, looked_at, archive_days, _tellers(rules))
    return [*gaps, *_on_events(policy, rules, looked_at), *_on_all()]


def _tellers(rules: RuleSet) -> frozenset[str]:
    """The streams that can tell what the policy looks at: of the others a gap hides nothing."""
    return frozenset(str(each) for activity in rules.activities for each in ACTIVITY_TELLERS[Activity(activity)])


def _on_all() -> Iterator[str]:
    yield "Lists and exemptions are those of today, whatever the day."
    yield "Nobody resolves an alert in a simulation: what matches later joins the first alert of its group."


def _on_apps() -> Iterator[str]:
    yield (
        "Each app is judged at the end of each day as it is today: what was changed of it meanwhile counts as if it "
        "had always been so, and an app that is gone by now is not judged."
    )


def _on_events(policy: Policy, rules: RuleSet, looked_at: LookedAt) -> Iterator[str]:
    yield "What the policy asks of the app of an event is answered by the app as it is today."
    if policy.kind in (Kind.WINDOW, Kind.SEQUENCE):
        yield f"Events before {looked_at.first_day} are not looked at: what began earlier may be missing."
    if rules.activities_compared:
        yield "Baselines are those of each day; where none was built, or is kept no longer, nothing is evaluated."


def _on_gaps(simulation: Simulation, looked_at: LookedAt, archive_days: int, tellers: frozenset[str]) -> Iterator[str]:
    if not looked_at.events:
        yield "The archive holds no events of these days."
    if archive_days < simulation.days:
        yield f"Events are kept for {archive_days} days: of the days before there are none."
    told = [stream for stream in looked_at.streams if stream.stream in tellers]
    if looked_at.events and not told:
        yield f"None of the logs that tell of it was collected: {', '.join(sorted(tellers))}."
    total = (simulation.created - datetime.combine(looked_at.first_day, time(), UTC)) // _HOUR + 1
    for stream in told:
        if stream.hours < total:
            yield f"{stream.stream}: no events in {total - stream.hours} of {total} hours."
