"""Exports of the list of apps over the API, built by the host itself."""

import csv
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest

from functions.byte_ranges import MOST_RANGE_BYTES
from shared.bootstrap import Application
from shared.domain.app_summaries import AppQuery
from shared.domain.exports import Export, ExportFormat, ExportState
from tests.functions.api import NOBODY, Api, header, problem, wrong_fields
from tests.functions.inventory import HOSTILE, MAILER_ID, NOW, store_inventory, with_services
from tests.local.host.sample_host import Answer

WHOLE = 9 * 1024 * 1024
_PATIENCE_SECONDS = 60


@pytest.fixture(scope="module", autouse=True)
def apps(account: dict[str, str]) -> None:
    store_inventory(account)


def begin(api: Api, document: dict[str, Any], *headers: tuple[str, str]) -> Answer:
    return api.send_json("POST", "/api/exports", document, *headers)


def finished(api: Api, address: str) -> dict[str, Any]:
    """The export once it is built."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        answer = api.follow(address + "?")
        shown: dict[str, Any] = answer.json()
        if shown["state"] in {"ready", "failed"}:
            return shown
        assert header(answer, "retry-after") is not None
        time.sleep(0.2)
    raise AssertionError("the export was not built in time")


def read(api: Api, export: dict[str, Any], *headers: tuple[str, str], persona: str | None = None) -> Answer:
    return api.request("GET", f"/api/exports/{export['id']}/content", headers=headers, persona=persona)


@pytest.fixture(scope="module")
def csv_export(api: Api) -> dict[str, Any]:
    answer = begin(api, {"format": "csv", "includeMicrosoft": True, "sort": "displayName"})
    return finished(api, str(header(answer, "location")))


@pytest.fixture
def large(api: Api, account: dict[str, str]) -> Export:
    """A ready one of the caller's, with a file of 9 MiB in which each megabyte has a byte of its own."""
    caller = api.get("/api/me").json()["id"]
    export = Export(
        id=str(uuid4()),
        format=ExportFormat.CSV,
        query=AppQuery(),
        requested_by=caller,
        created=NOW,
        expires=NOW + timedelta(hours=24),
        state=ExportState.READY,
        attempts=1,
        bytes=WHOLE,
    )

    async def parts() -> AsyncIterator[bytes]:
        for number in range(9):
            yield bytes([number]) * (1024 * 1024)

    async def store(application: Application) -> None:
        await application.services.export_files.write(export.file, parts())
        await application.services.exports.add(export)

    with_services(account, store)
    return export


def test_a_request_is_accepted_and_its_address_tells_how_it_goes_on(api: Api) -> None:
    answer = begin(api, {"format": "json", "origin": ["external"]})
    assert (answer.status, answer.json()["state"], answer.json()["content"]) == (202, "queued", None)
    location = header(answer, "location")
    assert location == f"{api.host.address}/api/exports/{answer.json()['id']}"
    assert header(answer, "operation-location") == location
    done = finished(api, location)
    assert (done["state"], done["rows"], done["reason"]) == ("ready", 1, None)
    assert done["content"] == f"{location}/content"
    assert header(api.follow(location + "?"), "retry-after") is None


def test_json_holds_the_same_objects_as_the_list(api: Api) -> None:
    for filters, query in (
        ({"trait": ["unverified"]}, {"trait": "unverified"}),
        ({"sort": "-risk"}, {"sort": "-risk"}),
    ):
        answer = begin(api, {"format": "json", **filters})
        content = read(api, finished(api, str(header(answer, "location"))))
        assert header(content, "content-type") == "application/json"
        assert content.json() == api.get("/api/apps", query).json()["value"]


def test_an_export_of_nothing_is_an_empty_array(api: Api) -> None:
    answer = begin(api, {"format": "json", "text": "nothing is called so"})
    assert read(api, finished(api, str(header(answer, "location")))).json() == []


def test_csv_has_a_column_for_each_member_of_a_row(api: Api, csv_export: dict[str, Any]) -> None:
    content = read(api, csv_export)
    assert header(content, "content-type") == "text/csv; charset=utf-8"
    assert content.body.startswith(b"\xef\xbb\xbf")
    assert 'filename="apps-' in str(header(content, "content-disposition"))
    rows = list(csv.DictReader(StringIO(content.body.decode("utf-8-sig"), newline=""), strict=True))
    listed = api.get("/api/apps", {"includeMicrosoft": "true"}).json()["value"]
    assert list(rows[0]) == list(listed[0])
    assert [row["appId"] for row in rows] == [app["appId"] for app in listed]
    mailer = next(row for row in rows if row["appId"] == MAILER_ID)
    assert (mailer["permissions"], mailer["enabled"], mailer["publisherName"]) == (
        "User.Read; Files.Read; Mail.Read",
        "true",
        "",
    )


