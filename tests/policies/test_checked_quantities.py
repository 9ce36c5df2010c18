"""Values that could never fit, or would fit always, are refused with their place, before anything is judged by them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.domain.app_activity import AppActivity
from shared.domain.apps import App
from shared.policies.errors import PolicyError
from shared.policies.loader import parse_policy
from shared.policies.model import Policy
from shared.policies.ruleset import RuleSet, compile_policies
from shared.policies.templates import load_templates, policy_from

NOW = datetime(2026, 3, 3, tzinfo=UTC)
TEMPLATES = load_templates()


def rules(when: object) -> RuleSet:
    return compile_policies([policy(when)])


def policy(when: object) -> Policy:
    return parse_policy({"id": "one", "kind": "app", "when": when})


def of_credentials(test: dict[str, object]) -> object:
    return {"any": {"of": "app.credentials", "where": test}}


@pytest.mark.parametrize(
    ("when", "place"),
    [
        ({"app.created": {"olderThan": "999999d"}}, "when.app.created.olderThan"),
        (of_credentials({"expires": {"newerThan": "-36501d"}}), "when.any.where.expires.newerThan"),
        ({"app.unusedFor": {"gt": "-7d"}}, "when.app.unusedFor.gt"),
        ({"app.lastUsed": {"olderThan": "-1s"}}, "when.app.lastUsed.olderThan"),
        (of_credentials({"lastUsed": {"olderThan": "-30d"}}), "when.any.where.lastUsed.olderThan"),
        ({"app.risk": {"gt": 700}}, "when.app.risk.gt"),
        ({"app.risk": {"gt": -1}}, "when.app.risk.gt"),
        ({"app.errorRate": {"ge": 100.5}}, "when.app.errorRate.ge"),
    ],
    ids=str,
)
def test_a_value_that_makes_no_sense_is_refused_where_it_stands(when: object, place: str) -> None:
    with pytest.raises(PolicyError) as refused:
        rules(when)
    [problem] = refused.value.problems
    assert str(problem).startswith(f"one {place}: ")


@pytest.mark.parametrize(
    "when",
    [
        {"app.created": {"olderThan": "36500d"}},
        {"app.unusedFor": {"ge": "0s"}},
        {"app.risk": {"gt": 100}},
        {"app.bytesPerDay": {"gt": "999999TB"}},
        of_credentials({"expires": {"olderThan": "-36500d", "newerThan": "36500d"}}),
    ],
    ids=str,
)
def test_the_farthest_values_are_judged(when: object) -> None:
    app = App(app_id="11111111-0000-0000-0000-000000000001", created=NOW - timedelta(days=1))
    reasons = {entry.reason for entry in rules(when).judge_app(app, NOW).not_evaluated}
    assert not any(reason.startswith("error") for reason in reasons)


@pytest.mark.parametrize(
    ("template", "parameter", "value"),
    [
        ("unused-app", "unusedFor", "-7d"),
        ("unused-credentials", "unusedFor", "999999d"),
        ("new-app-high-data-usage", "registrationAge", "-7d"),
        ("new-high-risk-app", "risk", 101),
    ],
)
def test_a_template_refuses_them_by_the_name_of_the_parameter(template: str, parameter: str, value: object) -> None:
    with pytest.raises(PolicyError) as refused:
        policy_from(TEMPLATES[template], "own", None, {parameter: value}, {})
    assert {problem.path for problem in refused.value.problems} == {("parameters", parameter)}


@pytest.mark.parametrize(
    "when",
    [
        {"app.consentingUsers": {"anyOf": ["Ada@Contoso.example"]}},
        {"app.labelsAccessed": {"allOf": ["DEFA4170-0D19-0005-000A-BC88714345D2"]}},
    ],
    ids=str,
)
def test_ids_that_are_kept_in_lower_case_are_found_however_they_are_written(when: object) -> None:
    app = App(
        app_id="11111111-0000-0000-0000-000000000001",
        consenting_users=("ada@contoso.example",),
        activity=AppActivity(through=date(2026, 3, 1), labels=("defa4170-0d19-0005-000a-bc88714345d2",)),
    )
    assert len(rules(when).judge_app(app, NOW).findings) == 1
