"""Simulations over the API, run by the host itself."""

import time
from typing import Any
from uuid import uuid4

import pytest

from tests.functions.api import NOBODY, Api, header, problem, wrong_fields
from tests.functions.inventory import HOSTILE, store_inventory
from tests.local.host.sample_host import Answer

_PATIENCE_SECONDS = 60
OLD = {"kind": "app", "when": {"app.displayName": {"contains": "calc"}}, "actions": [{"do": "disableApp"}]}


@pytest.fixture(scope="module", autouse=True)
def apps(account: dict[str, str]) -> None:
    store_inventory(account)


def begin(api: Api, document: dict[str, Any], *headers: tuple[str, str]) -> Answer:
    return api.send_json("POST", "/api/simulations", document, *headers)


def finished(api: Api, address: str) -> dict[str, Any]:
    """The simulation once it has run."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        answer = api.follow(address + "?")
        shown: dict[str, Any] = answer.json()
        if shown["state"] in {"ready", "failed"}:
            assert header(answer, "retry-after") is None
            return shown
        assert header(answer, "retry-after") is not None
        time.sleep(0.2)
    raise AssertionError("the simulation did not run in time")


def test_a_draft_is_accepted_and_its_address_tells_what_it_would_have_done(api: Api) -> None:
    answer = begin(api, {"definition": OLD, "days": 2})
    assert (answer.status, answer.json()["state"], answer.json()["progress"]) == (202, "queued", 0)
    location = header(answer, "location")
    assert location == f"{api.host.address}/api/simulations/{answer.json()['id']}"
    assert header(answer, "operation-location") == location
    done = finished(api, location)
    assert (done["state"], done["progress"], done["policyId"], done["reason"]) == ("ready", 100, None, None)
    assert done["definition"]["kind"] == "app"
    result = done["result"]
    assert (result["alerts"], len(result["days"]), result["apps"][0]["displayName"]) == (1, 2, HOSTILE)
    assert [action["action"] for action in result["actions"]] == ["disableApp"]
    assert result["notes"]


def test_whoever_may_read_policies_may_read_it_and_others_may_not(api: Api) -> None:
    path = f"/api/simulations/{begin(api, {'policyId': 'credential-added', 'days': 1}).json()['id']}"
    assert api.get(path, persona="global-administrator").json()["policyId"] == "credential-added"
    assert api.get(path, persona=NOBODY).status == 401
    assert api.get(path, persona="nobody").status == 403


def test_an_unknown_simulation_or_policy_is_a_404(api: Api) -> None:
    assert problem(api.get(f"/api/simulations/{uuid4()}"))["kind"] == "not-found"
    assert problem(begin(api, {"policyId": "no-such-policy"}))["kind"] == "not-found"


def test_the_same_key_begins_nothing_more(api: Api) -> None:
    key = ("Idempotency-Key", str(uuid4()))
    one, again = (begin(api, {"policyId": "credential-added", "days": 1}, key) for _ in range(2))
    assert (again.status, again.json()["id"]) == (202, one.json()["id"])
    assert problem(begin(api, {"definition": OLD}, key))["kind"] == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, ""),
        ({"policyId": "credential-added", "definition": OLD}, ""),
        ({"definition": OLD, "tuning": {}}, ""),
        ({"definition": OLD, "days": 0}, "days"),
        ({"definition": OLD, "days": 91}, "days"),
        ({"definition": OLD, "from": "yesterday"}, "from"),
        ({"definition": {**OLD, "when": {"app.secret": {"eq": 1}}}}, "definition.when.app.secret"),
        ({"policyId": "credential-added", "tuning": {"parameters": {"nothing": 1}}}, "tuning.parameters.nothing"),
    ],
)
def test_a_wrong_member_is_named(api: Api, document: dict[str, Any], field: str) -> None:
    assert wrong_fields(begin(api, document)) == [field]
