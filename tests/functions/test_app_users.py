"""The users who consented to an app, over the API."""

import pytest

from shared.domain.microsoft import MICROSOFT_GRAPH
from tests.functions.api import Api, wrong_fields
from tests.functions.inventory import HOSTILE_ID, MAILER_ID, USERS, store_inventory


@pytest.fixture(scope="module", autouse=True)
def apps(account: dict[str, str]) -> None:
    store_inventory(account)


def test_users_who_consented_are_paged_by_their_ids(api: Api) -> None:
    first = api.get(f"/api/apps/{MAILER_ID}/users", {"top": 2}).json()
    assert ([user["id"] for user in first["value"]], first["totalCount"]) == (USERS[:2], 5)
    assert first["value"][0] == {
        "id": USERS[0],
        "name": "Ada",
        "userPrincipalName": None,
        "guest": None,
        "enabled": None,
        "directoryRoles": ["Global Reader"],
        "priority": True,
        "consents": [
            {
                "resourceAppId": MICROSOFT_GRAPH,
                "resourceName": "Microsoft Graph",
                "scopes": ["Mail.Read", "User.Read"],
            }
        ],
    }
    second = api.follow(first["nextLink"]).json()
    third = api.follow(second["nextLink"]).json()
    assert [user["id"] for user in second["value"] + third["value"]] == USERS[2:]
    assert third["nextLink"] is None


def test_an_app_that_nobody_consented_to_has_no_users(api: Api) -> None:
    assert api.get(f"/api/apps/{HOSTILE_ID}/users").json() == {"value": [], "nextLink": None, "totalCount": 0}


def test_a_cursor_that_is_no_users_id_is_refused(api: Api) -> None:
    assert wrong_fields(api.get(f"/api/apps/{MAILER_ID}/users", {"cursor": "x"})) == ["cursor"]
