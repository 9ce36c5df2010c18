"""Hunting in the archive over the API."""

from datetime import timedelta

import pytest

from shared.bootstrap import Application
from shared.domain.activities import Activity
from shared.domain.events import Actor, ActorKind, Client, Event, Service, Source
from tests.domain.findings import app
from tests.functions.api import Api, wrong_fields
from tests.functions.inventory import HOSTILE, NOW, with_services
from tests.pipeline.activity.archived import archive

STREAM = "exchangeAudits"
APP = "hunted-app"
ADDRESS = "198.51.100.7"


def downloaded(number: int) -> Event:
    return Event(
        id=f"hunted-{number}",
        source=Source.UNIFIED_AUDIT_LOG,
        activity=Activity.FILE_DOWNLOADED,
        operation="FileDownloaded",
        time=NOW - timedelta(minutes=number),
        actor=Actor(kind=ActorKind.USER, name="Eve@contoso.example"),
        app=app(APP, HOSTILE),
        client=Client(ip_address=ADDRESS, user_agent=HOSTILE),
        service=Service.SHAREPOINT,
    )


@pytest.fixture(scope="module", autouse=True)
def events(account: dict[str, str]) -> None:
    async def fill(application: Application) -> None:
        recent = [downloaded(number) for number in range(1, 6)]
        await archive(application.services, STREAM, [*recent, downloaded(60 * 24 * 3)], NOW)

    with_services(account, fill)


def ids(api: Api, **query: object) -> list[str]:
    answer = api.get("/api/events", {"appId": APP, **query})
    assert answer.status == 200, answer
    return [each["id"] for each in answer.json()["value"]]


RECENT = [f"hunted-{number}" for number in range(1, 6)]


def test_the_last_day_is_told_newest_first_with_all_facts(api: Api) -> None:
    told = api.get("/api/events", {"appId": APP}).json()
    assert [each["id"] for each in told["value"]] == RECENT
    first = told["value"][0]
    assert first["dateTime"] == (NOW - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    assert (first["stream"], first["activity"]) == (STREAM, "file.downloaded")
    assert first["rawPath"].startswith(f"raw/{STREAM}/{NOW:%Y-%m-%d/%H}/")
    assert first["event"]["client"] == {"ipAddress": ADDRESS, "userAgent": HOSTILE}
    assert first["event"]["app"]["displayName"] == HOSTILE
    assert HOSTILE in first["sentence"]
    assert "errorCode" not in first["event"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"actor": "eve@CONTOSO.example"}, RECENT),
        ({"actor": "eve"}, []),
        ({"activity": "signIn,file.downloaded"}, RECENT),
        ({"activity": "signIn"}, []),
        ({"stream": STREAM}, RECENT),
        ({"stream": "directoryAudits"}, []),
        ({"service": "sharePoint"}, RECENT),
        ({"ipAddress": ADDRESS}, RECENT),
        ({"ipAddress": "198.51.100.70"}, []),
        ({"text": "<SCRIPT>alert(1)"}, RECENT),
        ({"from": (NOW - timedelta(days=4)).isoformat()}, [*RECENT, "hunted-4320"]),
        ({"from": (NOW - timedelta(days=4)).isoformat(), "to": (NOW - timedelta(days=2)).isoformat()}, ["hunted-4320"]),
    ],
)
def test_filters(api: Api, query: dict[str, str], found: list[str]) -> None:
    told: list[str] = []
    link: str | None = None
    for _ in range(5):
        page = (api.follow(link) if link else api.get("/api/events", {"appId": APP, **query})).json()
        told.extend(each["id"] for each in page["value"])
        link = page["nextLink"]
        if link is None:
            break
    assert link is None
    assert told == found


def test_pages_hold_everything_once_and_keep_to_the_range_of_the_first(api: Api) -> None:
    page = api.get("/api/events", {"appId": APP, "top": 2}).json()
    found = [each["id"] for each in page["value"]]
    for _ in range(5):
        if page["nextLink"] is None:
            break
        page = api.follow(page["nextLink"]).json()
        found.extend(each["id"] for each in page["value"])
    assert found == RECENT


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-03-02T09:00:00Z", "to": "2026-03-02T09:00:00Z"}, "from"),
        ({"from": "2026-03-01T00:00:00Z", "to": "2026-03-31T00:00:01Z"}, "from"),
        ({"from": "2026-03-01"}, "from"),
        ({"to": "yesterday"}, "to"),
        ({"activity": "file.eaten"}, "activity[0]"),
        ({"stream": "diary"}, "stream[0]"),
        ({"service": "sharepoint"}, "service[0]"),
        ({"ipAddress": "a\nb"}, "ipAddress"),
        ({"text": "x" * 201}, "text"),
        ({"top": 0}, "top"),
        ({"cursor": "made-up"}, "cursor"),
        ({"application": "x"}, "application"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused_by_name(api: Api, query: dict[str, object], field: str) -> None:
    assert wrong_fields(api.get("/api/events", query)) == [field]


def test_the_place_of_other_filters_is_refused(api: Api) -> None:
    link = api.get("/api/events", {"appId": APP, "top": 2}).json()["nextLink"]
    assert wrong_fields(api.follow(link.replace(APP, "other-app"))) == ["cursor"]
