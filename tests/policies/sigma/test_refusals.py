"""What cannot be said in our language is refused rule by rule, with the reason and its place."""

import sys
from subprocess import run

import pytest

from shared.policies.sigma import converted

LOGS = {
    "audits": "{product: azure, service: auditlogs}",
    "sign-ins": "{product: azure, service: signinlogs}",
    "risks": "{product: azure, service: riskdetection}",
    "unified": "{product: m365, service: audit}",
}


def rule(log: str, item: str, condition: str = "s") -> str:
    return f"title: A rule\nlogsource: {LOGS[log]}\ndetection:\n  s:\n    {item}\n  condition: {condition}\n"


@pytest.mark.parametrize(
    ("log", "item", "reason"),
    [
        ("audits", "LoggedByService: Core Directory", "do not keep the field LoggedByService"),
        ("audits", "Category: UserManagement", "are known, not UserManagement"),
        ("audits", "Category: RoleManagement", "name operations, of which it is known"),
        ("audits", "UserAgent|re: python", "add the modifier i"),
        ("audits", "UserAgent|re|i: '(a+)+b'", "the pattern"),
        ("audits", "UserAgent|re|i|m: a", "only i is accepted"),
        ("audits", "UserAgent: a*b*c", "the pattern"),
        ("audits", "UserAgent|cased: X", "without regard to case"),
        ("audits", "UserAgent|windash|contains: ' -x'", "Expansion"),
        ("audits", "UserAgent|fieldref: Result", "FieldReference"),
        ("audits", "UserAgent|expand: '%tools%'", "placeholder"),
        ("audits", "UserAgent|nonsense: x", "pySigma refuses"),
        ("audits", "UserAgent|gt: 5", "is no number"),
        ("audits", "'|contains': x", "keywords"),
        ("audits", "Result: maybe", "none of success, failure"),
        ("sign-ins", "ConditionalAccessStatus: success", "do not keep the field ConditionalAccessStatus"),
        ("sign-ins", "ResultType: Success", "is a number"),
        ("sign-ins", "IPAddress|cidr: 10.0.0.0/8", "more than 256 addresses"),
        ("sign-ins", "Location|contains: x", "compared whole"),
        ("sign-ins", "Location: Norway", "not a country of two letters"),
        ("sign-ins", "Location: <countries you operate in>", "only its author knows"),
        ("sign-ins", "AppId: your app", "not a GUID"),
        ("sign-ins", "IPAddress: 192.0.2.300", "not an IP address"),
        ("sign-ins", "OperationName: Sign-out", "another operation than Sign-in activity"),
        ("risks", "riskEventType: unfamiliarFeatures", "and not for users"),
        ("unified", "Workload: PowerBI", "events keep no other"),
    ],
)
def test_it_is_refused_with_the_reason_and_the_line(log: str, item: str, reason: str) -> None:
    policies, problems = converted("rule.yml", rule(log, item))
    assert not policies
    assert reason in problems[0].text
    assert problems[0].file == "rule.yml"
    assert problems[0].line in (3, 5)


def test_a_rule_that_can_never_match_is_refused() -> None:
    text = rule("sign-ins", "{ResultType: 50126, ResultType|gt: 60000}")
    policies, problems = converted("rule.yml", text)
    assert not policies
    assert "A rule: event.errorCode gt 60000 never holds together with" in problems[0].text


@pytest.mark.parametrize("place", ["s and not f", "s and f", "s or f"])
def test_a_field_that_events_do_not_keep_is_never_dropped(place: str) -> None:
    text = rule("audits", "operationName: Delete group", place).replace("  condition", "  f: {Kept: no}\n  condition")
    policies, problems = converted("rule.yml", text)
    assert not policies
    assert (problems[0].line, problems[0].path[-1]) == (6, "Kept")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title: t", "no logsource"),
        ("title: t\nlogsource: {product: windows, service: security}", "the log windows security is not read"),
        ("title: t\nlogsource: {product: azure, service: auditlogs}", "no detection"),
        ("title: t\nlogsource: {product: azure, service: auditlogs}\nfilter: {rules: [a]}", "filters have no"),
        ("logsource: {product: azure, service: auditlogs}\ndetection: {s: {Result: x}, condition: s}", "none of"),
        ("title: t\nlogsource: {product: azure, service: auditlogs}\ndetection: {condition: s}", "pySigma"),
        ("title: t\nlogsource: {product: azure, service: auditlogs}\ndetection: {s: 5, condition: s}", "keywords"),
        ("title: t\nlogsource: {product: azure, service: auditlogs}\ndetection: {s: {Result: failure}}", "no text"),
        ("- a\n- b", "has keys"),
        ("a: &x 1\nb: *x", "anchors"),
        ("a: [", "not YAML"),
    ],
)
def test_what_is_no_rule_is_refused(text: str, reason: str) -> None:
    policies, problems = converted("rule.yml", text)
    assert not policies
    assert reason in str(problems[0])


@pytest.mark.parametrize(
    "condition", ["(" * 300 + "s" + ")" * 300, "not " * 400 + "s", "s and " * 500 + "s", "s |x", "t"]
)
def test_a_hostile_condition_is_refused_in_good_time(condition: str) -> None:
    policies, problems = converted("rule.yml", rule("audits", "Result: failure", condition))
    assert not policies
    assert problems


def test_a_timeframe_without_a_count_is_not_passed_over() -> None:
    text = rule("audits", "Result: failure").replace("  condition", "  timeframe: 1h\n  condition")
    (problem,) = converted("rule.yml", text)[1]
    assert (problem.line, problem.path) == (6, ("detection", "timeframe"))
    assert "correlations" in problem.text


def test_a_condition_that_multiplies_is_refused_before_it_is_read() -> None:
    names = "".join(f"  s{number}: {{UserAgent: agent{number}}}\n" for number in range(400))
    text = rule("audits", "Result: failure", " and ".join(["1 of s*"] * 150)).replace(
        "  condition", f"{names}  condition"
    )
    policies, (problem,) = converted("rule.yml", text)
    assert not policies
    assert "more comparisons than are taken" in problem.text


def test_one_refused_rule_leaves_the_others() -> None:
    good, bad = rule("audits", "operationName: Delete group"), rule("audits", "Unknown: x")
    policies, problems = converted("rules.yml", f"{bad}---\n{good}--- # the last one\n{bad}")
    assert len(policies) == 1
    assert [problem.line for problem in problems] == [5, 19]


def test_nothing_else_imports_pysigma() -> None:
    code = "import sys, shared.bootstrap, shared.policies.sigma; sys.exit('sigma' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0
