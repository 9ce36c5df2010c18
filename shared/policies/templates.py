"""Templates: policies with gaps that whoever enables one may fill, bundled in ``templates/*.yaml``."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Annotated, Any

import msgspec
from pydantic import Field, JsonValue, ValidationError

from shared.domain.policy_book import PolicyBody
from shared.policies.binding import bind_policy
from shared.policies.documents import read_document
from shared.policies.errors import PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.loader import parse_policy, problem_of
from shared.policies.model import Part, Policy, Text
from shared.policies.trials import rules_of, try_example
from shared.policies.tuning import parse_tuning
from shared.policies.vocabulary import suggestion

CUSTOM = "custom"
"""The category whose policies take a condition of their own."""
_CHANGES = frozenset({"state", "severity", "scope", "actions", "autoResolve"})
_OF_THE_ALERT = frozenset({"severity", "autoResolve"})


class Template(Part):
    """``policy`` is a definition without an id; its ``parameters`` are what can be filled in, each with a default."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    category: Annotated[str, Field(pattern=r"^(usage|permissions|risk|certification|credentials|custom)$")]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    description: Text
    policy: dict[str, JsonValue]


def load_templates() -> dict[str, Template]:
    """By id. Reads them each time: the caller keeps the result."""
    found = (parse_template(text, name) for name, text in template_texts())
    return {template.id: template for template in sorted(found, key=lambda one: one.id)}


def template_texts() -> Iterator[tuple[str, str]]:
    """Name and text of every bundled file."""
    folder = files("shared.policies") / "templates"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            yield entry.name, entry.read_text(encoding="utf-8")


def parse_template(text: str, name: str) -> Template:
    """Raises PolicyError. Whether its policy is sound is known once one is made from it."""
    value = read_document(text, name).value
    try:
        return Template.model_validate_json(msgspec.json.encode(value))
    except ValidationError as error:
        told = (problem_of(dict(each), None, Template.model_fields) for each in error.errors(include_url=False))
        raise PolicyError(*(Problem(each.text, each.path, file=name) for each in told)) from None


def policy_from(
    template: Template, policy_id: str, title: str | None, parameters: Mapping[str, object], changes: PolicyBody
) -> PolicyBody:
    """The definition of an ordinary policy. Raises PolicyError, as for a parameter that the template does not have.

    ``changes`` are of state, severity, scope, actions and autoResolve, and in the custom template of ``when``. It keeps
    the examples of the template that its values leave true, and none with a condition of its own. Lists of the tenant
    are not known here: whoever stores the policy binds it whole.
    """
    body: dict[str, Any] = {**template.policy, "id": policy_id}
    if title is not None:
        body["title"] = title
    if parameters:
        lists = load_lists()
        body = _filled(body, parameters, lists)
        body["tests"] = _true_examples(body, lists)
    return _changed(template, body, changes)


def _filled(body: PolicyBody, chosen: Mapping[str, object], lists: Mapping[str, tuple[str, ...]]) -> PolicyBody:
    """With these values in place of the defaults, each of them checked by itself, so that an error names its own."""
    known: dict[str, Any] = body.get("parameters", {})
    problems: list[Problem] = []
    for name, value in chosen.items():
        path = ("parameters", name)
        if name not in known:
            problems.append(Problem(f"unknown parameter {name:.80}{suggestion(name, known)}", path, body["id"]))
            continue
        default = known[name]["default"]
        if not _is_like(default, value):
            problems.append(Problem(f"{name} is {_kind(default)}, such as {_shown(default)}", path, body["id"]))
            continue
        try:
            _sound(_with_values(body, {name: value}), lists)
        except PolicyError as error:
            problems.extend(Problem(f"{name}: {each.text}", path, body["id"]) for each in error.problems)
    if problems:
        # A parameter that is used twice is wrong once.
        raise PolicyError(*dict.fromkeys(problems))
    return _with_values(body, chosen)


def _with_values(body: PolicyBody, chosen: Mapping[str, object]) -> PolicyBody:
    parameters: dict[str, Any] = body["parameters"]
    filled = {name: {**parameters[name], "default": value} for name, value in chosen.items()}
    return {**body, "parameters": {**parameters, **filled}}


def _sound(body: PolicyBody, lists: Mapping[str, tuple[str, ...]]) -> Policy:
    policy = parse_policy(body)
    bind_policy(policy, vocabulary=VOCABULARY, lists=lists)
    return policy


def _true_examples(body: PolicyBody, lists: Mapping[str, tuple[str, ...]]) -> list[JsonValue]:
    policy = _sound(body, lists)
    return [
        raw
        for raw, test in zip(body.get("tests", ()), policy.tests, strict=True)
        if try_example(rules_of(policy, test, lists), test).fired == test.fires
    ]


def _changed(template: Template, body: PolicyBody, changes: PolicyBody) -> PolicyBody:
    allowed = _CHANGES | {"when"} if template.category == CUSTOM else _CHANGES
    unknown = [key for key in changes if key not in allowed]
    if unknown:
        fix = f"what can be given beside parameters is {', '.join(sorted(allowed))}"
        raise PolicyError(*(Problem(f"{key:.80} cannot be changed here; {fix}", (key,), body["id"]) for key in unknown))
    tuning = {key: value for key, value in changes.items() if key in _CHANGES}
    parse_tuning(tuning, body["id"])
    of_the_alert = {key: tuning.pop(key) for key in _OF_THE_ALERT & tuning.keys()}
    changed = {**body, **tuning, "alert": {**body.get("alert", {}), **of_the_alert}}
    return {**changed, "when": changes["when"], "tests": []} if "when" in changes else changed


def _is_like(default: object, value: object) -> bool:
    if isinstance(default, list):
        return isinstance(value, list) and all(_is_like(default[0], item) for item in value)
    return _kind(value) == _kind(default)


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
    return "something else"


def _shown(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
