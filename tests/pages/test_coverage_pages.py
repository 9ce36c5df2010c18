"""The page of coverage: what was read of each source, what is missing, and how both look."""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from functions.http_page_coverage import show_coverage
from functions.pages.answers import View
from functions.pages.coverage_view import CoveragePageParameters
from functions.pages.forms import NoForm
from functions.pages.rendering import Frame, render
from functions.pages.visits import Visit
from functions.problems import problem_of
from shared.bootstrap import build
from shared.domain.errors import Unavailable
from shared.domain.hour_states import HOUR
from shared.domain.ledger import HourCounts, SourceHealth, SourceState
from shared.domain.passes import Gap, PassState
from shared.domain.roles import Caller, Role
from shared.domain.streams import Stream
from shared.pipeline.services import Services
from shared.settings import read_settings
from shared.storage.connection import ConnectionString, StorageConnection
from shared.storage.ledger import TableLedger
from tests.pages import test_page_markup as markup
from tests.pages.browser import Browser
from tests.pages.covered import ended, keep_source, well
from tests.pages.documents import Element, parse
from tests.pages.test_page_safety import HOSTILE
from tests.pipeline.conftest import IDENTIFIERS

NOW = datetime(2026, 3, 2, 12, 40, tzinfo=UTC)
LEE = Caller(id="lee", name="Lee", is_user=True, roles=frozenset({Role.SECURITY_READER}))
AUDITS, SIGN_INS = str(Stream.DIRECTORY_AUDITS), str(Stream.SERVICE_PRINCIPAL_SIGN_INS)


