"""What an alert suggests, over the API: drafts that can be saved, each with a simulation that runs."""

from typing import Any

import pytest

from tests.functions.api import NOBODY, Api, problem
from tests.functions.conftest import Raise


@pytest.fixture
def suggested(api: Api, alert: str) -> list[dict[str, Any]]:
    answer = api.send_json("POST", f"/api/alerts/{alert}/suggest-policy", {})
    assert answer.status == 200
    value: list[dict[str, Any]] = answer.json()["value"]
    return value


def test_a_pattern_comes_first_then_variants_of_the_policy(suggested: list[dict[str, Any]]) -> None:
    assert suggested[0]["purpose"] == "pattern"
    assert {one["purpose"] for one in suggested[1:]} <= {"quieter", "stricter"}
    assert all(one["why"] for one in suggested)


def test_each_draft_can_be_saved_as_it_is_and_is_inactive(api: Api, suggested: list[dict[str, Any]]) -> None:
    for one in suggested:
        created = api.send_json("POST", "/api/policies", {"definition": one["definition"]})
        assert (created.status, created.json()["state"]) == (201, "inactive")
        assert api.request("DELETE", f"/api/policies/{created.json()['id']}").status == 204


def test_each_draft_has_a_simulation_that_can_be_followed(api: Api, suggested: list[dict[str, Any]]) -> None:
    for one in suggested:
        assert api.follow(one["simulation"]["url"]).json()["id"] == one["simulation"]["id"]


def test_asked_again_the_same_simulations_are_told(api: Api, alert: str, suggested: list[dict[str, Any]]) -> None:
    again = api.send_json("POST", f"/api/alerts/{alert}/suggest-policy", {}).json()["value"]
    assert [one["simulation"]["id"] for one in again] == [one["simulation"]["id"] for one in suggested]


def test_an_alert_of_no_policy_suggests_the_pattern_alone(api: Api, raise_alert: Raise) -> None:
    alert = raise_alert("Nobody's", policy="unexplained-own-change")
    found = api.send_json("POST", f"/api/alerts/{alert}/suggest-policy", {}).json()["value"]
    assert [one["purpose"] for one in found] == ["pattern"]


def test_an_unknown_alert_is_a_404_and_a_stranger_learns_nothing(api: Api, alert: str) -> None:
    missing = api.send_json("POST", f"/api/alerts/{'a' * 32}-9/suggest-policy", {})
    assert problem(missing)["kind"] == "not-found"
    assert api.request("POST", f"/api/alerts/{alert}/suggest-policy", persona=NOBODY).status == 401
