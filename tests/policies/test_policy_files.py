"""A folder of policy files is read as a whole: what is sound, and every problem with its file, line and key."""

import pytest

from shared.policies.errors import key_path
from shared.policies.lists import load_lists
from shared.policies.loader import load_policies
from shared.policies.policy_files import PolicyFolder, Surroundings, read_folder

BUNDLED = {
    policy.id: policy
    for policy in load_policies("""
id: bundled-policy
kind: event
on: [app.added]
parameters:
  countries: {default: [FR], description: Where from.}
when: {event.country: {in: {parameter: countries}}}
""")
}
OWN = """\
id: app-from-abroad
kind: event
alert: {severity: low}
on: [app.added]
when: {event.country: {in: {list: abroad}}}
tests:
  - name: from France
    fires: true
    event: {activity: app.added, client: {country: FR}}
  - name: from here
    fires: false
    event: {activity: app.added, client: {country: NO}}
"""
LISTS = "lists:\n  abroad: [FR, DE]\n"
TUNING = "tune: bundled-policy\nseverity: high\nparameters: {countries: [DE]}\n"


def read(**files: str) -> PolicyFolder:
    named = [(f"{name}.yaml", text) for name, text in files.items()]
    return read_folder(named, Surroundings(bundled=BUNDLED, lists=load_lists(), routes=["mail"]))


def places(folder: PolicyFolder) -> list[tuple[str | None, int, str]]:
    return [(one.file, one.line, key_path(one.path)) for one in folder.problems]


def test_policies_tunings_and_lists_of_one_folder_belong_together() -> None:
    folder = read(own=OWN, lists=LISTS, tuning=TUNING)
    assert folder.problems == ()
    assert [(one.id, one.is_tuning, one.file) for one in folder.policies] == [
        ("app-from-abroad", False, "own.yaml"),
        ("bundled-policy", True, "tuning.yaml"),
    ]
    assert folder.policies[1].body == {"severity": "high", "parameters": {"countries": ["DE"]}}
    assert [(one.name, one.values) for one in folder.lists] == [("abroad", ("FR", "DE"))]
    assert folder.tests == 2


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (f"{OWN}why: a\x00b\n", 13, "U+0000"),
        (f"{OWN}why: a\ud800b\n", 13, "half of a surrogate pair"),
        (f"{OWN}---\n{OWN}", 13, "write several policies as a list"),
        (f"{OWN}title: a: b\n", 13, "quote text that holds a colon"),
        (f"{OWN}title: @app\n", 13, "quote text that begins with @"),
        (f"{OWN}triage:\n\t- a\n", 14, "tabs do not indent"),
        (f"{OWN}? [a, b]\n: 1\n", 13, "is not text; quote it"),
    ],
)
def test_what_is_no_yaml_has_its_line_and_a_way_out(text: str, line: int, reason: str) -> None:
    (problem,) = read(own=text).problems
    assert (problem.line, reason in problem.text) == (line, True), problem


def test_a_condition_that_was_left_empty_does_not_stand_for_every_event() -> None:
    text = OWN.replace("when: {event.country: {in: {list: abroad}}}", "when:")
    folder = read(own=text, lists=LISTS)
    assert (places(folder), folder.policies) == ([("own.yaml", 5, "when")], ())


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_lines_are_counted_as_editors_count_them_whatever_ends_them(ends: str) -> None:
    text = "\ufeff" + f"{OWN}bogus: 1\n".replace("\n", ends)
    assert places(read(own=text, lists=LISTS))[0] == ("own.yaml", 13, "bogus")


WINDOW = """\
id: many
kind: window
on: [app.added]
by: [event.app.appId]
within: 1h
having: {count: events, ge: 3}
tests:
"""


def test_a_folder_whose_tests_would_play_for_minutes_is_told_so_and_is_checked_all_the_same() -> None:
    test = "- {name: a, fires: true, event: {activity: app.added, times: 1500}}\n"
    folder = read(many=f"{WINDOW}{test * 2}", other=OWN.replace("list: abroad", "list: nowhere"))
    assert places(folder) == [("many.yaml", 7, "tests"), ("other.yaml", 5, "when.event.country.in")]
    assert "too many events" in folder.problems[0].text


def test_of_a_folder_of_thousands_of_policies_the_first_are_read() -> None:
    folder = read(many="- {}\n" * 1_001, other=OWN)
    assert folder.problems[-1].file == "other.yaml"
    assert folder.problems[-1].text.startswith("more than 1000 policies")


def test_a_correlation_whose_rule_is_elsewhere_is_refused_as_one() -> None:
    text = "title: Many\ncorrelation: {type: event_count, rules: [keys], group-by: [Actor], timespan: 1h}\n"
    (problem,) = read(many=text).problems
    assert problem.text == "Many: the file has no rule keys"


