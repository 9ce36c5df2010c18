"""What a policy needs to be told, and what of that nothing connected tells: such a policy is sound, and stays silent.

Only what can never be told is named. Whether a source works at the moment is the page of coverage's to say.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from shared.domain.activities import Activity
from shared.domain.streams import Stream
from shared.policies.errors import KeyPath, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.model import Kind, Policy
from shared.policies.tellers import (
    ACTIVITY_TELLERS,
    BASELINE_TELLERS,
    Part,
    Teller,
    Tellers,
    element_tellers,
    fact_tellers,
)
from shared.policies.vocabulary import Root

type Mention = tuple[KeyPath, str, Tellers, bool]
"""Where, what, which can tell it, and whether it is a fact of the event."""

_JOINS: Final = ("all", "any")
_WRAPS: Final = ("not", "ifApplicable")
_NO_TENANT: Final = "no tenant is connected, so nothing tells it: set READER_CLIENT_ID"
_MENDED_BY: Final[dict[Part, str]] = {
    Part.INVENTORY: "set READER_CLIENT_ID, so that the directory is read",
    Part.USE_REPORTS: "set READER_CLIENT_ID, so that the reports of sign-ins are read",
    Part.APP_INFO: "add oauthAppInfo to SOURCES",
    Part.PRIORITY_ACCOUNTS: "no account is marked as a priority account: set PRIORITY_USERS or PRIORITY_GROUP_IDS",
}


def unmet_needs(policy: Policy, connected: frozenset[Teller]) -> tuple[Problem, ...]:
    """One for each place that nothing of ``connected`` can tell, with what to connect. The policy must be bound."""
    if not connected:
        return (Problem(_NO_TENANT, ("on",) if policy.on else ("kind",), policy.id),)
    found: list[Problem] = []
    for on, raw, path in _rules(policy):
        activities = [Activity(name) for name in on]
        found.extend(_silent_activities(activities, (*path, "on"), connected, policy.id))
        told: Tellers = frozenset().union(*(ACTIVITY_TELLERS[activity] for activity in activities))
        for mention in (*_conditions(raw, (*path, "when")), *_outside(policy, path)):
            found.extend(_unmet(mention, told, connected, policy))
    return tuple(dict.fromkeys(found))


def _rules(policy: Policy) -> Iterator[tuple[tuple[str, ...], object, KeyPath]]:
    """The activities, the condition and the place of each rule."""
    if policy.kind is Kind.SEQUENCE:
        for index, step in enumerate(policy.steps):
            yield step.on, step.when, ("steps", index)
    else:
        yield policy.on, policy.when, ()


def _outside(policy: Policy, path: KeyPath) -> Iterator[Mention]:
    """What a window measures, and the baseline that it is measured by."""
    if policy.having is not None and not path:
        measured = policy.having.distinct or policy.having.sum
        if measured:
            key = "distinct" if policy.having.distinct else "sum"
            yield from _fact(("having", key), measured)
        for bound in ("gt", "ge"):
            yield from _baseline(getattr(policy.having, bound), ("having", bound))


def _conditions(raw: object, path: KeyPath) -> Iterator[Mention]:
    """All that a condition reads. Bound ones are at most 12 deep."""
    if not isinstance(raw, dict):
        return
    for word, inner in raw.items():
        place = (*path, word)
        if word == "any" and isinstance(inner, dict):
            yield from _of_elements(inner, place)
        elif word in _JOINS and isinstance(inner, list):
            for index, part in enumerate(inner):
                yield from _conditions(part, (*place, index))
        elif word in _WRAPS:
            yield from _conditions(inner, place)
        else:
            yield from _fact(place, word)
            if isinstance(inner, dict):
                for operator, value in inner.items():
                    yield from _baseline(value, (*place, operator))


def _fact(path: KeyPath, name: str) -> Iterator[Mention]:
    fact = VOCABULARY.get(name)
    tellers = fact_tellers(fact) if fact is not None else None
    if fact is not None and tellers is not None:
        yield path, name, tellers, fact.root is Root.EVENT


def _of_elements(raw: dict[str, object], path: KeyPath) -> Iterator[Mention]:
    collection = str(raw.get("of"))
    yield from _fact((*path, "of"), collection)
    for place, name in _words(raw.get("where"), (*path, "where")):
        tellers = element_tellers(collection, name)
        if tellers is not None:
            yield place, f"{name} of {collection}", tellers, False


def _words(raw: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Every key of a condition on elements: the names of its facts are among them."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            yield (*path, key), key
            yield from _words(value, (*path, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _words(value, (*path, index))


def _baseline(value: object, path: KeyPath) -> Iterator[Mention]:
    name = value.get("baseline") if isinstance(value, dict) else None
    if isinstance(name, str) and name in BASELINE_TELLERS:
        yield (*path, "baseline"), f"the baseline {name}", BASELINE_TELLERS[name], False


def _silent_activities(
    activities: Iterable[Activity], path: KeyPath, connected: frozenset[Teller], policy_id: str
) -> Iterator[Problem]:
    for index, activity in enumerate(activities):
        tellers = ACTIVITY_TELLERS[activity]
        if not tellers & connected:
            yield Problem(_advice(activity.value, tellers), (*path, index), policy_id)


def _unmet(mention: Mention, told: Tellers, connected: frozenset[Teller], policy: Policy) -> Iterator[Problem]:
    path, name, tellers, of_event = mention
    possible = tellers & told if of_event else tellers
    # Where no activity is told at all, that is the one thing to mend.
    if possible & connected or (of_event and not told & connected):
        return
    text = _advice(name, possible) if possible else f"{name} is in no log that tells of these activities"
    yield Problem(text, path, policy.id)


def _advice(name: str, tellers: Tellers) -> str:
    streams = [str(stream) for stream in sorted(teller for teller in tellers if isinstance(teller, Stream))]
    parts = sorted(teller for teller in tellers if isinstance(teller, Part))
    ways = [f"add {' or '.join(streams)} to SOURCES"] if streams else []
    ways += [_MENDED_BY[part] for part in parts]
    return f"{name} is told by {', '.join([*streams, *map(str, parts)])}, of which none is connected: " + "; or ".join(
        ways
    )
