"""Policies over the API: reading, writing, switching, versions, drafts, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.problems import problem_of, reason_of
from shared.pipeline.governance.errors import PolicyExists, PolicyRefused, UnknownPolicy
from shared.policies.errors import Problem
from tests.functions.api import Api, header, problem, wrong_fields
from tests.functions.policies import DISABLE, create, draft
from tests.functions.remediations import Remediations

OPERATOR = "security-operator"
"""May write policies, and not remediate."""
LONG = "x" * 5_000


def path(policy: dict[str, Any], rest: str = "") -> str:
    return f"/api/policies/{policy['id']}{rest}"


def messages(answer: Any) -> dict[str, str]:
    assert answer.status == 400, answer
    return {error["field"]: error["message"] for error in problem(answer)["errors"]}


def test_a_policy_is_made_changed_and_restored_and_its_history_tells(api: Api) -> None:
    definition = draft(description="Told to many.", actions=[])
    answer = api.send_json("POST", "/api/policies", {"definition": definition, "reason": "We asked for it."})
    assert answer.status == 201
    made = answer.json()
    location = header(answer, "location")
    assert location is not None
    assert api.follow(location).json() == made
    assert (made["source"], made["state"], made["version"], made["severity"]) == ("userDefined", "active", 1, "medium")
    assert made["definition"] == definition
    assert made["alerts"] == {"active": 0, "total": 0, "last": None, "isComplete": True}
    assert [warning["field"] for warning in made["warnings"]] == ["kind"]

    changed = {**definition, "when": {"app.consentedUsers": {"ge": 900}}}
    seen = ("If-Match", header(answer, "etag") or "")
    updated = api.send_json("PUT", path(made), {"definition": changed}, seen)
    assert (updated.status, updated.json()["version"], header(updated, "etag")) == (200, 2, '"2"')
    again = api.send_json("PUT", path(made), {"definition": definition}, seen)
    assert (again.status, problem(again)["kind"]) == (412, "stale-etag")

    restored = api.send_json("POST", path(made, "/versions/1/restore"), {"reason": "It was too quiet."})
    assert restored.json()["definition"] == definition
    history = api.get(path(made, "/versions")).json()
    told = [(one["version"], one["entry"]["action"], one["entry"]["reason"]) for one in history["value"]]
    assert told == [(3, "restored", "It was too quiet."), (2, "updated", None), (1, "created", "We asked for it.")]
    assert history["firstBroken"] is None
    assert api.get(path(made, "/versions/2")).json()["body"]["when"] == changed["when"]
    for number in ("4", "0", "one", "9" * 400):
        assert api.get(path(made, f"/versions/{number}")).status == 404


def test_a_policy_is_switched_off_and_to_audit_and_deleted(api: Api) -> None:
    made = create(api)
    for verb, state in (("deactivate", "inactive"), ("audit", "audit"), ("activate", "active")):
        answer = api.send_json("POST", path(made, f"/{verb}"), {"reason": "As planned."})
        assert (answer.status, answer.json()["state"]) == (200, state)
    assert api.request("DELETE", path(made) + "?reason=No+longer+needed.").status == 204
    assert api.get(path(made)).status == 404
    assert api.get(path(made, "/versions")).json()["value"][0]["entry"]["reason"] == "No longer needed."
    assert api.request("DELETE", path(made)).status == 404


def test_a_bundled_policy_is_tuned_and_goes_back_to_how_it_is_bundled(api: Api) -> None:
    bundled = api.get("/api/policies/credential-added").json()
    assert (bundled["source"], bundled["tuning"], bundled["modifiedDateTime"]) == ("detection", None, None)
    tuned = api.send_json("PUT", path(bundled), {"tuning": {"severity": "low", "state": "audit"}}).json()
    assert (tuned["severity"], tuned["state"], tuned["tuning"]) == (
        "low",
        "audit",
        {"severity": "low", "state": "audit"},
    )
    assert {**tuned["definition"], "alert": None, "state": None} == {
        **bundled["definition"],
        "alert": None,
        "state": None,
    }
    assert wrong_fields(api.send_json("PUT", path(bundled), {"definition": draft()})) == ["definition"]
    assert wrong_fields(api.send_json("PUT", path(bundled), {"tuning": {"parameters": {"days": 3}}})) == [
        "tuning.parameters.days"
    ]
    assert api.request("DELETE", path(bundled)).status == 204
    assert api.get(path(bundled)).json()["severity"] == bundled["severity"]
    refused = api.request("DELETE", path(bundled))
    assert (refused.status, problem(refused)["kind"]) == (409, "not-tunable")


def test_a_copy_is_ones_own_and_inactive(api: Api) -> None:
    copied = draft()["id"]
    answer = api.send_json("POST", "/api/policies/credential-added/duplicate", {"id": copied, "title": "Ours"})
    assert (answer.status, answer.json()["source"], answer.json()["state"]) == (201, "userDefined", "inactive")
    assert answer.json()["title"] == "Ours"
    taken = api.send_json("POST", "/api/policies/credential-added/duplicate", {"id": copied})
    assert (taken.status, problem(taken)["kind"]) == (409, "policy-exists")


def test_a_template_becomes_an_ordinary_policy(api: Api) -> None:
    template = next(one for one in api.get("/api/policy-templates").json()["value"] if one["parameters"])
    assert api.get(f"/api/policy-templates/{template['id']}").json() == template
    made = draft()["id"]
    order = {"template": template["id"], "id": made, "title": "Ours", "state": "audit", "severity": "high"}
    answer = api.send_json("POST", "/api/policies", order)
    assert answer.status == 201, answer
    shown = answer.json()
    assert (shown["template"], shown["state"], shown["severity"], shown["title"]) == (
        template["id"],
        "audit",
        "high",
        "Ours",
    )
    unknown = {**order, "id": f"{made}-2", "parameters": {"nothing": 1}}
    assert wrong_fields(api.send_json("POST", "/api/policies", unknown)) == ["parameters.nothing"]
    mistyped = api.send_json("POST", "/api/policies", {"template": f"{template['id']}s"})
    assert wrong_fields(mistyped) == ["template"]
    assert f"did you mean {template['id']}?" in problem(mistyped)["errors"][0]["message"]


def test_a_draft_is_told_every_place_and_nothing_is_written(api: Api) -> None:
    definition = draft(when={"all": [{"app.consentedUsers": {"ge": 5}}, {"app.age": {"lt": "7 days"}}]})
    answer = api.send_json("POST", "/api/policies/validate", {"definition": definition}, persona="security-reader")
    found = answer.json()
    assert (answer.status, found["valid"]) == (200, False)
    assert [problem["field"] for problem in found["problems"]] == ["definition.when.all[1].app.age.lt"]
    sound = draft(actions=[{"do": "notify", "route": "nowhere"}])
    [unknown] = api.send_json("POST", "/api/policies/validate", {"definition": sound}).json()["problems"]
    assert unknown["field"] == "definition.actions[0].route"
    silent = api.send_json("POST", "/api/policies/validate", {"definition": draft()}).json()
    assert (silent["valid"], [one["field"] for one in silent["warnings"]]) == (True, ["definition.kind"])
    assert api.get(f"/api/policies/{definition['id']}").status == 404


def test_what_saving_refuses_has_its_place_in_the_body(api: Api) -> None:
    definition = draft(when={"app.consentedUser": {"ge": 5}})
    told = messages(api.send_json("POST", "/api/policies", {"definition": definition}))
    assert list(told) == ["definition.when.app.consentedUser"]
    assert "app.consentedUsers" in told["definition.when.app.consentedUser"]
    fails = draft(tests=[{"name": "few users", "fires": True, "app": {"consentedUsers": 3}}])
    assert wrong_fields(api.send_json("POST", "/api/policies", {"definition": fails})) == ["definition.tests[0]"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, [""]),
        ({"definition": draft(), "template": "custom"}, [""]),
        ({"definition": draft(), "severity": "high"}, [""]),
        ({"definition": "id: x"}, ["definition"]),
        ({"template": "custom", "state": "on"}, ["state"]),
        ({"definition": draft(id="Not An Id")}, ["definition.id"]),
        ({"definition": draft(id=7)}, ["definition.id"]),
        ({"definition": draft(version=9)}, ["definition.version"]),
    ],
)
def test_a_wrong_order_is_refused(api: Api, body: object, fields: list[str]) -> None:
    assert wrong_fields(api.send_json("POST", "/api/policies", body)) == fields


@pytest.mark.parametrize(
    "definition",
    [
        draft(when={LONG: {"ge": 1}}),
        draft(when={"app.displayName": {LONG: "x"}}),
        draft(**{LONG: 1}),
        draft(id=LONG),
        draft(kind="event", on=[LONG]),
    ],
    ids=["fact", "operator", "key", "id", "activity"],
)
def test_long_text_of_a_caller_is_not_sent_back(api: Api, definition: object) -> None:
    answer = api.send_json("POST", "/api/policies", {"definition": definition})
    assert answer.status == 400
    assert "x" * 81 not in answer.body.decode()


def test_a_policy_that_disables_apps_takes_the_right_to_remediate(api: Api) -> None:
    acting = {"definition": draft(actions=[DISABLE])}
    refused = api.send_json("POST", "/api/policies", acting, persona=OPERATOR)
    assert (refused.status, problem(refused)["kind"]) == (403, "missing-right")
    assert "Request remediation" in problem(refused)["detail"]

    made = create(api, actions=[DISABLE], scope={"only": {"list": "protectedApps"}})
    assert [warning["field"] for warning in made["warnings"]] == ["kind"]
    quieter = {"definition": {name: value for name, value in made["definition"].items() if name != "actions"}}
    changes: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("PUT", path(made), quieter),
        ("POST", path(made, "/deactivate"), {}),
        ("POST", path(made, "/duplicate"), {"id": draft()["id"]}),
        ("POST", path(made, "/versions/1/restore"), {}),
        ("PUT", "/api/lists/protectedApps", {"values": []}),
    )
    for method, place, body in changes:
        assert api.send_json(method, place, body, persona=OPERATOR).status == 403, place
    assert api.request("DELETE", path(made), persona=OPERATOR).status == 403
    assert api.get(path(made)).json()["version"] == 1

    harmless = create(api, OPERATOR)
    gains = {"definition": {**harmless["definition"], "actions": [DISABLE]}}
    assert api.send_json("PUT", path(harmless), gains, persona=OPERATOR).status == 403
    assert api.send_json("POST", path(harmless, "/audit"), {}, persona=OPERATOR).status == 200


def test_who_may_not_remediate_spares_no_app_from_a_policy_that_disables_apps(
    api: Api, remediations: Remediations
) -> None:
    order = {"appId": remediations.register().app_id, "reason": "Its owner was asked."}
    order |= {"expiresDateTime": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
    acting, harmless = create(api, actions=[DISABLE], state="inactive"), create(api)
    spared = {**order, "policyId": acting["id"]}
    refused = api.send_json("POST", "/api/exemptions", spared, persona=OPERATOR)
    assert (refused.status, problem(refused)["kind"]) == (403, "missing-right")
    made = api.send_json("POST", "/api/exemptions", spared).json()
    assert api.request("DELETE", f"/api/exemptions/{made['id']}", persona=OPERATOR).status == 403
    other = {**order, "policyId": harmless["id"]}
    assert api.send_json("POST", "/api/exemptions", other, persona=OPERATOR).status == 201
    assert api.request("DELETE", path(acting)).status == 204
    [ended] = api.get("/api/exemptions", {"policyId": acting["id"]}).json()["value"]
    assert (ended["active"], ended["endedBy"]) == (False, ended["approvedBy"])


def test_a_policy_may_be_sent_with_more_spaces_than_are_kept(api: Api) -> None:
    body = json.dumps({"definition": draft(title="Many")}, indent=8).replace(" ", " " * 900).encode()
    assert len(body) > 65_536
    answer = api.request("POST", "/api/policies", body, (("Content-Type", "application/json"),))
    assert answer.status == 201, answer


def test_a_draft_with_the_id_of_a_bundled_policy_is_not_called_valid(api: Api) -> None:
    told = api.send_json("POST", "/api/policies/validate", {"definition": draft(id="credential-added")}).json()
    assert (told["valid"], [one["field"] for one in told["problems"]]) == (False, ["definition.id"])


def test_the_list_is_filtered_counted_and_sorted(api: Api) -> None:
    made = create(api, title="Zebra crossing", alert={"severity": "low"}, state="audit")
    found = api.get("/api/policies", {"text": "zebra CROSSING"}).json()
    assert [one["id"] for one in found["value"]] == [made["id"]]
    assert found["counts"] == {"active": 0, "audit": 1, "inactive": 0}
    query = {"source": "userDefined", "kind": "app,event", "severity": "low", "state": "audit", "sort": "modified"}
    assert [one["id"] for one in api.get("/api/policies", query).json()["value"]][:1] == [made["id"]]
    other = api.get("/api/policies", {"text": "zebra", "state": "active"}).json()
    assert (other["value"], other["counts"]["audit"]) == ([], 1)
    assert wrong_fields(api.get("/api/policies", {"state": "on"})) == ["state[0]"]


def test_the_file_of_the_list_holds_no_formula(api: Api) -> None:
    made = create(api, title="=1+1 Zoo")
    answer = api.get("/api/policies.csv", {"text": "Zoo"})
    assert header(answer, "content-type") == "text/csv; charset=utf-8"
    head, line = answer.body.decode("utf-8-sig").splitlines()
    assert head.startswith("id,title,source,kind,state,severity,version,template,createdDateTime")
    assert line.startswith(f"{made['id']},'=1+1 Zoo,userDefined,app,active,medium,1,,")


@pytest.mark.parametrize("error", [UnknownPolicy(LONG), PolicyExists(LONG), PolicyRefused([Problem(LONG, ("when",))])])
def test_the_log_quotes_nothing_of_a_refused_policy(error: Exception) -> None:
    reason = reason_of(error, problem_of(error))
    assert reason
    assert "xx" not in reason


@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_a_page_of_another_site_changes_no_policy(session: Api, method: str) -> None:
    headers = (("Sec-Fetch-Site", "cross-site"), ("Content-Type", "application/json"))
    answer = session.request(method, "/api/policies/credential-added", b"{}", headers)
    assert (answer.status, problem(answer)["kind"]) == (403, "cross-site-request")
