"""A policy that could never meet its record is found out."""

import pytest

from local.policies.record_checks import record_problems
from shared.policies.lists import load_lists
from shared.policies.loader import load_policies

HEAD = """
id: example
kind: event
alert: {severity: low}
"""


def problems_of(text: str) -> list[str]:
    (policy,) = load_policies(HEAD + text)
    return list(record_problems(policy, load_lists()))


def test_a_sound_policy_has_no_problems() -> None:
    assert (
        problems_of("""
on: [appRole.granted]
when: {event.appRole: {eq: Mail.Read}}
tests: [{name: mail, fires: true, event: {activity: appRole.granted, appRole: Mail.Read}}]
""")
        == []
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """
on: [mail.accessed]
when: {event.country: {eq: FR}}
tests: [{name: abroad, fires: true, event: {activity: mail.accessed, client: {country: FR}}}]
""",
            "client.country does not come back",
        ),
        (
            """
on: [grant.changed]
when: {event.succeeded: {eq: true}}
tests: [{name: grows, fires: true, event: {activity: grant.changed, scopes: {after: [Mail.Read]}}}]
""",
            "activity (it is grant.added) does not come back",
        ),
        (
            """
on: [credential.added]
when: {event.succeeded: {eq: true}}
tests: [{name: some key, fires: true, event: {activity: credential.added}}]
""",
            "give credentialsAdded",
        ),
    ],
    ids=["a fact that no record carries", "an activity that its facts contradict", "too little for a record"],
)
def test_an_example_that_no_record_tells_is_a_problem_in_every_form(text: str, expected: str) -> None:
    problems = problems_of(text)
    for form in ("Microsoft Graph", "Log Analytics", "unified audit log"):
        assert any(form in problem and expected in problem for problem in problems), problems


def test_a_fact_that_one_log_leaves_out_is_a_problem_there_only() -> None:
    problems = problems_of("""
on: [app.deleted]
when: {event.ipAddress: {eq: 192.0.2.1}}
tests:
  - name: from one address
    fires: true
    event: {activity: app.deleted, actor: {kind: user, name: a@contoso.example}, client: {ipAddress: 192.0.2.1}}
""")
    assert problems == ["test 'from one address' as records of unified audit log: does not fire"]
