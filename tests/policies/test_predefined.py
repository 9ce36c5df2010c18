"""The predefined policies: each of Microsoft's has its own here, or shares one that says so."""

import pytest

from shared.domain.policy_book import PolicySource
from shared.domain.severities import Severity
from shared.policies.model import Kind, Policy, State
from shared.policies.policy_entries import PREDEFINED_GROUP, load_bundled
from shared.policies.templates import load_templates

MICROSOFTS = {
    "Increase in data usage by an overprivileged or highly privileged app": "increase-in-data-usage",
    "Unusual activity from an app with priority account consent": "priority-app-unusual-activity",
    "New app with low consent rate": "new-app-low-consent-rate",
    "Spike in Graph API calls made to OneDrive": "spike-onedrive",
    "Spike in Graph API calls made to SharePoint": "spike-sharepoint",
    "Spike in Graph API calls made to Exchange": "spike-exchange",
    "Suspicious app with access to multiple Microsoft 365 services": "several-services-after-credential-change",
    "High volume of inbox rule creation activity by an app": "inbox-rule-volume",
    "High volume of email search activity by an app": "mail-search-volume",
    "High volume of email sending activity by an app": "mail-sending-volume",
    "Access to sensitive data": "access-to-sensitive-data",
    "App created recently has low consent rate": "new-app-low-consent-rate",
    "Increase in app API calls to EWS": "spike-ews",
    "Unused app": "monitor-unused-apps",
    "Unused credentials": "monitor-unused-credentials",
    "Expiring credentials": "monitor-expiring-credentials",
    "Monitor unused apps": "monitor-unused-apps",
}
"""All seventeen, in Microsoft's words, with the policy that stands for each."""

INACTIVE = {
    *("increase-in-data-usage", "priority-app-unusual-activity", "access-to-sensitive-data"),
    *("monitor-unused-apps", "monitor-unused-credentials", "monitor-expiring-credentials"),
}
"""The first three are inactive in Microsoft's product, and the last three behind a licence."""

PREDEFINED = {one.policy.id: one.policy for one in load_bundled() if one.group == PREDEFINED_GROUP}
TEMPLATES = load_templates()


def test_each_of_microsofts_seventeen_policies_has_its_own() -> None:
    assert len(MICROSOFTS) == 17
    assert set(MICROSOFTS.values()) == PREDEFINED.keys()


def test_a_policy_bears_the_name_of_the_one_it_stands_for() -> None:
    by_policy: dict[str, list[str]] = {}
    for name, policy_id in MICROSOFTS.items():
        by_policy.setdefault(policy_id, []).append(name)
    for policy_id, names in by_policy.items():
        assert any(name.split()[-1] in str(PREDEFINED[policy_id].title) for name in names), policy_id


def test_they_are_predefined_and_not_detections() -> None:
    sources = {one.source for one in load_bundled() if one.policy.id in PREDEFINED}
    assert sources == {PolicySource.PREDEFINED}


def test_their_state_is_that_of_microsofts() -> None:
    assert {policy.id for policy in PREDEFINED.values() if policy.state is State.INACTIVE} == INACTIVE
    assert {policy.state for policy in PREDEFINED.values()} == {State.ACTIVE, State.INACTIVE}


@pytest.mark.parametrize("policy", PREDEFINED.values(), ids=lambda policy: policy.id)
def test_they_are_of_medium_severity_and_only_raise_alerts(policy: Policy) -> None:
    assert policy.alert.severity is Severity.MEDIUM
    assert policy.actions == ()
    assert policy.scope is None


@pytest.mark.parametrize("policy", PREDEFINED.values(), ids=lambda policy: policy.id)
def test_a_threshold_is_a_parameter_with_its_meaning(policy: Policy) -> None:
    assert policy.parameters
    for name, parameter in policy.parameters.items():
        assert parameter.description.endswith("."), name
        assert isinstance(parameter.default, tuple) or parameter.unit, name


def test_where_no_baseline_is_learnt_yet_the_spikes_stay_silent() -> None:
    spikes = [policy for policy in PREDEFINED.values() if policy.id.startswith("spike-")]
    assert len(spikes) == 4
    for policy in spikes:
        assert any(not test.fires and "knows" in test.name for test in policy.tests), policy.id


def test_those_of_hygiene_ask_what_their_templates_ask() -> None:
    for policy_id in sorted(INACTIVE):
        template = TEMPLATES.get(policy_id.removeprefix("monitor-").replace("-apps", "-app"))
        if policy_id.startswith("monitor-"):
            assert template is not None, policy_id
            assert PREDEFINED[policy_id].when == template.policy["when"]
            assert PREDEFINED[policy_id].kind is Kind.APP
            assert PREDEFINED[policy_id].alert.auto_resolve
