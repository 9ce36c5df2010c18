"""What a policy keeps of its rule, and which events it waits for."""

from shared.policies.loader import parse_policy
from shared.policies.model import Kind
from shared.policies.ruleset import compile_policies
from shared.policies.sigma import converted

RULE = """
title: Keys for {app} & others
id: 0a1b2c3d-1111-2222-3333-444455556666
name: keys
status: test
level: critical
author: A. Author
description: Somebody adds a key.
license: DRL 1.1
references: [https://learn.contoso.example/keys]
falsepositives: [Rotation]
tags: [attack.persistence, attack.T1098.001, attack.t1098.001]
logsource: {product: azure, service: auditlogs}
detection:
  selection: {operationName: Add service principal credentials}
  condition: selection
"""
COUNTED = """
---
title: Many keys
level: low
correlation:
  type: value_count
  rules: [keys]
  group-by: [InitiatedBy]
  timespan: 1h
  condition: {gte: 5, field: UserAgent}
"""


def test_what_a_rule_says_of_itself_is_kept() -> None:
    (body,), problems = converted("keys.yml", RULE)
    policy = parse_policy(body)
    assert not problems
    assert policy.id == "sigma-keys-for-app-others-0a1b2c3d"
    assert policy.alert.severity == "high"
    assert policy.attack == ("T1098.001",)
    assert policy.false_positives == ("Rotation",)
    assert policy.sources == ("https://learn.contoso.example/keys",)
    assert policy.licence == "DRL 1.1"
    assert policy.description is not None
    assert policy.description.endswith("Sigma rule 0a1b2c3d-1111-2222-3333-444455556666 by A. Author.")


def test_rules_of_one_title_have_ids_of_their_own() -> None:
    anonymous = RULE.replace("id: 0a1b2c3d-1111-2222-3333-444455556666\n", "")
    policies, _ = converted("two.yml", f"{anonymous}---{anonymous.replace('Rotation', 'Tests')}")
    assert len({one["id"] for one in policies}) == 2


def test_a_rule_that_is_counted_becomes_a_window() -> None:
    (body,), problems = converted("keys.yml", RULE + COUNTED)
    policy = parse_policy(body)
    assert not problems
    assert (policy.kind, policy.by, policy.within) == (Kind.WINDOW, ("event.actor.name",), "1h")
    assert policy.having is not None
    assert (policy.having.distinct, policy.having.ge) == ("event.userAgent", 5)
    assert compile_policies([policy]).activities >= {"credential.added"}


def test_a_rule_that_is_counted_and_generates_stays_a_policy_as_well() -> None:
    policies, _ = converted("keys.yml", RULE + COUNTED.replace("  timespan", "  generate: true\n  timespan"))
    assert [one["kind"] for one in policies] == ["event", "window"]


def test_other_correlations_are_refused_with_the_reason() -> None:
    for old, new, reason in (
        ("value_count", "temporal", "type temporal"),
        ("[keys]", "[keys, others]", "of one rule"),
        ("[keys]", "[others]", "no rule others"),
        ("gte: 5", "lt: 5", "one lower bound"),
        ("gte: 5", "gte: many", "whole number"),
        ("UserAgent", "LoggedByService", "no single fact"),
        ("group-by: [InitiatedBy]", "group-by: []", "add group-by"),
        ("1h", "soon", "the timespan"),
    ):
        _, problems = converted("keys.yml", RULE + COUNTED.replace(old, new))
        assert any(reason in problem.text for problem in problems), reason


def test_an_operation_that_is_no_activity_of_ours_is_looked_for_among_the_others() -> None:
    (body,), _ = converted("r.yml", RULE.replace("Add service principal credentials", "Reset user password"))
    assert body["on"] == ["other"]


def test_mail_of_other_workloads_than_exchange_is_other() -> None:
    rule = RULE.replace("azure, service: auditlogs", "m365, service: audit").replace("operationName", "Operation")
    (body,), _ = converted("r.yml", rule.replace("Add service principal credentials", "Send"))
    assert body["on"] == ["mail.sent", "other"]


def test_a_workload_of_the_directory_is_that_of_events_without_a_service() -> None:
    rule = RULE.replace("azure, service: auditlogs", "m365, service: audit").replace("operationName", "Operation")
    (body,), _ = converted("r.yml", rule.replace("{Operation:", "{Workload: AzureActiveDirectory, Operation:"))
    assert {"ifApplicable": {"event.service": {"eq": "directory"}}} in body["when"]["all"]
    compile_policies([parse_policy(body)])


def test_a_sign_in_is_interactive_or_of_another_kind() -> None:
    rule = RULE.replace("auditlogs", "signinlogs")
    asked = "{operationName: Add service principal credentials}"
    texts = [rule.replace(asked, f"{{IsInteractive: {answer}}}") for answer in ("true", "false")]
    conditions = [converted("r.yml", text)[0][0]["when"] for text in texts]
    interactive = {"event.signInKind": {"eq": "interactiveUser"}}
    assert conditions == [interactive, {"not": interactive}]


def test_splunks_sign_for_several_is_none_of_the_name() -> None:
    asked = "TargetResources{}.ModifiedProperties{}.NewValue|contains"
    (body,), _ = converted("r.yml", RULE.replace("{operationName:", f"{{'{asked}': x, operationName:"))
    assert {"any": {"of": "event.changes", "where": {"after": {"contains": "x"}}}} in body["when"]["all"]


ACTIONS = """
action: global
title: Of many
id: 0a1b2c3d-1111-2222-3333-444455556666
level: high
logsource: {product: azure, service: auditlogs}
detection: {condition: s}
---
detection: {s: {operationName: Add application}}
---
action: repeat
title: Another
---
action: reset
---
title: By itself
"""


def test_rules_take_over_what_is_said_for_all_of_them() -> None:
    bodies, problems = converted("many.yml", ACTIONS)
    assert [(body["title"], body["alert"]["severity"]) for body in bodies] == [("Of many", "high"), ("Another", "high")]
    assert len({body["id"] for body in bodies}) == 2
    assert [(problem.line, problem.text) for problem in problems] == [(16, "By itself: the rule has no logsource")]


def test_alerts_of_defender_are_known_by_their_titles() -> None:
    rule = RULE.replace("azure, service: auditlogs", "m365, service: threat_management")
    item = "{eventSource: SecurityComplianceCenter, eventName: Odd app, status: success}"
    (body,), _ = converted("r.yml", rule.replace("{operationName: Add service principal credentials}", item))
    assert body["on"] == ["defender.alert"]
    assert body["when"] == {"event.foreignAlert.title": {"eq": "Odd app"}}