def test_what_an_attacker_named_an_app_is_text_in_csv(api: Api, csv_export: dict[str, Any]) -> None:
    text = read(api, csv_export).body.decode("utf-8-sig")
    cells = [cell for row in csv.reader(StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in {"=", "+", "-", "@"}]
    assert "'" + HOSTILE.replace("\r\n", " ") in cells
    assert len(text.splitlines()) == 1 + 3


def test_a_part_of_a_file_is_read_by_its_range(api: Api, csv_export: dict[str, Any]) -> None:
    whole, size = read(api, csv_export), csv_export["bytes"]
    assert (whole.status, len(whole.body), header(whole, "accept-ranges")) == (200, size, "bytes")
    part = read(api, csv_export, ("Range", "bytes=3-9"))
    assert (part.status, part.body, header(part, "content-range")) == (206, whole.body[3:10], f"bytes 3-9/{size}")
    assert read(api, csv_export, ("Range", "bytes=-5")).body == whole.body[-5:]


def test_a_range_of_another_file_does_not_count(api: Api, csv_export: dict[str, Any]) -> None:
    etag = str(header(read(api, csv_export), "etag"))
    asked = ("Range", "bytes=0-3")
    assert read(api, csv_export, asked, ("If-Range", etag)).status == 206
    assert read(api, csv_export, asked, ("If-Range", '"another"')).status == 200
    of_a_day_ago = etag.replace(f"{NOW:%Y%m%dT}", f"{NOW - timedelta(days=1):%Y%m%dT}")
    assert read(api, csv_export, asked, ("If-Range", of_a_day_ago)).status == 200


def test_a_range_of_any_length_is_a_range(api: Api, csv_export: dict[str, Any]) -> None:
    part = read(api, csv_export, ("Range", f"bytes=3-{'9' * 30}"))
    assert (part.status, len(part.body)) == (206, csv_export["bytes"] - 3)


def test_a_range_outside_the_file_is_refused(api: Api, csv_export: dict[str, Any]) -> None:
    refused = read(api, csv_export, ("Range", f"bytes={csv_export['bytes']}-"))
    assert (problem(refused)["kind"], header(refused, "content-range")) == (
        "range-not-satisfiable",
        f"bytes */{csv_export['bytes']}",
    )


def test_a_large_file_is_read_in_ranges_only(api: Api, large: Export) -> None:
    shown = {"id": large.id}
    assert wrong_fields(read(api, shown)) == ["Range"]
    start, pieces = 0, 0
    while start < WHOLE:
        part = read(api, shown, ("Range", f"bytes={start}-"))
        assert (part.status, part.body[0], len(part.body) <= MOST_RANGE_BYTES) == (206, start // (1024 * 1024), True)
        start, pieces = start + len(part.body), pieces + 1
    assert (start, pieces) == (WHOLE, 2)


def test_nobody_else_may_read_an_export(api: Api, csv_export: dict[str, Any]) -> None:
    for path in (f"/api/exports/{csv_export['id']}", f"/api/exports/{csv_export['id']}/content"):
        assert problem(api.get(path, persona="global-administrator"))["kind"] == "not-found"
        assert api.get(path, persona=NOBODY).status == 401
        assert api.get(path, persona="nobody").status == 403


def test_an_unknown_export_is_a_404(api: Api) -> None:
    assert problem(api.get(f"/api/exports/{uuid4()}"))["kind"] == "not-found"
    assert api.get("/api/exports/no-guid").status == 404


def test_a_file_that_is_not_there_yet_is_a_404_that_says_so(api: Api, account: dict[str, str]) -> None:
    caller = api.get("/api/me").json()["id"]
    asked = Export(
        id=str(uuid4()),
        format=ExportFormat.CSV,
        query=AppQuery(),
        requested_by=caller,
        created=NOW,
        expires=NOW + timedelta(hours=24),
        not_before=NOW + timedelta(hours=24),
    )

    async def store(application: Application) -> None:
        await application.services.exports.add(asked)

    with_services(account, store)
    assert "queued" in problem(read(api, {"id": asked.id}))["detail"]


def test_the_same_key_begins_nothing_more(api: Api) -> None:
    key = ("Idempotency-Key", str(uuid4()))
    one, again = begin(api, {"format": "json"}, key), begin(api, {"format": "json"}, key)
    assert (again.status, again.json()["id"]) == (202, one.json()["id"])
    assert problem(begin(api, {"format": "csv"}, key))["kind"] == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "format"),
        ({"format": "xlsx"}, "format"),
        ({"format": "csv", "sort": "secret"}, "sort"),
        ({"format": "csv", "origin": ["martian"]}, "origin"),
        ({"format": "csv", "owner": "me"}, "owner"),
        ({"format": "csv", "top": 5}, "top"),
        ({"format": "csv", "usedBefore": "yesterday"}, "usedBefore"),
    ],
)
def test_a_wrong_member_is_named(api: Api, document: dict[str, Any], field: str) -> None:
    found = wrong_fields(begin(api, document))
    assert [name.partition("[")[0] for name in found] == [field]
