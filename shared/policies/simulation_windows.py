"""Windows and sequences of a simulation, in memory: the rows that a decision may still need, and no others.

Hours come in their order; within one, events may come in any. A group is decided once for some hours, with all rows
that these and the time ``within`` before them hold. That finds what deciding at each event would find, because a
decision takes the rows of *every* full window and of every complete chain (``correlation.py``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from shared.domain.findings import Evidence, Finding
from shared.domain.matches import Match
from shared.policies.correlation import MOST_ROWS
from shared.policies.judgements import NotEvaluated
from shared.policies.ruleset import RuleSet

MOST_HELD: Final = 60_000
"""Rows of all groups together: some 200 MB."""
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_PARTS: Final = 4
"""A group is decided so many times within the length of its window: more costs time, less holds more rows."""

type _Key = tuple[str, ...]
type _RowKey = tuple[str, str | None]


class NewMatches(NamedTuple):
    """A finding, and what of its evidence was not among an earlier one's."""

    finding: Finding
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class _Group:
    """``told`` are the rows that some finding held, of those that are still here."""

    rows: dict[_RowKey, Match] = field(default_factory=dict)
    told: set[_RowKey] = field(default_factory=set)

    def keep(self, rows: Iterable[Match]) -> None:
        self.rows = {(row.event_id, row.step): row for row in rows}
        self.told &= self.rows.keys()


class SimulatedWindows:
    """Of one policy, which must be a window or a sequence.

    A group with more rows than live judging takes is not evaluated here either, nor is one of the largest, for good,
    where there are more than ``most`` rows in all. What had come until then is decided before, as live judging did.
    """

    def __init__(self, rules: RuleSet, policy_id: str, most: int = MOST_HELD) -> None:
        self._rules = rules
        self._policy_id = policy_id
        self._within = rules.within(policy_id)
        # What is compared with a baseline is decided while the baselines of its apps are at hand.
        self._stride = _HOUR if rules.activities_compared else max(_HOUR, min(_DAY, self._within / _PARTS))
        self._most = most
        self._groups: dict[_Key, _Group] = {}
        self._given_up: set[_Key] = set()
        self._touched: dict[_Key, None] = {}
        self._since: datetime | None = None
        self._held = 0
        self._early: list[NewMatches | NotEvaluated] = []

    def add(self, matches: Iterable[Match], hour: datetime) -> int:
        """Returns how many were left out, because their group was given up."""
        left_out = 0
        self._since = self._since or hour
        for match in matches:
            if match.group in self._given_up:
                left_out += 1
                continue
            group = self._groups.setdefault(match.group, _Group())
            self._touched[match.group] = None
            before = len(group.rows)
            group.rows[match.event_id, match.step] = match
            self._held += len(group.rows) - before
            if len(group.rows) > before:
                self._bound(match.group, group, self._since - self._within)
            if self._held > self._most:
                left_out += self._make_room(self._since - self._within)
        return left_out

    def _bound(self, key: _Key, group: _Group, horizon: datetime) -> None:
        if len(group.rows) == MOST_ROWS:
            self._prune(group, horizon)
            if len(group.rows) == MOST_ROWS:
                self._early += self._decided(key)
        elif len(group.rows) > 2 * MOST_ROWS:
            self._keep_newest(group)

    def end_hour(self, hour: datetime) -> Iterator[NewMatches | NotEvaluated]:
        """What there is to tell, if a decision is due by the end of that hour: at the latest when the day ends."""
        end = hour + _HOUR
        if self._since is not None and (end.date() > hour.date() or end - self._since >= self._stride):
            yield from self.decide()
            if end.date() > hour.date():
                self._forget(end - self._within)

    def decide(self) -> Iterator[NewMatches | NotEvaluated]:
        """All groups with rows that were in no decision yet."""
        if self._since is None:
            return
        early, self._early = self._early, []
        yield from early
        horizon = self._since - self._within
        touched, self._touched, self._since = self._touched, {}, None
        for key in touched:
            if key in self._groups:
                self._prune(self._groups[key], horizon)
                yield from self._decided(key)

    def _decided(self, key: _Key) -> Iterator[NewMatches | NotEvaluated]:
        group = self._groups[key]
        outcome = self._rules.correlate(list(group.rows.values()))
        if isinstance(outcome, NotEvaluated):
            yield outcome
        elif outcome is not None and (fresh := _fresh(group, outcome)):
            yield NewMatches(outcome, fresh)

    def _forget(self, horizon: datetime) -> None:
        for key, group in list(self._groups.items()):
            self._prune(group, horizon)
            if not group.rows:
                del self._groups[key]

    def _prune(self, group: _Group, horizon: datetime) -> None:
        before = len(group.rows)
        if any(row.time < horizon for row in group.rows.values()):
            group.keep(row for row in group.rows.values() if row.time >= horizon)
        self._held -= before - len(group.rows)

    def _keep_newest(self, group: _Group) -> None:
        """One row more than is judged: so it is still seen that there are too many, until they are too old."""
        before = len(group.rows)
        newest = sorted(group.rows.values(), key=lambda row: row.time)[-MOST_ROWS - 1 :]
        group.keep(newest)
        self._held -= before - len(group.rows)

    def _make_room(self, horizon: datetime) -> int:
        """For a quarter at once: to look for the largest group at each row would take ever longer."""
        self._forget(horizon)
        lost = 0
        for key in sorted(self._groups, key=lambda each: len(self._groups[each].rows), reverse=True):
            if self._held <= self._most * 3 // 4:
                break
            if key in self._touched:
                self._early += self._decided(key)
            rows = len(self._groups.pop(key).rows)
            self._given_up.add(key)
            self._held -= rows
            lost += rows
        return lost


def _fresh(group: _Group, finding: Finding) -> tuple[Evidence, ...]:
    fresh = tuple(item for item in finding.evidence if (item.event.id, item.step) not in group.told)
    group.told |= {(item.event.id, item.step) for item in fresh}
    return fresh
