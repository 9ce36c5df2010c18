"""What the language accepts and refuses, and that each refusal says where and what to do."""

import pytest

from shared.policies.errors import PolicyError
from shared.policies.loader import load_policies
from shared.policies.model import Kind
from shared.policies.ruleset import compile_policies

LISTS = {"riskyScopes": ("Mail.Read",)}

DESIGN = """
- id: new-risky-app
  kind: app
  alert: {by: [app.appId], severity: high}
  when:
    all:
      - {app.age: {lt: 7d}}
      - {app.privilege: {eq: high}}
      - not: {app.publisher.verified: {eq: true}}
      - any: {of: app.credentials, where: {all: [{type: {eq: secret}}, {lifetime: {gt: 180d}}]}}
- id: tenant-wide-mail-grant
  kind: event
  on: [grant.added, grant.changed]
  alert: {by: [app.appId, event.resourceAppId], severity: medium}
  when: {all: [{event.consentType: {eq: AllPrincipals}}, {event.scopes.added: {anyOf: [Mail.Read, Mail.ReadWrite]}}]}
- id: mass-mail-read
  kind: window
  on: [mail.accessed]
  by: [app.appId]
  within: 1h
  having: {distinct: event.mailbox, gt: {baseline: app.mailboxesPerHour, times: 5, atLeast: 50}}
- id: secret-then-mail
  kind: sequence
  by: [app.appId]
  within: 24h
  steps:
    - {as: secret, on: [credential.added]}
    - {as: read, on: [mail.accessed], when: {event.country: {notIn: {baseline: app.countries}}}}
"""


def app(when: str, more: str = "") -> str:
    return f"{{id: p, kind: app, when: {when}{more}}}"


