"""Named lists over the API."""

from tests.functions.api import Api, header, problem, wrong_fields
from tests.functions.policies import create


def test_a_list_is_written_used_and_deleted_once_nothing_refers_to_it(api: Api) -> None:
    written = api.send_json("PUT", "/api/lists/ourPublishers", {"values": ["Contoso"], "description": "Ours."})
    assert (written.status, written.json()["values"], written.json()["version"]) == (200, ["Contoso"], 1)
    policy = create(api, when={"app.publisher.name": {"in": {"list": "ourPublishers"}}})
    shown = api.get("/api/lists/ourPublishers")
    assert (shown.json()["usedBy"], header(shown, "etag")) == ([policy["id"]], '"1"')

    more = {"values": ["Contoso", "Fabrikam"]}
    stale = api.send_json("PUT", "/api/lists/ourPublishers", more, ("If-Match", '"7"'))
    assert (stale.status, problem(stale)["kind"]) == (412, "stale-etag")
    changed = api.send_json("PUT", "/api/lists/ourPublishers", more, ("If-Match", '"1"')).json()
    assert (changed["version"], changed["description"]) == (2, "Ours.")

    used = api.request("DELETE", "/api/lists/ourPublishers")
    assert policy["id"] in problem(used)["errors"][0]["message"]
    assert api.request("DELETE", f"/api/policies/{policy['id']}").status == 204
    assert api.request("DELETE", "/api/lists/ourPublishers").status == 204
    assert api.get("/api/lists/ourPublishers").status == 404


def test_lists_of_the_product_are_shown_and_not_changed(api: Api) -> None:
    found = {one["name"]: one for one in api.get("/api/lists").json()["value"]}
    assert (found["riskyScopes"]["isBundled"], found["protectedApps"]["isBundled"]) == (True, False)
    assert wrong_fields(api.send_json("PUT", "/api/lists/riskyScopes", {"values": []})) == ["name"]


def test_a_wrong_value_is_named_by_its_place(api: Api) -> None:
    answer = api.send_json("PUT", "/api/lists/ourPublishers", {"values": ["Contoso", " Fabrikam", "x" * 300]})
    assert wrong_fields(answer) == ["values[1]", "values[2]"]
    assert wrong_fields(api.send_json("PUT", "/api/lists/9", {"values": []})) == ["name"]
    assert wrong_fields(api.send_json("PUT", "/api/lists/ours", {"values": ["x"] * 2_001})) == ["values"]
