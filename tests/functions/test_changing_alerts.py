"""Changing alerts, one at a time and in bulk."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from local.host.identity.personas import PERSONAS
from tests.functions.api import Api, header, problem, wrong_fields
from tests.functions.conftest import Raise

MISSING = f"{'a' * 32}-1"


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_a_change_answers_with_the_alert_as_it_is_now(api: Api, alert: str) -> None:
    before = api.get(f"/api/alerts/{alert}")
    until = in_days(3)
    answer = api.update(
        alert,
        {
            "status": "resolved",
            "classification": "truePositive",
            "determination": "phishing",
            "assignedTo": "ada@example.com",
            "snoozedUntilDateTime": until,
            "comment": "Took it out of action.",
            "reason": "Found its owner.",
        },
    )
    shown = answer.json()
    assert (shown["status"], shown["classification"], shown["determination"]) == (
        "resolved",
        "truePositive",
        "phishing",
    )
    assert shown["assignedTo"] == "ada@example.com"
    assert datetime.fromisoformat(shown["snoozedUntilDateTime"]) == datetime.fromisoformat(until)
    assert shown["resolvedDateTime"] is not None
    [comment] = shown["comments"]
    assert comment["comment"] == "Took it out of action."
    assert comment["createdByDisplayName"] == "security-administrator@local.test"
    assert header(answer, "etag") == shown["@odata.etag"] != header(before, "etag")
    assert api.get(f"/api/alerts/{alert}").json() == shown


def test_the_list_shows_a_change_at_once(api: Api, alert: str) -> None:
    api.update(alert, {"assignedTo": "ada@example.com"})
    app_id = f"id of App of {test_the_list_shows_a_change_at_once.__name__}"
    [listed] = api.get("/api/alerts", {"appId": app_id}).json()["value"]
    assert listed == api.get(f"/api/alerts/{alert}").json()


def test_a_resolved_alert_leaves_the_open_ones(api: Api, alert: str) -> None:
    app_id = f"id of App of {test_a_resolved_alert_leaves_the_open_ones.__name__}"
    api.update(alert, {"status": "resolved"})
    assert api.get("/api/alerts", {"appId": app_id, "status": "new,inProgress"}).json()["value"] == []
    refused = api.update(alert, {"status": "new"})
    assert (refused.status, problem(refused)["kind"]) == (409, "illegal-transition")
    api.update(alert, {"status": "inProgress"})
    [listed] = api.get("/api/alerts", {"appId": app_id, "status": "inProgress"}).json()["value"]
    assert listed["resolvedDateTime"] is None


def test_null_clears_and_what_is_absent_stays(api: Api, alert: str) -> None:
    api.update(alert, {"assignedTo": "ada@example.com", "snoozedUntilDateTime": in_days(1)})
    shown = api.update(alert, {"assignedTo": None, "comment": "Handing it over."}).json()
    assert shown["assignedTo"] is None
    assert shown["snoozedUntilDateTime"] is not None
    assert api.update(alert, {"snoozedUntilDateTime": None}).json()["snoozedUntilDateTime"] is None


def test_a_change_to_a_version_that_is_no_longer_the_latest_is_refused(api: Api, alert: str) -> None:
    seen = header(api.get(f"/api/alerts/{alert}"), "etag")
    changed = api.update(alert, {"assignedTo": "ada@example.com"}, if_match=seen)
    assert changed.status == 200
    stale = api.update(alert, {"assignedTo": "bob@example.com"}, if_match=seen)
    assert (stale.status, problem(stale)["kind"]) == (412, "stale-etag")
    assert api.update(alert, {"comment": "Whatever it is."}, if_match="*").status == 200
    assert api.get(f"/api/alerts/{alert}").json()["assignedTo"] == "ada@example.com"


def test_people_at_once_lose_nothing(api: Api, alert: str) -> None:
    comments = [f"comment {number}" for number in range(4)]
    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(lambda comment: api.update(alert, {"comment": comment}), comments))
    made = [comment for comment, answer in zip(comments, answers, strict=True) if answer.status == 200]
    refused = {answer.status for answer in answers} - {200}
    assert refused <= {503}  # a caller that loses the race again and again is asked to try again
    shown = api.get(f"/api/alerts/{alert}").json()["comments"]
    assert sorted(comment["comment"] for comment in shown) == sorted(made)
    assert made


def test_an_app_may_change_alerts_with_its_role_and_is_named(api: Api, alert: str) -> None:
    assert api.update(alert, {"status": "inProgress"}, persona="automation-updater").status == 200
    entry = api.get(f"/api/alerts/{alert}/history").json()["value"][-1]
    persona = PERSONAS["automation-updater"]
    assert entry["actor"] == f"{persona.client_id} ({persona.object_id})"


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        ({"state": "new"}, ["state"]),
        ({"status": "new", "severity": "low", "id": "x"}, ["severity", "id"]),
        ({"status": "closed"}, ["status"]),
        ({"status": None}, ["status"]),
        ({"classification": 1}, ["classification"]),
        ({"assignedTo": ""}, ["assignedTo"]),
        ({"assignedTo": "a" * 257}, ["assignedTo"]),
        ({"assignedTo": "a\r\nb"}, ["assignedTo"]),
        ({"assigned_to": "ada"}, ["assigned_to"]),
        ({"comment": ""}, ["comment"]),
        ({"comment": " \n "}, ["comment"]),
        ({"comment": "a\x00b"}, ["comment"]),
        ({"comment": "a" * 4001}, ["comment"]),
        ({"comment": {"text": "a"}}, ["comment"]),
        ({"snoozedUntilDateTime": "tomorrow"}, ["snoozedUntilDateTime"]),
        ({"snoozedUntilDateTime": 1900000000}, ["snoozedUntilDateTime"]),
        ({"snoozedUntilDateTime": "2020-01-01T00:00:00Z"}, ["snoozedUntilDateTime"]),
        ({"snoozedUntilDateTime": "2999-01-01T00:00:00Z"}, ["snoozedUntilDateTime"]),
        ({"classification": "falsePositive", "determination": "malware"}, ["determination"]),
        ({"determination": "malware"}, ["determination"]),
        ({"reason": "no change"}, [""]),
        ({}, [""]),
        ([], [""]),
        ("new", [""]),
        (None, [""]),
    ],
)
def test_a_member_that_is_wrong_or_unknown_is_named_and_nothing_changes(
    api: Api, alert: str, document: object, fields: list[str]
) -> None:
    before = api.get(f"/api/alerts/{alert}").json()
    assert wrong_fields(api.update(alert, document)) == fields
    assert api.get(f"/api/alerts/{alert}").json() == before


def test_an_alert_that_does_not_exist_cannot_be_changed(api: Api) -> None:
    answer = api.update(MISSING, {"status": "resolved"})
    assert (answer.status, problem(answer)["kind"]) == (404, "not-found")


def test_several_alerts_are_changed_each_by_itself(api: Api, raise_alert: Raise) -> None:
    first, second = raise_alert("Bulk one"), raise_alert("Bulk two")
    ids = [first, MISSING, second, first]
    document = {"ids": ids, "changes": {"status": "resolved"}, "comment": "Known.", "reason": "A test."}
    answer = api.send_json("POST", "/api/alerts/bulk", document)
    results = answer.json()["value"]
    assert [(result["id"], result["status"]) for result in results] == [(first, 200), (MISSING, 404), (second, 200)]
    assert results[1]["problem"]["type"] == "urn:consentry:problem:not-found"
    for result in (results[0], results[2]):
        shown = api.get(f"/api/alerts/{result['id']}").json()
        assert (shown["status"], shown["@odata.etag"]) == ("resolved", result["@odata.etag"])
        assert [comment["comment"] for comment in shown["comments"]] == ["Known."]


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        ({}, ["ids"]),
        ({"ids": [], "comment": "a"}, ["ids"]),
        ({"ids": ["a"] * 101, "comment": "a"}, ["ids"]),
        ({"ids": "a", "comment": "a"}, ["ids"]),
        ({"ids": [1], "comment": "a"}, ["ids[0]"]),
        ({"ids": ["a"]}, [""]),
        ({"ids": ["a"], "changes": {}}, [""]),
        ({"ids": ["a"], "changes": {"status": "closed"}}, ["changes.status"]),
        ({"ids": ["a"], "changes": {"comment": "a"}}, ["changes.comment"]),
        ({"ids": ["a"], "status": "resolved"}, ["status"]),
    ],
)
def test_a_bulk_change_that_is_wrong_is_refused_whole(api: Api, document: object, fields: list[str]) -> None:
    assert wrong_fields(api.send_json("POST", "/api/alerts/bulk", document)) == fields


def test_a_bulk_change_takes_no_version_since_its_alerts_share_none(api: Api, alert: str) -> None:
    etag = header(api.get(f"/api/alerts/{alert}"), "etag") or ""
    document = {"ids": [alert], "changes": {"assignedTo": "ada"}}
    refused = api.send_json("POST", "/api/alerts/bulk", document, ("If-Match", etag))
    assert (refused.status, wrong_fields(refused)) == (400, ["If-Match"])
    assert api.get(f"/api/alerts/{alert}").json()["assignedTo"] is None


def test_a_hundred_alerts_can_be_named_at_once(api: Api) -> None:
    ids = [f"{number:032x}-1" for number in range(100)]
    answer = api.send_json("POST", "/api/alerts/bulk", {"ids": ids, "comment": "a"})
    assert [result["status"] for result in answer.json()["value"]] == [404] * 100


def test_each_alert_of_a_bulk_change_can_be_refused_by_itself(api: Api, raise_alert: Raise) -> None:
    alert_id = raise_alert("Bulk refused")
    document = {"ids": [alert_id], "changes": {"classification": "falsePositive", "determination": "malware"}}
    [result] = api.send_json("POST", "/api/alerts/bulk", document).json()["value"]
    assert result["status"] == 400
    assert [error["field"] for error in result["problem"]["errors"]] == ["determination"]
