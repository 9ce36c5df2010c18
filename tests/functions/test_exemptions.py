"""Exemptions over the API."""

from datetime import timedelta

import pytest

from tests.functions.api import Api, problem, wrong_fields
from tests.functions.inventory import NOW
from tests.functions.remediations import Remediations


def order(app_id: str, **members: object) -> dict[str, object]:
    asked = {"policyId": "credential-added", "appId": app_id, "reason": "Its owner was asked."}
    return {**asked, "expiresDateTime": (NOW + timedelta(days=30)).isoformat(), **members}


def test_an_exemption_names_who_answers_for_it_and_is_ended(api: Api, remediations: Remediations) -> None:
    app_id = remediations.register().app_id
    answer = api.send_json("POST", "/api/exemptions", order(app_id.upper()))
    assert answer.status == 201, answer
    made = answer.json()
    assert (made["appId"], made["active"], made["endedBy"]) == (app_id, True, None)
    assert made["approvedBy"].startswith("security-administrator@local.test (")

    listed = api.get("/api/exemptions", {"appId": app_id.upper(), "active": "true"}).json()["value"]
    assert listed == [made]
    assert api.get("/api/exemptions", {"appId": app_id, "policyId": "mail-read-by-app"}).json()["value"] == []

    assert api.request("DELETE", f"/api/exemptions/{made['id']}").status == 204
    [ended] = api.get("/api/exemptions", {"appId": app_id, "active": "false"}).json()["value"]
    assert (ended["active"], ended["endedBy"]) == (False, made["approvedBy"])
    assert api.request("DELETE", "/api/exemptions/none").status == 404


@pytest.mark.parametrize(
    ("members", "fields"),
    [
        ({"policyId": "no-such-policy"}, ["policyId"]),
        ({"appId": "99999999-0000-4000-8000-000000000009"}, ["appId"]),
        ({"expiresDateTime": "2020-01-01T00:00:00Z"}, ["expiresDateTime"]),
        ({"expiresDateTime": (NOW + timedelta(days=400)).isoformat()}, ["expiresDateTime"]),
        ({"reason": " "}, ["reason"]),
        ({"approvedBy": "me"}, ["approvedBy"]),
    ],
)
def test_an_unfit_exemption_is_refused(
    api: Api, remediations: Remediations, members: dict[str, object], fields: list[str]
) -> None:
    assert wrong_fields(api.send_json("POST", "/api/exemptions", order(remediations.register().app_id, **members))) == (
        fields
    )


def test_who_may_not_write_policies_exempts_nothing(api: Api) -> None:
    refused = api.send_json("POST", "/api/exemptions", order("x"), persona="automation-updater")
    assert (refused.status, problem(refused)["kind"]) == (403, "missing-right")
