"""A folder of policy files, read and checked as a whole, with every problem of every file.

A file holds one of these, or a list of the first two:

- a policy of the tenant, as ``model.Policy`` has it, without ``version``;
- the tuning of a bundled one: ``tune: ID`` and the keys of ``tuning.Tuning``;
- named lists: ``lists: {NAME: [TEXT, …]}`` or ``lists: {NAME: {description: TEXT, values: [TEXT, …]}}``;
- Sigma rules, which become policies.

Exemptions are no part of a folder: each has a person who approved it, and an end.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from shared.domain.policy_book import MOST_POLICY_BYTES, NamedList, PolicyBody
from shared.policies.action_routes import refuse_unknown_routes
from shared.policies.binding import bind_policy
from shared.policies.documents import Document, read_document
from shared.policies.errors import KeyPath, PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.further_problems import parse_telling_all
from shared.policies.impossible import refuse_impossible
from shared.policies.list_files import LISTS, read_lists
from shared.policies.model import Policy
from shared.policies.policy_tests import MOST_EFFORT, effort_of, failed_tests
from shared.policies.tuning import in_words_of_tuning, parse_tuning, tuned
from shared.policies.vocabulary import suggestion

TUNE: Final = "tune"
MOST_FILES: Final = 1_000
_MOST_ENTRIES: Final = 1_000
"""Policies and tunings, and problems found before any is checked: a small file may hold thousands of either."""
_LONGEST_NAME: Final = 80
_SIGMA: Final = re.compile(r"(?ms)^(logsource:.*^detection:|detection:.*^logsource:|correlation:)")
"""Keys that a rule of Sigma cannot do without, and a policy does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a folder may refer to beside its own: bundled policies by id, lists, and routes unless nobody knows them."""

    bundled: Mapping[str, Policy]
    lists: Mapping[str, tuple[str, ...]]
    routes: Collection[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledPolicy:
    """A policy of the tenant, or a tuning: what is kept of it, and where it stands."""

    id: str
    body: PolicyBody
    is_tuning: bool
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFolder:
    """What is sound in a folder, and all that is not. ``tests`` counts those that were played."""

    policies: tuple[FiledPolicy, ...] = ()
    lists: tuple[NamedList, ...] = ()
    problems: tuple[Problem, ...] = ()
    tests: int = 0


@dataclass(frozen=True, slots=True)
class _Draft:
    """One entry of a file, not checked yet."""

    raw: object
    file: str
    document: Document | None = None
    start: KeyPath = ()

    @property
    def line(self) -> int:
        return self.document.line(self.start) if self.document else 1

    def placed(self, problem: Problem) -> Problem:
        line = self.document.line((*self.start, *problem.path)) if self.document else 1
        return replace(problem, file=self.file, line=line)


@dataclass(slots=True)
class _Found:
    drafts: list[_Draft] = field(default_factory=list)
    lists: list[tuple[NamedList, str, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_folder(files: Iterable[tuple[str, str]], around: Surroundings) -> PolicyFolder:
    """Checks the files, given as (name, text), and plays the policies' tests: seconds for hundreds of policies.

    One broken file hides no problem of another.
    """
    found = _read_files(files)
    lists = _unrepeated_lists(found)
    known = replace(around, lists={**around.lists, **{one.name: one.values for one in lists}})
    policies: list[FiledPolicy] = []
    own: list[tuple[_Draft, Policy]] = []
    for draft in found.drafts:
        try:
            filed, policy = _checked(draft, known)
            policies.append(filed)
            if not filed.is_tuning:
                own.append((draft, policy))
        except PolicyError as error:
            found.problems.extend(map(draft.placed, error.problems))
    tests = sum(_played(draft, policy, known, found) for draft, policy in _within_effort(own, found))
    found.problems.extend(_repeated(policies))
    problems = sorted(found.problems, key=lambda one: (one.file or "", one.line))
    return PolicyFolder(policies=tuple(policies), lists=tuple(lists), problems=tuple(problems), tests=tests)


def _read_files(files: Iterable[tuple[str, str]]) -> _Found:
    found = _Found()
    for number, (name, text) in enumerate(files):
        if number == MOST_FILES:
            found.problems.append(Problem(f"a folder holds at most {MOST_FILES} files", file=name, line=1))
            break
        if len(found.drafts) + len(found.problems) > _MOST_ENTRIES:
            reason = f"more than {_MOST_ENTRIES} policies and problems come before; from here on nothing is read"
            found.problems.append(Problem(reason, file=name, line=1))
            break
        try:
            _read_file(name, text, found)
        except PolicyError as error:
            found.problems.extend(replace(one, file=name, line=max(1, one.line)) for one in error.problems)
    return found


def _read_file(name: str, text: str, found: _Found) -> None:
    if _SIGMA.search(text):
        # pySigma takes long to load, and few folders need it.
        from shared.policies.sigma import converted

        bodies, problems = converted(name, text)
        found.drafts.extend(_Draft(body, name) for body in bodies)
        found.problems.extend(replace(one, file=name, line=max(1, one.line)) for one in problems)
        return
    document = read_document(text, name)
    value = document.value
    if isinstance(value, dict) and LISTS in value:
        lists, problems = read_lists(value, document, name)
        found.lists.extend((one, name, document.line((LISTS, one.name))) for one in lists)
        found.problems.extend(problems)
    elif isinstance(value, list):
        found.drafts.extend(_Draft(raw, name, document, (index,)) for index, raw in enumerate(value))
    else:
        found.drafts.append(_Draft(value, name, document))


def _within_effort(own: Iterable[tuple[_Draft, Policy]], found: _Found) -> Iterator[tuple[_Draft, Policy]]:
    """Those whose tests may be played; the first that is too much is told."""
    effort = 0
    for draft, policy in own:
        effort += effort_of(policy)
        if effort > MOST_EFFORT:
            text = "the tests of the folder have too many events: from here on none is played"
            found.problems.append(draft.placed(Problem(text, ("tests",), policy.id)))
            return
        yield draft, policy


def _played(draft: _Draft, policy: Policy, around: Surroundings, found: _Found) -> int:
    """How many tests it has. Bound already, it is sound."""
    found.problems.extend(map(draft.placed, failed_tests(policy, around.lists)))
    return len(policy.tests)


def _checked(draft: _Draft, around: Surroundings) -> tuple[FiledPolicy, Policy]:
    """The entry, and the policy as it would judge. Raises PolicyError."""
    raw = draft.raw
    if not isinstance(raw, dict):
        raise PolicyError(Problem("write a policy, tune: ID, or lists: {NAME: [TEXT, …]}"))
    if len(msgspec.json.encode(raw)) > MOST_POLICY_BYTES:
        raise PolicyError(Problem(f"the policy is larger than {MOST_POLICY_BYTES // 1024} KB"))
    is_tuning = TUNE in raw
    policy = _tuned(raw, around) if is_tuning else _own(raw, around)
    try:
        bind_policy(policy, vocabulary=VOCABULARY, lists=around.lists)
        refuse_impossible(policy)
        if around.routes is not None:
            refuse_unknown_routes(policy, around.routes)
    except PolicyError as error:
        raise in_words_of_tuning(error, policy) if is_tuning else error from None
    body = {key: value for key, value in raw.items() if key not in ("id", TUNE) and value is not None}
    return FiledPolicy(id=policy.id, body=body, is_tuning=is_tuning, file=draft.file, line=draft.line), policy


def _own(raw: PolicyBody, around: Surroundings) -> Policy:
    if "version" in raw:
        raise PolicyError(Problem("the service counts the versions; take it out", ("version",)))
    if raw.get("when", ...) is None:
        raise PolicyError(Problem("when is empty: take the key out if every event is meant", ("when",)))
    policy = parse_telling_all(raw, VOCABULARY, around.lists)
    if policy.id in around.bundled:
        text = f"the product has a policy of this id; write tune: {policy.id}, or choose another id"
        raise PolicyError(Problem(text, ("id",), policy.id))
    return policy


def _tuned(raw: PolicyBody, around: Surroundings) -> Policy:
    name = str(raw[TUNE])[:_LONGEST_NAME]
    policy = around.bundled.get(name)
    if policy is None:
        text = f"{name!r} is no policy of the product{suggestion(name, around.bundled)}"
        raise PolicyError(Problem(text, (TUNE,)))
    body = {key: value for key, value in raw.items() if key != TUNE}
    if not body:
        raise PolicyError(Problem("say what to tune: state, severity, parameters, …", (TUNE,), policy.id))
    return tuned(policy, parse_tuning(body, policy.id), 1)


def _repeated(policies: Iterable[FiledPolicy]) -> Iterator[Problem]:
    first: dict[str, FiledPolicy] = {}
    for one in policies:
        earlier = first.setdefault(one.id, one)
        if earlier is not one:
            key = TUNE if one.is_tuning else "id"
            text = f"the id is also in {earlier.file}:{earlier.line}"
            yield Problem(text, (key,), one.id, one.file, one.line)


def _unrepeated_lists(found: _Found) -> list[NamedList]:
    """Each list once; that another file has it too is a problem."""
    first: dict[str, tuple[NamedList, str, int]] = {}
    for named, file, line in found.lists:
        if named.name in first:
            _, earlier, earlier_line = first[named.name]
            text = f"the list is also in {earlier}:{earlier_line}"
            found.problems.append(Problem(text, (LISTS, named.name), None, file, line))
        else:
            first[named.name] = (named, file, line)
    return [named for named, _, _ in first.values()]
