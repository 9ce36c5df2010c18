"""Runs one half of the workload and prints the figures as JSON.

``python -m local.bench.engine apps WORKLOAD FILE [POLICIES]``

In a process of its own, so that the peak of memory is the engine's alone.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter

import msgspec

from local.bench.app_documents import APP_VOCABULARY, AppDocument
from local.bench.event_documents import SIGN_IN, Audit, Header, SignIn, event_vocabulary
from local.bench.peak_memory import peak_megabytes
from local.bench.translate import app_policy, event_policy
from local.bench.workload import Workload
from shared.policies.binding import BoundPolicy, bind_policy
from shared.policies.compiler import Hits, compile_conditions
from shared.policies.conditions import Condition
from shared.policies.interpreter import Subject, evaluate
from shared.policies.loader import parse_policy
from shared.policies.vocabulary import Vocabulary

ROUNDS = 3
COMPARED = 5_000
"""Documents whose hits are compared, and whose time is taken, with the interpreter."""


class Figures(msgspec.Struct, rename="camel"):
    """What was measured, on one core. Times are the best of three rounds."""

    documents: int
    rules: int
    seconds: float
    hits: int
    """Pairs of a rule and a document for which it fires."""
    documents_hit: int
    compared: int
    """Documents whose hits equal the interpreter's."""
    times_the_interpreter: float
    peak_megabytes: float


def main(arguments: Sequence[str]) -> int:
    kind, workload, documents, *policies = arguments
    prepare = prepare_apps if kind == "apps" else prepare_events
    count = int(policies[0]) if policies else None
    figures = _figures(prepare(Workload(Path(workload), policies=count)), Path(documents))
    sys.stdout.write(json.dumps(msgspec.to_builtins(figures)) + "\n")
    return 0


type Judge = Callable[[bytes], list[int]]
"""From the bytes of a document to the rules that fire."""


@dataclass(frozen=True, slots=True)
class Contest:
    """The same rules twice: compiled, and interpreted plainly."""

    rules: int
    compiled: Judge
    plain: Judge


def prepare_apps(workload: Workload) -> Contest:
    """Every policy on every app."""
    bound = bind_all([app_policy(rule) for rule in workload.app_rules], APP_VOCABULARY)
    conditions = [rule.condition for one in bound for rule in one.rules]
    hits_of = compile_conditions(conditions, over_events=False).hits
    decode = msgspec.json.Decoder(AppDocument).decode
    now = workload.now

    def compiled(line: bytes) -> list[int]:
        return hits_of(None, decode(line), now)

    def plain(line: bytes) -> list[int]:
        return plain_hits(conditions, Subject(None, decode(line), now))

    return Contest(len(bound), compiled, plain)


def prepare_events(workload: Workload) -> Contest:
    """Every rule on the events of its activities; an event that no rule looks at is not decoded further."""
    activities = workload.activities
    vocabulary = event_vocabulary(activities)
    bound = bind_all([event_policy(rule, activities) for rule in workload.event_rules], vocabulary)
    header = msgspec.json.Decoder(Header).decode
    now = workload.now
    conditions: dict[str, list[Condition]] = {}
    programs: dict[str, tuple[Callable[[bytes], object], Hits]] = {}
    for name in activities:
        found = [rule.condition for one in bound for rule in one.rules if name in rule.activities]
        if found:
            decoder = msgspec.json.Decoder[object](SignIn if name == SIGN_IN else Audit)
            conditions[name] = found
            programs[name] = decoder.decode, compile_conditions(found, over_events=True).hits

    def compiled(line: bytes) -> list[int]:
        program = programs.get(header(line).activity_display_name)
        if program is None:
            return []
        decode, hits_of = program
        return hits_of(decode(line), None, now)

    def plain(line: bytes) -> list[int]:
        activity = header(line).activity_display_name
        if activity not in conditions:
            return []
        return plain_hits(conditions[activity], Subject(programs[activity][0](line), None, now))

    return Contest(len(bound), compiled, plain)


def bind_all(policies: list[dict[str, object]], vocabulary: Vocabulary) -> list[BoundPolicy]:
    """The translated policies, checked as any other policy is."""
    return [bind_policy(parse_policy(raw), vocabulary=vocabulary, lists={}) for raw in policies]


def plain_hits(conditions: Sequence[Condition], subject: Subject) -> list[int]:
    """The hits by the interpreter."""
    return [index for index, condition in enumerate(conditions) if evaluate(condition, subject)]


def _figures(contest: Contest, documents: Path) -> Figures:
    seconds, total, hits, hit = min(_timed(documents, contest.compiled) for _ in range(ROUNDS))
    peak = peak_megabytes()
    compared, plain_seconds = _compared(documents, contest)
    return Figures(
        documents=total,
        rules=contest.rules,
        seconds=seconds,
        hits=hits,
        documents_hit=hit,
        compared=compared,
        times_the_interpreter=(plain_seconds / compared) / (seconds / total),
        peak_megabytes=peak,
    )


def _timed(documents: Path, judge: Judge) -> tuple[float, int, int, int]:
    """Seconds, documents, hits, and documents with a hit."""
    with documents.open("rb") as lines:
        started = perf_counter()
        total = hits = hit = 0
        for line in lines:
            found = judge(line)
            total += 1
            if found:
                hits += len(found)
                hit += 1
        return perf_counter() - started, total, hits, hit


def _compared(documents: Path, contest: Contest) -> tuple[int, float]:
    """How many documents were compared, and the seconds that the interpreter took for them."""
    number, seconds = 0, 0.0
    with documents.open("rb") as lines:
        for line in islice(lines, COMPARED):
            started = perf_counter()
            expected = contest.plain(line)
            seconds += perf_counter() - started
            found = contest.compiled(line)
            if found != expected:
                raise AssertionError(f"compiled {found}, interpreted {expected}: {line!r:.400}")
            number += 1
    return number, seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
