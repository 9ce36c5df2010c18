"""Exporting the list of apps from its page, and getting the file."""

import asyncio
import csv
import io
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from functions.byte_ranges import MOST_RANGE_BYTES, MOST_WHOLE_BYTES
from shared.domain.app_summaries import AppQuery, AppSort
from shared.domain.exports import Export, ExportFormat, ExportState
from tests.pages.apps import NOW, make_app
from tests.pages.browser import Browser, Page
from tests.pages.conftest import Build, Know
from tests.pages.documents import fields_of

_MOST_LOOKS = 150
LARGE = MOST_WHOLE_BYTES + MOST_RANGE_BYTES + 5


def ask(browser: Browser, form: str, **filters: str) -> Page:
    return browser.submit(browser.get("/apps", **filters), "/apps", format=form)


def ready(browser: Browser, asked: Page) -> Page:
    """The page of the export once the host has built it."""
    for _ in range(_MOST_LOOKS):
        page = browser.follow(asked)
        if page.text.count("Ready"):
            return page
        time.sleep(0.2)
    raise AssertionError(page.text)


def download(browser: Browser, page: Page) -> bytes:
    [link] = [link for link in page.root.all("a") if "download" in link.attributes]
    file = browser.get(link.attributes["href"])
    assert file.status == 200
    assert link.attributes["download"] in (file.header("content-disposition") or "")
    return file.answer.body


@pytest.fixture(scope="module")
def owner(browser: Browser, built: Build) -> str:
    """The id by which exports belong to whoever uses ``browser``."""
    [export_id] = [(ask(browser, "csv").header("location") or "").removeprefix("/exports/")]

    async def read() -> str:
        application = built()
        found = await application.services.exports.get(export_id)
        await application.close()
        assert found is not None
        return found[0].requested_by

    return asyncio.run(read())


def stored(built: Build, export: Export, content: bytes = b"") -> str:
    """The address of an export that is there as it is."""

    async def parts() -> AsyncIterator[bytes]:
        yield content

    async def store() -> None:
        application = built()
        if content:
            await application.services.export_files.write(export.file, parts())
        await application.services.exports.add(export)
        await application.close()

    asyncio.run(store())
    return f"/exports/{export.id}"


def make_export(owner: str, state: ExportState, size: int = 0, reason: str | None = None, text: str = "x") -> Export:
    return Export(
        id=str(uuid4()),
        format=ExportFormat.CSV,
        query=AppQuery(text=text, sort=AppSort.RISK, descending=True),
        requested_by=owner,
        created=NOW,
        expires=NOW + timedelta(hours=24),
        state=state,
        attempts=1,
        rows=1234,
        bytes=size,
        reason=reason,
        not_before=NOW + timedelta(hours=1),
    )


def test_a_csv_file_has_the_apps_that_the_list_shows_in_its_order(browser: Browser, known: Know) -> None:
    for name in ("Exported B", "Exported A", "Kept back"):
        known(make_app(name))
    page = ready(browser, ask(browser, "csv", text="Exported", sort="-displayName", origin="external"))
    assert "Ready: 2 apps" in page.text
    rows = list(csv.DictReader(io.StringIO(download(browser, page).decode("utf-8-sig"))))
    assert [row["displayName"] for row in rows] == ["Exported B", "Exported A"]


def test_a_json_file_has_them_too(browser: Browser, known: Know) -> None:
    known(make_app("Written out"))
    page = ready(browser, ask(browser, "json", text="Written out"))
    assert [app["displayName"] for app in json.loads(download(browser, page))] == ["Written out"]


def test_whoever_may_read_may_export(browser: Browser, known: Know) -> None:
    known(make_app("Exported by a reader"))
    reader = Browser(browser.address, "global-reader")
    page = ready(reader, ask(reader, "json", text="Exported by a reader"))
    assert len(json.loads(download(reader, page))) == 1


def test_the_page_of_an_export_leads_back_to_its_list(browser: Browser, known: Know) -> None:
    known(make_app("Led back"))
    page = browser.follow(ask(browser, "csv", text="Led back", trait="external,unverified"))
    assert "text: Led back; trait: external,unverified" in page.text
    assert [heading.name for heading in page.root.all("h1", "h2", "h3")] == ["h1", "h2"]
    assert page.root.one("title").text == "Export – Consentry"
    [back] = [link for link in page.root.all("a") if link.text == "the list"]
    found = browser.get(back.attributes["href"])
    assert [link.text for link in found.root.one("tbody").all("a")] == ["Led back"]