def test_one_broken_file_hides_the_problems_of_no_other() -> None:
    folder = read(
        broken="id: [\n",
        fact=OWN.replace("event.country", "event.county"),
        lists=LISTS,
        tuning=TUNING.replace("countries:", "contries:"),
    )
    assert places(folder) == [
        ("broken.yaml", 2, ""),
        ("fact.yaml", 5, "when.event.county"),
        ("tuning.yaml", 3, "parameters.contries"),
    ]
    assert [problem.text for problem in folder.problems[1:]] == [
        "unknown fact event.county; did you mean event.country?",
        "unknown parameter contries; did you mean countries?",
    ]


@pytest.mark.parametrize("state", ["active", "inactive"])
def test_a_failing_test_is_named_whatever_the_state_and_scope(state: str) -> None:
    scope = "scope: {only: [99999999-9999-4999-8999-999999999999]}"
    folder = read(own=f"state: {state}\n{scope}\n{OWN.replace('fires: false', 'fires: true')}", lists=LISTS)
    assert places(folder) == [("own.yaml", 12, "tests[1]")]
    assert folder.problems[0].text == 'the test "from here" does not fire, and should'


def test_an_id_in_two_files_is_told_with_both_places() -> None:
    folder = read(first=OWN, lists=LISTS, second=f"# again\n{OWN}")
    assert places(folder) == [("second.yaml", 2, "id")]
    assert folder.problems[0].text == "the id is also in first.yaml:1"


@pytest.mark.parametrize(
    ("text", "line", "key", "told"),
    [
        (OWN.replace("app-from-abroad", "bundled-policy"), 1, "id", "write tune: bundled-policy"),
        (f"version: 2\n{OWN}", 1, "version", "take it out"),
        (OWN.replace("alert:", "alerts:"), 3, "alerts", "did you mean alert?"),
        (OWN.replace("severity", "severty"), 3, "alert.severty", "did you mean severity?"),
        (OWN.replace("fires: true", "fires: true\n    evnt: {}"), 9, "tests[0].evnt", "did you mean event?"),
        ("tune: bundeld-policy\nstate: audit\n", 1, "tune", "did you mean bundled-policy?"),
        ("tune: bundled-policy\n", 1, "tune", "say what to tune"),
        ("tune: bundled-policy\nstat: audit\n", 2, "stat", "did you mean state?"),
        (
            f"{OWN}actions: [{{do: notify, route: male}}]\n",
            13,
            "actions[0].route",
            "unknown route male; did you mean mail?",
        ),
        ("- 7\n", 1, "", "write a policy"),
        ("lists: {}\n", 1, "lists", "write NAME"),
        ("lists:\n  signInScopes: [a]\n", 2, "lists.signInScopes", "the product has a list of this name"),
        ("lists:\n  mine: [a, a]\n", 2, "lists.mine[1]", "given twice"),
        ("lists:\n  protectedApps: [payroll]\n", 2, "lists.protectedApps[0]", "payroll is no appId"),
        ("tune: bundled-policy\nparameters: {countries: [1]}\n", 2, "parameters.countries", "is text"),
        (
            OWN.replace("when:", "when:\n ").replace("}}}\ntests", "}, ne: FR, eq: FR}}\ntests"),
            6,
            "when.event.country.eq",
            "never holds",
        ),
        ("lists:\n  mine: [1]\n", 2, "lists.mine[0]", "put it in quotation marks"),
        ("lists:\n  Mine: [a]\n", 2, "lists.Mine", "small letter"),
        ("lists:\n  mine: {valeus: [a]}\n", 2, "lists.mine.valeus", "unknown key valeus"),
        ("lists:\n  mine: [a]\nid: x\n", 3, "id", "unknown key id"),
    ],
)
def test_what_is_wrong_is_told_with_line_key_and_remedy(text: str, line: int, key: str, told: str) -> None:
    folder = read(file=text, lists=LISTS)
    assert places(folder) == [("file.yaml", line, key)]
    assert told in folder.problems[0].text


def test_the_lists_that_only_the_tenant_can_fill_may_be_filled() -> None:
    folder = read(lists="lists:\n  protectedApps: {description: Ours., values: []}\n")
    assert folder.problems == ()
    assert folder.lists[0].description == "Ours."


def test_a_list_in_two_files_is_told() -> None:
    folder = read(first=LISTS, second=LISTS)
    assert [problem.text for problem in folder.problems] == ["the list is also in first.yaml:2"]


SIGMA = """\
title: Consent by anybody
logsource: {product: azure, service: auditlogs}
detection:
  selection: {OperationName: Consent to application}
  condition: selection
level: high
"""


def test_a_sigma_rule_becomes_a_policy_or_is_refused_in_its_file() -> None:
    folder = read(rule=SIGMA)
    assert folder.problems == ()
    assert [(one.file, one.is_tuning, one.body["alert"]["severity"]) for one in folder.policies] == [
        ("rule.yaml", False, "high")
    ]
    refused = read(rule=SIGMA.replace("auditlogs", "firewall"))
    assert [one.file for one in refused.problems] == ["rule.yaml"]
    assert refused.policies == ()
