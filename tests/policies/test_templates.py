"""Templates, and the policies that are made from them."""

from typing import Any

import msgspec
import pytest
from pydantic import JsonValue

from shared.domain.policy_book import PolicyBody
from shared.policies.binding import bind_policy
from shared.policies.checks import check_texts
from shared.policies.errors import PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.loader import parse_policy
from shared.policies.policy_entries import load_bundled
from shared.policies.policy_tests import failed_tests
from shared.policies.templates import CUSTOM, load_templates, parse_template, policy_from, template_texts

TEMPLATES = load_templates()
LISTS = load_lists()

MICROSOFTS = {
    "unused-app": {"unusedFor": "90d"},
    "new-app-high-data-usage": {"registrationAge": "7d", "bytesPerDay": "1GB"},
    "increase-in-users": {"increase": 50},
    "overprivileged-app": {},
    "new-highly-privileged-app": {"registrationAge": "7d"},
    "new-app-non-graph-permissions": {"registrationAge": "7d"},
    "new-high-risk-app": {"registrationAge": "7d", "risk": 70},
    "new-uncertified-app": {"registrationAge": "7d", "certifications": ["none"]},
    "custom": {},
    "unused-app-30": {"unusedFor": "30d"},
    "unused-credentials": {"unusedFor": "30d"},
    "expiring-credentials": {"expiresWithin": "30d"},
}
"""The templates that there are, each with Microsoft's parameters and defaults."""
OUR_OWN = {("increase-in-users", "fewestUsers")}

OTHER_VALUES: dict[str, JsonValue] = {
    "unusedFor": "300d",
    "registrationAge": "1d",
    "bytesPerDay": "5GB",
    "increase": 100,
    "fewestUsers": 10,
    "risk": 100,
    "certifications": ["microsoft365Certified"],
    "expiresWithin": "90d",
}


def defaults_of(template: str) -> dict[str, Any]:
    parameters = TEMPLATES[template].policy.get("parameters", {})
    assert isinstance(parameters, dict)
    return {name: parameter["default"] for name, parameter in parameters.items() if isinstance(parameter, dict)}


PARAMETERS = [(template, name) for template in TEMPLATES for name in defaults_of(template)]


def made(template: str, parameters: dict[str, Any] | None = None, changes: PolicyBody | None = None) -> PolicyBody:
    return policy_from(TEMPLATES[template], "ours", None, parameters or {}, changes or {})


def problems_of(template: str, parameters: dict[str, Any], changes: PolicyBody | None = None) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as refused:
        made(template, parameters, changes)
    return refused.value.problems


def test_there_are_those_of_microsoft_with_its_defaults() -> None:
    assert TEMPLATES.keys() == MICROSOFTS.keys()
    for template, expected in MICROSOFTS.items():
        ours = {name: value for name, value in defaults_of(template).items() if (template, name) not in OUR_OWN}
        assert ours == expected, template


def test_no_bundled_policy_takes_the_id_that_a_template_would_give() -> None:
    assert TEMPLATES.keys().isdisjoint(one.policy.id for one in load_bundled())


def test_a_file_is_named_after_its_template() -> None:
    assert {name for name, _ in template_texts()} == {f"{template}.yaml" for template in TEMPLATES}


@pytest.mark.parametrize("template", TEMPLATES)
def test_with_its_defaults_it_makes_a_policy_that_satisfies_all_checks(template: str) -> None:
    body = {"attack": ["T1078"], **made(template)}
    text = msgspec.json.encode(body).decode()
    assert [str(problem) for problem in check_texts([("ours.yaml", text)])] == []
    assert body.get("attack") == TEMPLATES[template].policy.get("attack", ["T1078"])


@pytest.mark.parametrize(("template", "name"), PARAMETERS)
def test_a_parameter_decides_and_is_described(template: str, name: str) -> None:
    """The examples that another value turns around are left out: they would be untrue."""
    parameter = parse_policy(made(template)).parameters[name]
    assert parameter.description.endswith(".")
    changed = made(template, {name: OTHER_VALUES[name]})
    assert changed["parameters"][name]["default"] == OTHER_VALUES[name]
    assert len(changed["tests"]) < len(made(template)["tests"])
    assert list(failed_tests(parse_policy(changed), LISTS)) == []


@pytest.mark.parametrize(("template", "name"), PARAMETERS)
def test_the_default_itself_changes_nothing(template: str, name: str) -> None:
    assert made(template, {name: defaults_of(template)[name]}) == made(template)


def test_title_and_id_are_chosen() -> None:
    body = policy_from(TEMPLATES["unused-app"], "nobody-uses-it", "Nobody uses it", {}, {})
    policy = parse_policy(body)
    assert (policy.id, policy.title) == ("nobody-uses-it", "Nobody uses it")
    assert parse_policy(made("unused-app")).title == "Unused app"


