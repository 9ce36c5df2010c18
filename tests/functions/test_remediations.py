"""Asking for remediations over the API. No tenant is connected to the host, so it carries nothing out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from msgspec.structs import replace

from functions.models.remediations import remediation_details
from shared.domain.apps import Origin
from shared.domain.remediations import Remediation, RemediationAction
from tests.functions.api import Api, header, problem, wrong_fields
from tests.functions.conftest import Raise
from tests.functions.remediations import Remediations

DISABLE = {"action": "disable", "reason": "It reads all mail."}
MISSING = f"{'a' * 32}-1"


@pytest.fixture
def register(remediations: Remediations) -> Callable[..., str]:
    """Makes an app known to the inventory and returns its appId."""
    return lambda **facts: remediations.register(**facts).app_id


type Register = Callable[..., str]


def path(app_id: str) -> str:
    return f"/api/apps/{app_id}/remediations"


def test_a_request_is_accepted_and_its_address_tells_how_it_goes_on(api: Api, register: Register) -> None:
    app_id = register(display_name="Payroll Sync")
    answer = api.send_json("POST", path(app_id), DISABLE)
    assert answer.status == 202
    location = header(answer, "location")
    assert location is not None
    shown = api.follow(location).json()
    assert answer.json() == {name: shown[name] for name in answer.json()}
    assert (shown["appId"], shown["appDisplayName"], shown["action"], shown["status"]) == (
        app_id,
        "Payroll Sync",
        "disable",
        "requested",
    )
    assert [step["name"] for step in shown["steps"]] == ["snapshot", "write", "confirm"]
    [entry] = shown["history"]
    assert (entry["action"], entry["reason"], shown["firstBroken"]) == ("requested", "It reads all mail.", None)
    assert entry["actor"].startswith("security-administrator@local.test (")
    assert shown["snapshot"] is None


def test_a_dry_run_says_what_would_happen_and_records_nothing(api: Api, register: Register) -> None:
    app_id = register()
    plan = api.send_json("POST", path(app_id), {**DISABLE, "dryRun": True})
    assert plan.status == 200
    shown = plan.json()
    assert (shown["allowed"], shown["enabledNow"], shown["enabledThen"]) == (True, True, False)
    assert all(guard["passed"] for guard in shown["guards"])
    assert api.get("/api/remediations", {"appId": app_id}).json()["value"] == []


def test_a_plan_and_a_refusal_name_the_same_guard(api: Api, register: Register) -> None:
    app_id = register(origin=Origin.MICROSOFT)
    plan = api.send_json("POST", path(app_id), {**DISABLE, "dryRun": True}).json()
    assert plan["allowed"] is False
    [guard] = [guard for guard in plan["guards"] if not guard["passed"]]
    refused = api.send_json("POST", path(app_id), DISABLE)
    assert (refused.status, problem(refused)["kind"]) == (409, "remediation-refused")
    assert problem(refused)["detail"] == guard["obstacle"]["message"]
    assert problem(refused)["errors"] == [{"field": "microsoftApp", "message": guard["obstacle"]["advice"]}]


def test_another_request_for_the_app_is_told_of_the_first(api: Api, register: Register) -> None:
    app_id = register()
    first = api.send_json("POST", path(app_id), DISABLE).json()["id"]
    second = api.send_json("POST", path(app_id), {"action": "enable", "reason": "It was cleared."})
    assert (second.status, problem(second)["kind"]) == (409, "remediation-active")
    assert first in problem(second)["detail"]


def test_a_key_makes_many_requests_one(api: Api, register: Register) -> None:
    app_id = register()
    key = ("Idempotency-Key", str(uuid4()))
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: api.send_json("POST", path(app_id), DISABLE, key), range(20)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    other = api.send_json("POST", path(app_id), {**DISABLE, "reason": "Another."}, key)
    assert (other.status, problem(other)["kind"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("key", ["", "a b", "a" * 129, "ä"])
def test_a_key_that_is_none_is_named(api: Api, register: Register, key: str) -> None:
    answer = api.send_json("POST", path(register()), DISABLE, ("Idempotency-Key", key))
    assert wrong_fields(answer) == ["Idempotency-Key"]


def test_the_app_may_be_named_by_its_service_principal_and_must_be_known(api: Api, remediations: Remediations) -> None:
    app = remediations.register()
    assert api.send_json("POST", path(app.service_principal_id or ""), DISABLE).json()["appId"] == app.app_id
    assert api.send_json("POST", path("nobody"), DISABLE).status == 404
    assert problem(api.send_json("POST", path("nobody"), DISABLE))["detail"] == "There is no such app."


def test_an_alert_that_does_not_exist_or_is_about_another_app_is_named(
    api: Api, register: Register, raise_alert: Raise
) -> None:
    app_id = register()
    other = raise_alert("Another app")
    for unfit in (MISSING, other):
        for dry in (False, True):
            body = {**DISABLE, "alertId": unfit, "dryRun": dry}
            assert wrong_fields(api.send_json("POST", path(app_id), body)) == ["alertId"]
    alert = raise_alert("Remediated", app_id=app_id)
    made = api.send_json("POST", path(app_id), {**DISABLE, "alertId": alert})
    assert made.json()["alertId"] == alert


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        ({}, ["action", "reason"]),
        ({"action": "delete", "reason": "a"}, ["action"]),
        ({"action": "disable"}, ["reason"]),
        ({"action": "disable", "reason": " "}, ["reason"]),
        ({"action": "disable", "reason": "a" * 4001}, ["reason"]),
        ({"action": "disable", "reason": "a", "dryRun": "yes"}, ["dryRun"]),
        ({"action": "disable", "reason": "a", "force": True}, ["force"]),
        ({"action": "disable", "reason": "a", "alertId": ""}, ["alertId"]),
        ([], [""]),
    ],
)
def test_a_member_that_is_wrong_or_unknown_is_named(
    api: Api, register: Register, document: object, fields: list[str]
) -> None:
    assert wrong_fields(api.send_json("POST", path(register()), document)) == fields


def test_lists_filter_by_app_and_status(api: Api, register: Register) -> None:
    app_id = register()
    made = api.send_json("POST", path(app_id), DISABLE).json()
    assert api.get("/api/remediations", {"appId": app_id}).json()["value"] == [made]
    waiting = api.get("/api/remediations", {"appId": app_id, "status": "requested,running"}).json()["value"]
    assert waiting == [made]
    assert api.get("/api/remediations", {"appId": app_id, "status": "succeeded"}).json()["value"] == []
    assert wrong_fields(api.get("/api/remediations", {"status": "done"}))[0].startswith("status")
    assert wrong_fields(api.get("/api/remediations", {"cursor": "made up"})) == ["cursor"]


def test_a_remediation_is_undone_once_and_both_tell_of_it(api: Api, remediations: Remediations) -> None:
    disabled = remediations.disabled()
    whole = api.get(f"/api/remediations/{disabled}").json()
    assert (whole["status"], whole["changed"], whole["snapshot"]["accountEnabled"]) == ("succeeded", True, True)
    assert (whole["snapshot"]["grants"], all(step["done"] for step in whole["steps"])) == (1, True)
    undo = api.send_json("POST", f"/api/remediations/{disabled}/undo", {"reason": "A mistake."})
    assert undo.status == 202
    shown = api.follow(header(undo, "location") or "").json()
    assert (shown["undoes"], shown["action"], shown["reason"]) == (disabled, "enable", "A mistake.")
    assert api.get(f"/api/remediations/{disabled}").json()["undoneBy"] == shown["id"]
    again = api.send_json("POST", f"/api/remediations/{disabled}/undo", {"reason": "A mistake."})
    assert (again.status, problem(again)["kind"]) == (409, "nothing-to-undo")


def test_an_undo_takes_a_key(api: Api, remediations: Remediations) -> None:
    address, key = f"/api/remediations/{remediations.disabled()}/undo", ("Idempotency-Key", str(uuid4()))
    first, again = (api.send_json("POST", address, {"reason": "A mistake."}, key) for _ in range(2))
    assert (first.status, again.status, again.json()) == (202, 202, first.json())
    other = api.send_json("POST", address, {"reason": "Another."}, key)
    assert (other.status, problem(other)["kind"]) == (422, "idempotency-key-reused")


def test_ids_in_capitals_are_the_same_app(api: Api, register: Register) -> None:
    app_id = register()
    made = api.send_json("POST", path(app_id.upper()), DISABLE)
    assert (made.status, made.json()["appId"]) == (202, app_id)
    assert api.get("/api/remediations", {"appId": app_id.upper()}).json()["value"] == [made.json()]


def test_what_is_not_there_or_not_done_cannot_be_undone(api: Api, register: Register) -> None:
    missing = api.send_json("POST", f"/api/remediations/{MISSING}/undo", {"reason": "A mistake."})
    assert (missing.status, problem(missing)["kind"]) == (404, "not-found")
    made = api.send_json("POST", path(register()), DISABLE).json()["id"]
    early = api.send_json("POST", f"/api/remediations/{made}/undo", {"reason": "A mistake."})
    assert (early.status, problem(early)["kind"]) == (409, "remediation-active")
    assert wrong_fields(api.send_json("POST", f"/api/remediations/{made}/undo", {})) == ["reason"]


def test_the_switch_stops_requests_until_it_is_lifted(api: Api, register: Register) -> None:
    app_id = register()
    stop = {"stopped": True, "reason": "Too much at once."}
    try:
        assert api.send_json("PUT", "/api/remediation-stop", stop).json()["stopped"] is True
        shown = api.get("/api/remediation-stop").json()
        assert (shown["reason"], shown["changedBy"].split(" ")[0]) == (
            "Too much at once.",
            "security-administrator@local.test",
        )
        assert (shown["history"][-1]["action"], shown["history"][-1]["reason"]) == ("stopped", "Too much at once.")
        assert shown["firstBroken"] is None
        refused = api.send_json("POST", path(app_id), DISABLE)
        assert problem(refused)["errors"][0]["field"] == "stopped"
    finally:
        api.send_json("PUT", "/api/remediation-stop", {"stopped": False, "reason": "It was a drill."})
    assert api.send_json("POST", path(app_id), DISABLE).status == 202


def test_an_app_may_ask_with_its_role_and_never_throws_the_switch(api: Api, session: Api) -> None:
    body = {"stopped": True, "reason": "Mine."}
    assert api.send_json("PUT", "/api/remediation-stop", body, persona="automation-updater").status == 403
    crossed = session.send_json("PUT", "/api/remediation-stop", body, ("Sec-Fetch-Site", "cross-site"))
    assert (crossed.status, problem(crossed)["kind"]) == (403, "cross-site-request")


def test_a_remediation_says_which_policy_asked_for_it_in_which_version() -> None:
    asked = Remediation(
        id=MISSING,
        app_id="app",
        service_principal_id="principal",
        action=RemediationAction.DISABLE,
        reason="policy ownerless, version 3, asks for it",
        requested_by="Consentry, policy ownerless",
        requested_date_time=datetime(2026, 3, 3, 12, tzinfo=UTC),
        policy_id="ownerless",
        policy_version=3,
    )
    by_policy = remediation_details(asked, None, ()).model_dump(by_alias=True)
    assert (by_policy["policyId"], by_policy["policyVersion"]) == ("ownerless", 3)
    by_person = remediation_details(replace(asked, policy_id=None, policy_version=None), None, ())
    assert by_person.model_dump(by_alias=True)["policyId"] is None
