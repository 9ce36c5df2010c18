"""Listing and reading alerts, their evidence and their history."""

from datetime import datetime
from typing import Any

import pytest

from tests.functions.api import NOBODY, Api, header, problem, wrong_fields
from tests.functions.conftest import Raise

HOSTILE = '<script>alert(1)</script>\u202e"\r\nX-Injected: 1'


def titles(document: dict[str, Any]) -> list[str]:
    return [alert["title"] for alert in document["value"]]


def test_an_alert_is_shown_in_graphs_words(api: Api, alert: str) -> None:
    answer = api.get(f"/api/alerts/{alert}")
    shown = answer.json()
    assert header(answer, "etag") == shown["@odata.etag"]
    name = f"App of {test_an_alert_is_shown_in_graphs_words.__name__}"
    expected: dict[str, object] = {
        "id": alert,
        "policyId": "credential-added",
        "title": f"Credential added to {name}",
        "severity": "high",
        "status": "new",
        "classification": "unknown",
        "determination": "unknown",
        "assignedTo": None,
        "comments": [],
        "resolvedDateTime": None,
        "snoozedUntilDateTime": None,
        "detectionSource": "consentry",
        "serviceSource": "consentry",
        "evidenceCount": 1,
        "appId": f"id of {name}",
        "appDisplayName": name,
        "identity": "resolved",
    }
    assert {member: shown[member] for member in expected} == expected
    assert datetime.fromisoformat(shown["createdDateTime"]).tzinfo is not None


def test_an_alert_tells_what_its_policy_says(api: Api, alert: str) -> None:
    policy = api.get("/api/policies/credential-added").json()
    shown = api.get(f"/api/alerts/{alert}").json()
    assert shown["description"] == policy["description"]
    assert shown["recommendedActions"] == policy["triage"]
    assert shown["mitreTechniques"] == policy["attack"]
    assert policy["triage"]


def test_an_alert_outlives_its_policy(api: Api, raise_alert: Raise) -> None:
    shown = api.get(f"/api/alerts/{raise_alert('Orphan', policy='no-longer-there')}").json()
    assert (shown["description"], shown["recommendedActions"], shown["mitreTechniques"]) == (None, [], [])


def test_every_answer_is_kept_by_nobody_and_is_what_it_says(api: Api, alert: str) -> None:
    for path in (f"/api/alerts/{alert}", "/api/alerts", "/api/alerts/x", "/api/live"):
        answer = api.get(path)
        assert header(answer, "cache-control") == "no-store"
        assert header(answer, "x-content-type-options") == "nosniff"
    assert header(api.get(f"/api/alerts/{alert}", persona=NOBODY), "cache-control") == "no-store"


def test_a_hostile_name_is_text_in_json_and_nothing_else(api: Api, raise_alert: Raise) -> None:
    answer = api.get(f"/api/alerts/{raise_alert(HOSTILE)}")
    assert answer.json()["appDisplayName"] == HOSTILE
    assert header(answer, "content-type") == "application/json"
    assert header(answer, "x-injected") is None


@pytest.mark.parametrize("alert_id", [f"{'a' * 32}-1", "x", "..%2F..", "a%27%20or%20true", "%00", "ü".encode().hex()])
def test_what_is_no_alert_is_not_found(api: Api, alert_id: str) -> None:
    for path in ("", "/evidence", "/history"):
        answer = api.get(f"/api/alerts/{alert_id}{path}")
        assert (answer.status, problem(answer)["kind"]) == (404, "not-found")


def test_pages_link_to_each_other_and_show_every_alert_once_newest_first(api: Api, raise_alert: Raise) -> None:
    raised = [raise_alert(f"Paged {number}", policy="paged") for number in range(5)]
    seen: list[str] = []
    answer = api.get("/api/alerts", {"policyId": "paged", "top": 2})
    while True:
        page = answer.json()
        assert len(page["value"]) <= 2
        seen += [alert["id"] for alert in page["value"]]
        if page["nextLink"] is None:
            break
        assert "policyId=paged" in page["nextLink"]
        answer = api.follow(page["nextLink"])
    assert seen == raised[::-1]