def test_state_severity_scope_actions_and_resolving_are_chosen_as_well() -> None:
    app_id = "11111111-1111-4111-8111-111111111111"
    body = made(
        "unused-app",
        changes={
            "state": "audit",
            "severity": "high",
            "autoResolve": False,
            "scope": {"except": [app_id]},
            "actions": [{"do": "disableApp"}],
        },
    )
    policy = parse_policy(body)
    assert (policy.state, policy.alert.severity, policy.alert.auto_resolve) == ("audit", "high", False)
    assert policy.alert.title == "{app} is not used any more"
    assert policy.scope is not None
    assert policy.scope.except_ == (app_id,)
    assert [action.do for action in policy.actions] == ["disableApp"]
    assert list(failed_tests(policy, LISTS)) == []


def test_making_a_policy_leaves_the_template_as_it_is() -> None:
    before = TEMPLATES["unused-app"].model_dump_json()
    made("unused-app", {"unusedFor": "10d"}, {"state": "audit", "severity": "high"})
    assert TEMPLATES["unused-app"].model_dump_json() == before


def test_a_custom_policy_takes_any_condition_and_no_examples_of_another() -> None:
    condition = {"not": {"app.publisher.verified": {"eq": True}}}
    body = made("custom", changes={"when": condition})
    assert (body["when"], body["tests"]) == (condition, [])
    bind_policy(parse_policy(body), vocabulary=VOCABULARY, lists=LISTS)


def test_only_a_custom_policy_takes_a_condition() -> None:
    (problem,) = problems_of("unused-app", {}, {"when": {"app.enabled": {"eq": True}}})
    assert problem.path == ("when",)
    assert problem.text.startswith("when cannot be changed here; what can be given beside parameters is actions, ")
    assert [template.id for template in TEMPLATES.values() if template.category == CUSTOM] == ["custom"]


@pytest.mark.parametrize(
    ("template", "parameters", "fix"),
    [
        ("unused-app", {"unusedfor": "10d"}, "unknown parameter unusedfor; did you mean unusedFor?"),
        ("custom", {"days": 3}, "unknown parameter days"),
        ("unused-app", {"unusedFor": 90}, "unusedFor is text, such as 90d"),
        (
            "unused-app",
            {"unusedFor": "90 days"},
            "unusedFor: app.unusedFor takes a duration such as 7d, 12h, 30m or 90s, not '90 days'",
        ),
        ("new-high-risk-app", {"risk": "high"}, "risk is a number, such as 70"),
        ("new-high-risk-app", {"risk": True}, "risk is a number, such as 70"),
        ("new-high-risk-app", {"risk": None}, "risk is a number, such as 70"),
        (
            "new-app-high-data-usage",
            {"bytesPerDay": "1 GB"},
            "bytesPerDay: app.bytesPerDay takes a number or a size such as 1GB, not '1 GB'",
        ),
        ("new-uncertified-app", {"certifications": "none"}, 'certifications is a list, such as ["none"]'),
        ("new-uncertified-app", {"certifications": ["none", 3]}, 'certifications is a list, such as ["none"]'),
        (
            "new-uncertified-app",
            {"certifications": []},
            "certifications: write a list with at least one value, or {list: NAME}",
        ),
    ],
)
def test_a_bad_parameter_is_refused_with_its_name_and_the_fix(
    template: str, parameters: dict[str, Any], fix: str
) -> None:
    (problem,) = problems_of(template, parameters)
    assert problem.path == ("parameters", *parameters)
    assert problem.text == fix


def test_a_value_that_the_fact_does_not_have_is_refused() -> None:
    (problem,) = problems_of("new-uncertified-app", {"certifications": ["gold"]})
    assert problem.path == ("parameters", "certifications")
    assert problem.text.startswith("certifications: 'gold' is no value of app.certification")


def test_each_bad_parameter_is_told_at_once() -> None:
    problems = problems_of("increase-in-users", {"increase": "much", "fewestUsers": [], "share": 5})
    assert [problem.path for problem in problems] == [
        ("parameters", "increase"),
        ("parameters", "fewestUsers"),
        ("parameters", "share"),
    ]


@pytest.mark.parametrize(
    "changes", [{"state": "on"}, {"severity": "extreme"}, {"scope": {}}, {"actions": [{"do": "deleteTenant"}]}]
)
def test_a_bad_change_is_refused_at_its_key(changes: PolicyBody) -> None:
    (problem, *_) = problems_of("unused-app", {}, changes)
    assert problem.path[0] == next(iter(changes))


def test_a_template_with_an_unknown_key_is_refused_with_its_file() -> None:
    text = "id: x\ncategory: usage\ntitle: X\ndescription: X.\npolicy: {}\nowner: me\n"
    with pytest.raises(PolicyError) as refused:
        parse_template(text, "x.yaml")
    (problem,) = refused.value.problems
    assert (problem.file, problem.path) == ("x.yaml", ("owner",))
    assert "the keys are category, description, id, policy, title" in problem.text