def problem(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        load_policies(text, "p.yaml", lists=LISTS)
    return str(caught.value)


def test_a_policy_of_each_kind_loads_and_compiles() -> None:
    policies = load_policies(DESIGN, lists=LISTS)
    assert [policy.kind for policy in policies] == [Kind.APP, Kind.EVENT, Kind.WINDOW, Kind.SEQUENCE]
    rules = compile_policies(policies, lists=LISTS)
    assert rules.activities == {"grant.added", "grant.changed", "mail.accessed", "credential.added"}


def test_an_error_names_file_line_policy_key_and_fix() -> None:
    text = "- id: fine\n  kind: app\n  when: {app.enabled: {eq: true}}\n- id: typo\n  kind: app\n  when:\n    all:\n"
    text += "      - {app.enabeld: {eq: true}}\n"
    assert problem(text) == "p.yaml:8 typo when.all[0].app.enabeld: unknown fact app.enabeld; did you mean app.enabled?"


def test_every_broken_policy_of_a_file_is_reported() -> None:
    text = "- {id: a, kind: app}\n- {id: b, kind: app, when: {app.age: {lt: 7}}}\n- {id: c, kind: app, wehn: 1}\n"
    assert [line.split()[0] for line in problem(text).splitlines()] == ["p.yaml:1", "p.yaml:2", "p.yaml:3"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (app("{app.age: {lt: 7}}"), "takes a duration such as 7d"),
        (app("{app.age: {lt: 7 days}}"), "takes a duration such as 7d"),
        (app("{app.ownerCount: {gt: 1GB}}"), "takes a number of owners, not '1GB'"),
        (app("{app.ownerCount: {gt: true}}"), "takes a number of owners"),
        (app("{app.enabled: {eq: 1}}"), "is true or false"),
        (app("{app.appId: {in: [contoso]}}"), "app.appId is a GUID, which 'contoso' is not: it would never be equal"),
        (app('{app.enabled: {eq: "true"}}'), "is true or false"),
        (app("{app.displayName: {eq: 5}}"), "is text, not a number; put it in quotation marks"),
        (app("{app.origin: {eq: extrenal}}"), "did you mean external?"),
        (app("{app.age: {contains: x}}"), "has no operator contains; it has ge, gt, isNull, le, lt"),
        (app("{app.displayName: {like: x}}"), "unknown operator like"),
        (app('{app.displayName: {contains: ""}}'), "not empty"),
        (app("{app.displayName: {in: []}}"), "at least one value"),
        (app("{app.displayName: {in: x}}"), "write a list"),
        (app("{app.displayName: {in: {list: riskyScope}}}"), "unknown list riskyScope; did you mean riskyScopes?"),
        (app("{app.displayName: {eq: {parameter: gone}}}"), "unknown parameter gone"),
        (app("{app.displayName: {notIn: {baseline: app.towns}}}"), "unknown baseline app.towns"),
        (app("{app.displayName: {eq: {baseline: app.countries}}}"), "cannot be compared by eq"),
        (app("{app.ownerCount: {gt: {baseline: app.itemsPerHour, times: 2, plus: 1}}}"), "only one of"),
        (app('{app.displayName: {matches: "(a+)+$"}}'), "the pattern is refused"),
        (app("{app.credentials: {eq: 1}}"), "has no operator eq"),
        (app("{app.credentials: {count: {matches: x}}}"), "has no operator matches"),
        (app("{app.enabled: {eq: true}, app.age: {lt: 7d}}"), "one key, not 2"),
        (app("{all: []}"), "at least one condition"),
        (app("{any: {of: app.appId, where: {text: {eq: x}}}}"), "is no collection"),
        (app("{any: {of: app.credentials}}"), "where: CONDITION"),
        (app("{any: {of: app.credentials, where: {app.age: {lt: 7d}}}}"), "unknown fact app.age"),
        (app("{ifApplicable: {all: [{app.age: {lt: 7d}}, {app.enabled: {eq: true}}]}}"), "holds one fact"),
        (app("{event.country: {eq: NO}}"), "reads no events"),
        (app("{app.enabled: {eq: true}}", ", on: [signIn]"), "has no key on"),
        (app("{app.enabled: {eq: true}}", ", alert: {by: [app.credentials]}"), "holds many values"),
        (app("{app.enabled: {eq: true}}", ", Id: q"), "unknown key Id"),
        (app("{app.enabled: {eq: true}}", ', version: "1"'), "valid integer"),
        ("{id: Upper, kind: app, when: {app.enabled: {eq: true}}}", "should match pattern"),
        ("{id: p, kind: app}", "needs the key when"),
        ("{id: p, kind: event}", "needs the key on"),
        ("{id: p, kind: event, on: [signin]}", "did you mean signIn?"),
        ("{id: p, kind: window, on: [signIn], by: [app.appId], within: 1h}", "needs the key having"),
    ],
)
def test_a_mistake_is_refused_with_its_reason(text: str, complaint: str) -> None:
    assert complaint in problem(text)


def window(having: str, within: str = "1h") -> str:
    return f"{{id: p, kind: window, on: [mail.accessed], by: [app.appId], within: {within}, having: {having}}}"


@pytest.mark.parametrize("bound", ["lt: 5", "le: 5", "eq: 5", "gt: 1, ge: 2"])
def test_a_window_has_no_upper_bound_so_that_arrival_order_cannot_matter(bound: str) -> None:
    assert problem(window(f"{{count: events, {bound}}}"))


@pytest.mark.parametrize("within", ["0s", "-1h", "31d", "soon", "60"])
def test_within_is_positive_and_at_most_thirty_days(within: str) -> None:
    assert "within" in problem(window("{count: events, gt: 1}", within))


def test_steps_of_a_sequence_have_names_of_their_own() -> None:
    step = "{as: one, on: [signIn]}"
    text = f"{{id: p, kind: sequence, by: [app.appId], within: 1h, steps: [{step}, {step}]}}"
    assert "two steps are called one" in problem(text)
    assert "at least two steps" in problem(text.replace(f", {step}]", "]"))


