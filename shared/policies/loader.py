"""Policies from YAML: one policy or a list of them a file. Errors name the file and the line."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
from pydantic import ValidationError

from shared.policies.binding import bind_policy
from shared.policies.documents import Document, read_document
from shared.policies.errors import KeyPath, PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.model import Action, AlertRule, Having, Parameter, Part, Policy, PolicyTest, Scope, Step
from shared.policies.vocabulary import Vocabulary


def load_policies(
    source: Path | str,
    name: str | None = None,
    *,
    vocabulary: Vocabulary = VOCABULARY,
    lists: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Policy, ...]:
    """The policies of a file (a Path) or of a text (a str), checked against the vocabulary.

    ``name`` stands for the file in errors. Raises PolicyError with every problem of every policy in it.
    """
    return tuple(policy for policy, _ in load_with_lines(source, name, vocabulary=vocabulary, lists=lists))


def load_with_lines(
    source: Path | str,
    name: str | None = None,
    *,
    vocabulary: Vocabulary = VOCABULARY,
    lists: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[tuple[Policy, int], ...]:
    """As ``load_policies``, each policy with the line that it starts on."""
    file = name or (source.name if isinstance(source, Path) else "policy")
    text = _read(source, file) if isinstance(source, Path) else source
    document = read_document(text, file)
    known_lists = load_lists() if lists is None else lists
    loaded: list[tuple[Policy, int]] = []
    problems: list[Problem] = []
    for start, raw in _entries(document.value):
        try:
            policy = parse_policy(raw)
            bind_policy(policy, vocabulary=vocabulary, lists=known_lists)
            loaded.append((policy, document.line(start)))
        except PolicyError as error:
            problems.extend(_placed(problem, start, document, file) for problem in error.problems)
    if problems:
        raise PolicyError(*problems)
    return tuple(loaded)


def load_catalogue() -> tuple[Policy, ...]:
    """The bundled policies and detections, sorted by id. Reads them each time: the caller keeps the result."""
    lists = load_lists()
    found = [
        policy
        for name, text in catalogue_texts()
        for policy in load_policies(text, name, vocabulary=VOCABULARY, lists=lists)
    ]
    return tuple(sorted(found, key=lambda policy: policy.id))


def catalogue_texts() -> Iterator[tuple[str, str]]:
    """Path within the catalogue and text of every bundled file, in the order of their names."""
    yield from _texts(files("shared.policies") / "catalogue", "")


def _texts(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _texts(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield path + entry.name, entry.read_text(encoding="utf-8")


def parse_policy(raw: object) -> Policy:
    """The policy from plain values; conditions are checked later. Raises PolicyError with key paths."""
    policy_id = raw.get("id") if isinstance(raw, dict) else None
    named = policy_id if isinstance(policy_id, str) else None
    try:
        # Through JSON: only that mode is strict about types and still takes lists for tuples.
        return Policy.model_validate_json(msgspec.json.encode(raw))
    except ValidationError as error:
        told = (problem_of(dict(detail), named, _KEYS) for detail in error.errors(include_url=False))
        raise PolicyError(*told) from None
    except UnicodeEncodeError:
        raise PolicyError(Problem("the text holds half of a surrogate pair", (), named)) from None


def _read(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PolicyError(Problem("the file is not UTF-8 text", file=file)) from None


def _entries(value: object) -> Iterator[tuple[KeyPath, object]]:
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield (index,), entry
    else:
        yield (), value


def problem_of(detail: dict[str, object], policy_id: str | None, keys: Iterable[str]) -> Problem:
    """What pydantic says of one value; ``keys`` are those that there are at the top."""
    location = detail["loc"]
    path = tuple(location) if isinstance(location, tuple) else ()
    text = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        text = f"unknown key {path[-1]!s:.80}{_remedy(path, keys)}"
    return Problem(text, path, policy_id)


def _remedy(path: KeyPath, keys: Iterable[str]) -> str:
    """What else the key may have been meant to be: the nearest one, or at the top all of them."""
    part = _PARTS.get(path[0])
    known = sorted(keys if len(path) == 1 else _keys_of(part) if part is not None else ())
    near = get_close_matches(str(path[-1]), known, n=1)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; the keys are {', '.join(known)}" if known else ""


def _keys_of(part: type[Part]) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in part.model_fields.items())


_PARTS: Mapping[str | int, type[Part]] = {
    "actions": Action,
    "alert": AlertRule,
    "having": Having,
    "parameters": Parameter,
    "scope": Scope,
    "steps": Step,
    "tests": PolicyTest,
}
"""What stands at these keys of a policy."""
_KEYS = _keys_of(Policy)


def _placed(problem: Problem, start: KeyPath, document: Document, file: str) -> Problem:
    line = document.line((*start, *problem.path))
    return Problem(problem.text, problem.path, problem.policy_id, file, line)
