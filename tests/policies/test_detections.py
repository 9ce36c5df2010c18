"""What the bundled detections say together, and what they say of records as the services write them."""

from typing import Any

import pytest

from local.policies.record_checks import record_problems
from shared.domain.activities import Activity
from shared.domain.findings import Finding
from shared.domain.severities import Severity
from shared.policies.examples import events_of
from shared.policies.lists import load_lists
from shared.policies.loader import load_catalogue
from shared.policies.model import Kind, Policy, PolicyTest
from shared.policies.ruleset import compile_policies
from shared.policies.trials import play

type Raw = dict[str, Any]

CATALOGUE = load_catalogue()
ON_EVENTS = [policy for policy in CATALOGUE if policy.kind is not Kind.APP]
SIGN_IN_SCOPES = ["openid", "profile", "User.Read"]
GITHUB = {"kind": "federated", "issuer": "https://token.actions.githubusercontent.com", "subject": "repo:contoso/site"}
BENIGN: list[Raw] = [
    {"activity": "servicePrincipal.added"},
    {"activity": "consent.granted", "consentType": "Principal", "scopes": {"after": SIGN_IN_SCOPES}},
    {"activity": "grant.added", "consentType": "Principal", "scopes": {"after": [*SIGN_IN_SCOPES, "Calendars.Read"]}},
    {"activity": "grant.added", "consentType": "AllPrincipals", "scopes": {"after": SIGN_IN_SCOPES}},
    {"activity": "grant.changed", "scopes": {"before": ["User.Read"], "after": SIGN_IN_SCOPES}},
    {"activity": "appRole.granted", "appRole": "User.Read.All"},
    {"activity": "appRole.assignedToUser", "user": "44444444-4444-4444-8444-444444444444"},
    {"activity": "app.added", "times": 4, "every": "10m", "app": {"displayName": "build-{n}"}},
    {"activity": "app.permissionsRequested", "scopes": {"after": ["User.Read", "Mail.Send"]}},
    {"activity": "credential.added", "at": "1d", "credentialsAdded": [{"kind": "secret"}]},
    {"activity": "credential.removed", "at": "2d", "credentialsRemoved": [{"kind": "secret"}]},
    {"activity": "federatedCredential.added", "at": "3d", "credentialsAdded": [GITHUB]},
    {"activity": "owner.added", "at": "4d", "user": "44444444-4444-4444-8444-444444444444"},
    {"activity": "mail.accessed", "at": "5d", "app": {"appId": "27922004-5251-4030-b22d-91ecd9a37ea4"}},
    {"activity": "mail.accessed", "at": "6d", "app": {"appId": "66666666-6666-4666-8666-666666666666"}},
    {"activity": "signIn", "at": "7d", "signInKind": "servicePrincipal", "errorCode": 0},
]


@pytest.mark.parametrize("policy", ON_EVENTS, ids=lambda policy: policy.id)
def test_a_detection_judges_records_of_every_form_as_it_judges_their_facts(policy: Policy) -> None:
    assert list(record_problems(policy, load_lists())) == []


def test_a_benign_month_raises_nothing_above_low() -> None:
    findings = _judge(BENIGN)
    assert {finding.policy_id for finding in findings} == {
        "credential-added",
        "manifest-gains-privilege",
        "mail-read-by-app",
    }
    assert all(finding.severity.rank <= Severity.LOW.rank for finding in findings)


@pytest.mark.parametrize(
    ("activity", "before", "expected"),
    [(Activity.GRANT_ADDED, [], "tenant-wide-grant"), (Activity.GRANT_CHANGED, ["User.Read"], "grant-grows")],
)
def test_one_grant_raises_one_alert(activity: Activity, before: list[str], expected: str) -> None:
    scopes = {"before": before, "after": ["User.Read", "Mail.Read"]}
    findings = _judge([{"activity": activity, "consentType": "AllPrincipals", "scopes": scopes}])
    assert [finding.policy_id for finding in findings] == [expected]


def test_every_permission_of_the_lists_counts_when_it_is_consented_to() -> None:
    lists = load_lists()
    for scope in (*lists["riskyScopes"], *lists["tier0AppRoles"]):
        findings = _judge([{"activity": "consent.granted", "scopes": {"after": ["User.Read", scope]}}])
        assert "risky-consent" in {finding.policy_id for finding in findings}, scope


def test_the_standing_alert_of_an_app_that_reads_mail_is_one_series() -> None:
    findings = _judge([{"activity": "mail.accessed", "times": 5, "every": "1d"}])
    assert len({(finding.policy_id, finding.group) for finding in findings}) == 1
    assert len(findings) == 5


def _judge(raw: list[Raw]) -> tuple[Finding, ...]:
    """What all detections say of these events, written as the tests of a policy are."""
    test = PolicyTest.model_validate({"name": "events", "fires": True, "events": tuple(raw)})
    return play(compile_policies(CATALOGUE), events_of(test), None).findings