def test_conditions_are_limited_in_depth_and_number() -> None:
    deep = "{not: " * 12 + "{app.enabled: {eq: true}}" + "}" * 12
    assert "more than 12 deep" in problem(app(deep))
    assert load_policies(app(deep[6:-1]), lists=LISTS)
    wide = "{any: [" + ", ".join(["{app.enabled: {eq: true}}"] * 500) + "]}"
    assert problem(app(wide)).count("more than 500 conditions") == 1
    wider = wide.replace("{any: [", "{any: [" + "{app.enabled: {eq: true}}, " * 90)
    assert problem(app(wider)).count("more than 500 conditions") == 1


def test_a_hundred_conditions_side_by_side_compile() -> None:
    wide = "{all: [" + ", ".join(["{app.ownerCount: {gt: 1}}"] * 100) + "]}"
    assert compile_policies(load_policies(app(wide), lists=LISTS), lists=LISTS).policies


@pytest.mark.parametrize(
    "name",
    [
        "__class__",
        "app.__class__",
        "app.app_id.__class__.__mro__",
        "{0.__class__}",
        "lambda: 0",
        "__import__('os').system('id')",
        "app.appId or True",
        "now",
        "event",
        "UNKNOWN",
        "k0",
    ],
)
def test_a_name_that_reaches_for_python_is_an_unknown_fact(name: str) -> None:
    quoted = '"' + name + '"'
    assert "unknown fact" in problem(app(f"{{{quoted}: {{eq: x}}}}"))
    assert "unknown fact" in problem(app(f"{{any: {{of: app.credentials, where: {{{quoted}: {{eq: x}}}}}}}}"))


@pytest.mark.parametrize("value", ["{0.__class__}", "'); import os #", '\\"+x+\\"', "%s%n", "${x}"])
def test_a_hostile_value_is_only_text(value: str) -> None:
    text = app(f'{{app.displayName: {{eq: "{value}"}}}}')
    assert compile_policies(load_policies(text, lists=LISTS), lists=LISTS).policies


def test_parameters_stand_for_values_lists_and_durations() -> None:
    text = """
id: p
kind: window
on: [grant.added]
by: [app.appId]
within: {parameter: span}
parameters:
  span: {default: 2h, description: How long.}
  scopes: {default: [Mail.Read], description: Which.}
  many: {default: 3, description: How many., unit: events}
when: {event.scopes.added: {anyOf: {parameter: scopes}}}
having: {count: events, ge: {parameter: many}}
"""
    assert compile_policies(load_policies(text, lists=LISTS), lists=LISTS).policies


def test_the_hash_changes_with_any_content_and_not_with_order() -> None:
    one, two = (
        load_policies("[" + app("{app.enabled: {eq: true}}") + "]"),
        load_policies("{id: q, kind: app, when: {app.enabled: {eq: false}}}"),
    )
    forward = compile_policies([*one, *two], lists=LISTS)
    backward = compile_policies([*two, *one], lists=LISTS)
    assert forward.hash == backward.hash
    assert forward.hash != compile_policies(one, lists=LISTS).hash
    assert forward.hash != compile_policies([*one, *two], lists={"riskyScopes": ("Mail.Send",)}).hash


def test_prose_changes_no_state_version_and_a_condition_does() -> None:
    (plain,) = load_policies(window("{count: events, gt: 1}"))
    (prose,) = load_policies(window("{count: events, gt: 1}, why: Because"))
    (other,) = load_policies(window("{count: events, gt: 2}"))
    assert plain.state_version == prose.state_version != other.state_version


def test_two_policies_with_one_id_are_refused() -> None:
    policies = load_policies(app("{app.enabled: {eq: true}}"))
    with pytest.raises(PolicyError, match="two policies have this id"):
        compile_policies([*policies, *policies], lists=LISTS)


def test_every_wrong_condition_of_a_policy_is_told_at_once() -> None:
    either = "{any: [{app.age: {lt: 7}}, {app.enabled: {eq: true}}]}"
    wrong = f"{{all: [{{app.orgin: {{eq: external}}}}, {either}, {{app.risk: {{eq: x}}}}]}}"
    places = [line.split()[2].rstrip(":") for line in problem(app(wrong)).splitlines()]
    assert places == ["when.all[0].app.orgin", "when.all[1].any[0].app.age.lt", "when.all[2].app.risk.eq"]
