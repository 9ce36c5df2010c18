"""The life of an app over the API."""

import json
from datetime import timedelta

import pytest

from shared.bootstrap import Application
from shared.domain.timeline import TimelineEntry, TimelineKind
from tests.functions.api import Api, wrong_fields
from tests.functions.inventory import HOSTILE, HOSTILE_ID, NOW, PRINCIPAL, store_inventory, with_services

APP_ID = "aaaaaaaa-0000-4000-8000-000000000001"


def entry(number: int, app_id: str = APP_ID) -> TimelineEntry:
    return TimelineEntry(
        app_id=app_id,
        time=NOW - timedelta(days=400, minutes=number),
        id=f"event-{number}",
        kind=TimelineKind.EVENT,
        what="consent.granted",
        sentence=f"Somebody did thing {number} to {HOSTILE}",
        actor="ada@contoso.example",
        added=("User.Read",),
        reference=f"record-{number}",
    )


@pytest.fixture(scope="module", autouse=True)
def apps(account: dict[str, str]) -> None:
    async def tell(application: Application) -> None:
        await application.services.timelines.add([*map(entry, range(5)), entry(9, HOSTILE_ID)])

    store_inventory(account)
    with_services(account, tell)


def test_what_happened_is_told_newest_first_by_either_id(api: Api) -> None:
    told = api.get(f"/api/apps/{PRINCIPAL}/timeline").json()["value"]
    of_events = [each for each in told if each["kind"] == "event"]
    assert [each["id"] for each in of_events] == [f"event-{number}" for number in range(5)]
    assert [each["dateTime"] for each in told] == sorted((each["dateTime"] for each in told), reverse=True)
    assert of_events[0] == {
        "id": "event-0",
        "dateTime": (NOW - timedelta(days=400)).isoformat().replace("+00:00", "Z"),
        "kind": "event",
        "what": "consent.granted",
        "sentence": f"Somebody did thing 0 to {HOSTILE}",
        "actor": "ada@contoso.example",
        "added": ["User.Read"],
        "removed": [],
        "reference": "record-0",
    }


def test_pages_hold_everything_once(api: Api) -> None:
    found: list[str] = []
    link = f"{api.host.address}/api/apps/{APP_ID}/timeline?top=2"
    for _ in range(20):
        page = api.follow(link).json()
        found.extend(each["id"] for each in page["value"])
        if page["nextLink"] is None:
            break
        link = page["nextLink"]
    assert [each for each in found if each.startswith("event-")] == [f"event-{number}" for number in range(5)]
    assert len(found) == len(set(found))


def test_who_granted_a_permission_is_told_with_the_app(api: Api) -> None:
    permissions = {held["name"]: held for held in api.get(f"/api/apps/{APP_ID}").json()["permissions"]}
    granted = permissions["User.Read"]
    assert granted["grantedBy"] == "ada@contoso.example"
    assert granted["grantedDateTime"] == (NOW - timedelta(days=400)).isoformat().replace("+00:00", "Z")
    assert (permissions["Mail.Read"]["grantedBy"], permissions["Mail.Read"]["grantedDateTime"]) == (None, None)


def test_a_cursor_of_another_app_is_refused(api: Api) -> None:
    link = api.get(f"/api/apps/{APP_ID}/timeline", {"top": 1}).json()["nextLink"]
    cursor = link.partition("cursor=")[2]
    answer = api.request("GET", f"/api/apps/{HOSTILE_ID}/timeline?cursor={cursor}")
    assert wrong_fields(answer) == ["cursor"]
    assert wrong_fields(api.get(f"/api/apps/{APP_ID}/timeline", {"cursor": "made-up"})) == ["cursor"]


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00", "10000-01-01T00:00:00Z"]
)
def test_a_cursor_with_a_time_that_there_is_not_is_refused(api: Api, time: str) -> None:
    cursor = json.dumps({"app_id": APP_ID, "time": time, "id": "", "starts": {APP_ID: ""}})
    assert wrong_fields(api.get(f"/api/apps/{APP_ID}/timeline", {"cursor": cursor})) == ["cursor"]