@pytest.fixture
async def services(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[Services]:
    application = build(read_settings({**IDENTIFIERS, "DataStorage": connection_string}), prefix=unique("c"))
    yield application.services
    await application.close()


async def look(services: Services, now: datetime = NOW, **asked: object) -> Element:
    visit = Visit(
        caller=LEE,
        parameters=CoveragePageParameters.model_validate(asked),
        form=NoForm(),
        path={},
        query=tuple((name, str(value)) for name, value in asked.items()),
        now=now,
    )
    view = await show_coverage(visit, services)
    assert isinstance(view, View)
    return parse(render(view, Frame(now=now, caller=LEE)))


def section_of(root: Element, name: str) -> Element:
    """The section of a source."""
    [found] = [each for each in root.all("section") if each.all("h2") and each.all("h2")[0].text == name]
    return found


def letters(section: Element) -> str:
    return "".join(text.text for text in section.all("text") if "class" not in text.attributes)


def on(services: Services, *streams: str) -> Services:
    """With these streams switched on; nothing here reads them."""
    reader = object()
    return replace(services, logs={Stream(stream): reader for stream in streams})  # type: ignore[misc]  # only named


async def test_a_source_that_reads_well_shows_its_hours_events_and_passes(services: Services) -> None:
    counts = {2: HourCounts(late=2), 4: HourCounts(told_elsewhere=1)}
    passes = [ended(7, NOW), ended(8, NOW, retries=3)]
    await keep_source(services, well(AUDITS, NOW), NOW, {1: 5, 2: 3, 4: 2}, counts, passes)
    shown = section_of(await look(services), "Directory audits")
    assert letters(shown) == "E" * 23 + "P"
    titles = [title.text for title in shown.all("title")]
    assert titles[21] == "2 Mar, 10:00 UTC: evaluated; 3 events, 2 of them late"
    assert titles[19] == "2 Mar, 08:00 UTC: evaluated; 1 event, 1 told elsewhere"
    assert "reads well" in shown.text
    assert [row.all("th")[0].text for row in shown.all("details")[1].all("tr")][1:] == ["8, recent", "7, recent"]
    retries = [cell.text for cell in shown.all("td") if cell.attributes["data-name"] == "Retries"]
    assert retries == ["3", "0"]


async def test_a_picture_of_hours_says_in_words_what_it_shows(services: Services) -> None:
    await keep_source(services, well(AUDITS, NOW), NOW, {1: 5})
    picture = section_of(await look(services), "Directory audits").one("svg")
    assert picture.attributes["role"] == "img"
    assert picture.attributes["aria-label"] == "24 hours from 1 Mar 2026, 13:00 UTC: 23 evaluated, 1 planned; 5 events"


async def test_what_waits_to_be_judged_is_collected_and_not_evaluated(services: Services) -> None:
    await keep_source(services, well(AUDITS, NOW), NOW, {1: 5, 2: 1}, waits=True)
    assert letters(section_of(await look(services), "Directory audits")).endswith("ECCP")


async def test_a_source_that_is_not_well_stands_first_with_its_reason_and_remedy(services: Services) -> None:
    reason = "it takes the permission AuditLog.Read.All"
    await keep_source(services, well(AUDITS, NOW), NOW, {1: 5})
    ill = structs.replace(well(SIGN_INS, NOW), health=SourceHealth.PERMISSION_MISSING, reason=reason)
    await keep_source(services, ill, NOW)
    root = await look(services)
    first = root.one("section", **{"aria-labelledby": "first"})
    assert [item.all("a")[0].text for item in first.all("li")] == ["Sign-ins of apps"]
    assert f"{reason}. Grant the reader AuditLog.Read.All" in section_of(root, "Sign-ins of apps").text


async def test_times_that_are_lost_are_told_in_words_and_by_the_hour(services: Services) -> None:
    start = datetime(2026, 3, 2, 3, tzinfo=UTC)
    gap = Gap(start=start, end=start + 2 * HOUR, noticed=NOW - HOUR)
    await keep_source(services, structs.replace(well(AUDITS, NOW), gaps=(gap,)), NOW, {1: 5})
    shown = section_of(await look(services), "Directory audits")
    assert letters(shown) == "E" * 14 + "LL" + "E" * 7 + "P"
    assert "Lost from 2 Mar 2026, 03:00 UTC" in shown.text
    assert "noticed 2 Mar 2026, 11:40 UTC" in shown.text


async def test_a_pass_that_waits_says_until_when_and_why(services: Services) -> None:
    running = structs.replace(
        ended(9, NOW, retries=2),
        state=PassState.PLANNED,
        ended=None,
        not_before=NOW + timedelta(minutes=5),
        last_error="Graph answered 503",
    )
    await keep_source(services, structs.replace(well(AUDITS, NOW), running=(running,)), NOW, {1: 5})
    shown = section_of(await look(services), "Directory audits").text
    assert "2 retries; waits until 2 Mar 2026, 12:45 UTC (in 5 minutes); last error: Graph answered 503" in shown


async def test_sources_that_are_off_are_listed_at_the_end_with_how_to_switch_them_on(services: Services) -> None:
    await keep_source(services, well(AUDITS, NOW), NOW, {1: 5})
    await keep_source(services, structs.replace(well(SIGN_INS, NOW), off=True), NOW, {9: 1})
    root = await look(on(services, AUDITS))
    assert "Sign-ins of apps" not in [heading.text for heading in root.all("h2")]
    off = root.all("section")[-1]
    rows = {row.all("code")[0].text: row.text for row in off.all("tbody")[0].all("tr")}
    assert rows.keys() == {*Stream, "oauthAppInfo"} - {AUDITS}
    assert "Add azureActivity to SOURCES and set AZURE_SUBSCRIPTION_IDS" in rows["azureActivity"]
    assert "2 Mar 2026, 12:39 UTC" in rows[SIGN_INS]


async def test_a_source_that_is_on_and_was_never_read_says_which_timer_reads_it(services: Services) -> None:
    both = replace(on(services, AUDITS, Stream.DEFENDER_ALERTS), app_info=object())  # type: ignore[arg-type]  # only there
    root = await look(both)
    assert "not read yet" in section_of(root, "Facts of app governance").text
    shown = section_of(root, "Alerts of Defender").text
    assert "not read yet" in shown
    assert "timer_collect_defender_alerts" in shown


async def test_one_source_can_be_looked_at_alone_and_as_far_back_as_a_week(services: Services) -> None:
    await keep_source(services, well(AUDITS, NOW, 200), NOW, {1: 5, 100: 2})
    await keep_source(services, structs.replace(well(SIGN_INS, NOW), off=True), NOW, {9: 1})
    root = await look(services, source=AUDITS, hours=168)
    assert [heading.text for heading in root.all("h2")] == ["Directory audits", "What each source takes"]
    assert len(root.all("svg")) == 7
    assert len(root.all("details")[0].all("tr")) == 1 + 168
    chosen = [
        option.attributes.get("value", option.text) for option in root.all("option") if "selected" in option.attributes
    ]
    assert chosen == [AUDITS, "168"]
    # What is off keeps its past, for whoever asks for it.
    assert letters(section_of(await look(services, source=SIGN_INS), "Sign-ins of apps"))


async def test_a_page_of_every_stream_takes_a_handful_of_requests_for_each(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    for stream in Stream:
        await keep_source(services, well(stream, NOW), NOW, {1: 1})
    with caplog.at_level(logging.INFO, "azure.core.pipeline.policies.http_logging_policy"):
        await look(services, hours=168)
    asked = [record for record in caplog.records if record.getMessage().startswith("Request URL")]
    assert len(Stream) < len(asked) <= 6 * len(Stream) + 2


async def test_what_others_wrote_into_reasons_and_errors_is_text(services: Services) -> None:
    for text in HOSTILE:
        running = structs.replace(ended(9, NOW), state=PassState.PLANNED, last_error=text)
        state = structs.replace(
            well(AUDITS, NOW), health=SourceHealth.FAILING, reason=text, running=(running,), noted=NOW
        )
        await services.ledger.record_state(state)
        root = await look(services)
        for element in root.every():
            assert element.name not in {"style", "img", "iframe", "object", "embed", "base"}
            assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
        assert len(root.all("script")) == 1


async def test_a_source_of_any_name_is_text_too(services: Services) -> None:
    await keep_source(services, well(HOSTILE[0], NOW), NOW, {1: 1})
    root = await look(services)
    assert len(root.all("script")) == 1
    assert HOSTILE[0] in [heading.text for heading in root.all("h2")]


async def test_the_page_keeps_to_the_rules_of_markup(services: Services) -> None:
    gap = Gap(start=NOW - 9 * HOUR, end=NOW - 7 * HOUR, noticed=NOW)
    await keep_source(services, structs.replace(well(AUDITS, NOW), gaps=(gap,)), NOW, {1: 2}, passes=[ended(1, NOW)])
    await services.ledger.record_state(SourceState(source=SIGN_INS, health=SourceHealth.FAILING, noted=NOW))
    root = await look(on(services, AUDITS, SIGN_INS, Stream.RISK_DETECTIONS))
    roots = {"/coverage": root}
    assert root.one("head").one("title").text == "Coverage – Consentry"
    assert len(root.all("h1")) == 1
    assert root.one("nav").one("a", href="/coverage").attributes["aria-current"] == "page"
    markup.test_headings_go_down_one_level_at_a_time(roots)
    markup.test_ids_are_unique_and_references_lead_somewhere(roots)
    markup.test_every_control_has_a_label(roots)
    markup.test_every_table_names_its_columns_and_rows(roots)
    markup.test_the_cells_of_wide_tables_say_on_a_narrow_screen_what_they_are(roots)
    ids = {element.attributes["id"] for element in root.every() if "id" in element.attributes}
    assert {link.attributes["href"][1:] for link in root.all("a") if link.attributes["href"].startswith("#")} <= ids


async def test_no_storage_is_an_error_that_the_site_tells_in_its_usual_way(services: Services) -> None:
    nowhere = ConnectionString(
        "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:9/a;"
        "QueueEndpoint=http://127.0.0.1:9/a;BlobEndpoint=http://127.0.0.1:9/a;"
    )
    connection = StorageConnection(nowhere, prefix="x", timeout_seconds=5, retries=0)
    try:
        with pytest.raises(Unavailable) as refused:
            await look(replace(services, ledger=TableLedger(connection)))
    finally:
        await connection.close()
    assert problem_of(refused.value).status == 503


def test_the_site_answers_with_the_page_and_refuses_by_name_what_it_cannot_show(browser: Browser) -> None:
    page = browser.get("/coverage")
    assert (page.status, page.root.one("h1").text) == (200, "Coverage")
    assert "No tenant is connected" in page.text
    refused = browser.get("/coverage", hours="169")
    assert (refused.status, "hours" in refused.text) == (400, True)
    unknown = browser.get("/coverage", source="<b>nothing</b>")
    assert (unknown.status, "No source has the name <b>nothing</b>." in unknown.text) == (404, True)


def test_the_overview_leads_to_the_page(browser: Browser) -> None:
    assert "/coverage" in [link.attributes.get("href") for link in browser.get("/").root.one("main").all("a")]