def test_filters_all_hold(api: Api, raise_alert: Raise) -> None:
    first = raise_alert("Filtered one", policy="filtered")
    second = raise_alert("Filtered two", policy="filtered")
    created = api.get(f"/api/alerts/{second}").json()["createdDateTime"]
    api.update(first, {"status": "inProgress"})

    def found(**query: object) -> list[str]:
        return [alert["id"] for alert in api.get("/api/alerts", {"policyId": "filtered", **query}).json()["value"]]

    assert found() == [second, first]
    assert found(status="new") == [second]
    assert found(status="new,inProgress", severity="high,low") == [second, first]
    assert found(severity="low") == []
    assert found(appId="id of Filtered one") == [first]
    assert found(text="filtered ONE") == [first]
    assert found(createdFrom=created) == [second]
    assert found(createdTo="2020-01-01T00:00:00+01:00") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"top": 0}, "top"),
        ({"top": 201}, "top"),
        ({"top": 10**9}, "top"),
        ({"top": "ten"}, "top"),
        ({"status": "open"}, "status[0]"),
        ({"severity": "high,critical"}, "severity[1]"),
        ({"createdFrom": "2026-01-01"}, "createdFrom"),
        ({"createdFrom": "2026-01-01T00:00:00"}, "createdFrom"),
        ({"createdTo": "1700000000"}, "createdTo"),
        ({"createdTo": "0001-01-01T00:00:00+14:00"}, "createdTo"),
        ({"createdTo": "9999-12-31T23:59:59-14:00"}, "createdTo"),
        ({"cursor": "invented"}, "cursor"),
        ({"cursor": "x" * 5000}, "cursor"),
        ({"text": "x" * 201}, "text"),
        ({"appId": "a\nb"}, "appId"),
        ({"Status": "new"}, "Status"),
        ({"$filter": "status eq 'new'"}, "$filter"),
    ],
)
def test_a_parameter_that_is_wrong_or_unknown_is_named(api: Api, query: dict[str, object], field: str) -> None:
    assert wrong_fields(api.get("/api/alerts", query)) == [field]


def test_a_parameter_that_is_given_twice_is_refused(api: Api) -> None:
    assert wrong_fields(api.get("/api/alerts?top=1&top=2")) == ["top"]


@pytest.mark.parametrize(
    "text", ["' or PartitionKey ne '", "''", "%27", "\u2019\u02bc", "\u0000", "a" * 200, "%", "_", "*", ".*"]
)
def test_a_filter_is_a_value_and_never_a_query(api: Api, raise_alert: Raise, text: str) -> None:
    alert_id = raise_alert("Plain", policy="plain")
    for query in ({"text": text, "policyId": "plain"}, {"appId": text}, {"policyId": text}):
        answer = api.get("/api/alerts", query)
        assert answer.status == 400 or answer.json()["value"] == [], query
    [listed] = api.get("/api/alerts", {"policyId": "plain"}).json()["value"]
    assert listed["id"] == alert_id


def test_evidence_comes_in_pages_oldest_first(api: Api, raise_alert: Raise) -> None:
    alert_id = raise_alert("Busy", events=5)
    seen: list[dict[str, Any]] = []
    answer = api.get(f"/api/alerts/{alert_id}/evidence", {"top": 2})
    while True:
        page = answer.json()
        seen += page["value"]
        if page["nextLink"] is None:
            break
        answer = api.follow(page["nextLink"])
    assert [item["eventId"] for item in seen] == [f"Busy {number}" for number in range(5)]
    assert seen[0]["event"]["activity"] == "credential.added"
    assert seen[0]["event"]["changes"] == [{"name": "KeyDescription", "before": "[]", "after": "[...]"}]
    assert seen[0]["conditions"] == [{"condition": "event.actor", "outcome": "true", "seen": "Busy 0"}]
    assert wrong_fields(api.get(f"/api/alerts/{alert_id}/evidence", {"cursor": "invented"})) == ["cursor"]


def test_history_tells_what_happened_and_that_nobody_touched_it(api: Api, alert: str) -> None:
    api.update(alert, {"status": "inProgress", "reason": "On it."})
    history = api.get(f"/api/alerts/{alert}/history").json()
    assert [entry["action"] for entry in history["value"]] == ["created", "updated"]
    changed = history["value"][1]
    assert changed["edits"] == [{"property": "status", "before": "new", "after": "inProgress"}]
    assert changed["reason"] == "On it."
    assert changed["previousHash"] == history["value"][0]["hash"]
    assert history["firstBroken"] is None