def test_a_form_that_is_sent_twice_makes_one_file_and_another_format_another(browser: Browser, known: Know) -> None:
    known(make_app("Twice"))
    page = browser.get("/apps", text="Twice")
    first, second, other = (browser.submit(page, "/apps", format=form) for form in ("csv", "csv", "json"))
    assert first.header("location") == second.header("location")
    assert other.status == 303
    assert other.header("location") != first.header("location")


def test_while_a_file_is_built_the_page_loads_itself_again_until_told_not_to(
    browser: Browser, built: Build, owner: str
) -> None:
    path = stored(built, make_export(owner, ExportState.RUNNING))
    page = browser.get(path)
    assert page.root.one("meta", **{"http-equiv": "refresh"}).attributes["content"] == "3"
    assert "Being built: 1,234 apps so far." in page.text
    calm = browser.get(path, refresh="false")
    assert [meta for meta in calm.root.all("meta") if "http-equiv" in meta.attributes] == []
    assert [link for link in calm.root.all("a") if "download" in link.attributes] == []


def test_an_export_that_failed_says_why_as_text(browser: Browser, built: Build, owner: str) -> None:
    reason = "<script>document.title='run'</script>\u202e"
    page = browser.get(stored(built, make_export(owner, ExportState.FAILED, reason=reason, text=reason)))
    assert "It could not be built." in page.text
    assert "<script>document.title='run'</script>⟨U+202E⟩" in page.root.one("p", role="alert").text
    assert all(script.attributes["src"].startswith("/assets/") for script in page.root.all("script"))
    assert "\u202e" not in page.html


def test_a_large_file_is_offered_in_parts_that_make_the_whole(browser: Browser, built: Build, owner: str) -> None:
    content = bytes(range(256)) * (LARGE // 256 + 1)
    content = content[:LARGE]
    path = stored(built, make_export(owner, ExportState.READY, size=LARGE), content)
    page = browser.get(path)
    links = [link.attributes["href"] for link in page.root.one("ol", **{"class": "parts"}).all("a")]
    assert len(links) == 3
    parts = [browser.get(link) for link in links]
    assert b"".join(part.answer.body for part in parts) == content
    assert {part.header("cache-control") for part in parts} == {"no-store"}
    named = [f'attachment; filename="apps-{NOW:%Y-%m-%d}.csv.part{number:04}"' for number in range(1, 4)]
    assert [part.header("content-disposition") for part in parts] == named
    for wrong in ("0", "4", "-1", "x", "%C2%B2", "9" * 30):
        assert browser.get(f"{path}/parts/{wrong}").status == 404


def test_a_script_gets_what_it_needs_to_fetch_a_large_file_and_is_hidden_until_it_runs(
    browser: Browser, built: Build, owner: str
) -> None:
    export = make_export(owner, ExportState.READY, size=LARGE)
    page = browser.get(stored(built, export))
    box = page.root.one("div", id="download")
    assert "hidden" in box.attributes
    assert box.attributes["data-content"] == f"/api/exports/{export.id}/content"
    assert (box.attributes["data-bytes"], box.attributes["data-range-bytes"]) == (str(LARGE), str(MOST_RANGE_BYTES))
    [script] = [each for each in page.root.all("script") if "export-download" in each.attributes["src"]]
    assert browser.get(script.attributes["src"]).status == 200
    assert "connect-src 'self'" in (page.header("content-security-policy") or "")


def test_an_export_is_shown_to_nobody_but_who_asked_and_not_after_its_time(
    browser: Browser, built: Build, owner: str
) -> None:
    export = make_export(owner, ExportState.READY, size=3)
    path = stored(built, export, b"abc")
    assert browser.get(path).status == 200
    other = Browser(browser.address, "security-operator")
    assert other.get(path).status == 404
    assert other.get(f"{path}/parts/1").status == 404
    old = make_export(owner, ExportState.READY, size=3)
    gone = Export(
        id=old.id, format=old.format, query=old.query, requested_by=owner, created=NOW, expires=NOW, state=old.state
    )
    assert browser.get(stored(built, gone)).status == 404
    assert browser.get("/exports/nothing").status == 404


@pytest.mark.parametrize(
    "fields", [{"format": "xls"}, {"nothing": "x"}, {"sort": "nothing"}, {"riskFrom": "0"}], ids=str
)
def test_a_form_that_asks_for_what_there_is_not_is_refused(
    browser: Browser, known: Know, fields: dict[str, str]
) -> None:
    known(make_app("Refused"))
    page = browser.get("/apps", text="Refused")
    sent = fields_of(page.root.one("form", method="post", action="/apps"))
    refused = browser.post("/apps", {**sent, "format": "csv", **fields})
    assert refused.status == 400
    assert next(iter(fields)) in refused.text
