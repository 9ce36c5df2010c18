"""Exports: asked for, built whole whatever happens meanwhile, read by whoever asked, and gone after a day."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.bootstrap import Application, build
from shared.domain.app_summaries import AppQuery, AppSort, AppSummary
from shared.domain.apps import Origin
from shared.domain.errors import Unavailable
from shared.domain.exports import Export, ExportFormat, ExportState
from shared.domain.messages import ExportWaits, decode_message
from shared.domain.roles import Caller
from shared.pipeline.background_work import MOST_ATTEMPTS
from shared.pipeline.inventory.export_apps import (
    FileForm,
    UnknownExport,
    build_export,
    get_export,
    hint_exports,
    purge_exports,
    read_export,
    request_export,
)
from shared.pipeline.inventory.list_ports import ExportFiles
from shared.pipeline.remediation.errors import RequestKeyReused
from shared.settings import read_settings

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADA = Caller(id="ada-id", name="ada@contoso.example", is_user=True, roles=frozenset())
EVE = Caller(id="eve-id", name="eve@contoso.example", is_user=True, roles=frozenset())
IDENTIFIERS = {
    "TENANT_ID": "11111111-1111-4111-8111-111111111111",
    "API_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
}


class Died(BaseException):
    """Ends a build as the end of its process would: nothing is caught, nothing written."""


class Held:
    """Files that are written only once a test lets them be."""

    def __init__(self, files: ExportFiles) -> None:
        self._files = files
        self.reached, self.goes_on = asyncio.Event(), asyncio.Event()

    async def write(self, name: str, parts: AsyncIterator[bytes]) -> int:
        self.reached.set()
        await self.goes_on.wait()
        return await self._files.write(name, parts)

    async def read(self, name: str, start: int, length: int) -> bytes:
        return await self._files.read(name, start, length)


@dataclass
class Exporting:
    """A host with a list of apps. Its builds write one line of text an app."""

    application: Application
    now: datetime = NOW

    async def request(self, caller: Caller = ADA, key: str | None = None, **filters: object) -> Export:
        query = AppQuery(**filters)  # type: ignore[arg-type]  # filters of the test
        return await request_export(self.application.services, query, ExportFormat.CSV, caller, self.now, key)

    async def build(self, export: Export, row: Callable[[AppSummary], bytes] | None = None) -> Export:
        form = FileForm(head=b"head\n", between=b",", tail=b"\ntail", row=row or (lambda app: app.app_id.encode()))
        forms = dict.fromkeys(ExportFormat, form)
        await build_export(self.application.services, export.id, forms, self.now, lambda: self.now)
        return await self.read(export)

    async def read(self, export: Export, caller: Caller = ADA) -> Export:
        return await get_export(self.application.services, export.id, caller, self.now)

    async def content(self, export: Export) -> bytes:
        return await read_export(self.application.services, export, 0, export.bytes)

    async def hinted(self) -> list[str]:
        """What the queue holds; it is emptied."""
        queue = await self.application.connection.queue("exports")
        hints = []
        async for message in queue.receive_messages(messages_per_page=32):
            hints.append(decode_message(base64.b64decode(message.content), ExportWaits).export_id)
            await queue.delete_message(message)
        return hints

    async def hint(self) -> int:
        return await hint_exports(self.application.services, self.now)


@pytest.fixture
async def exporting(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[Exporting]:
    settings = {"AzureWebJobsStorage": connection_string, "DataStorage": connection_string}
    application = build(read_settings({**IDENTIFIERS, **settings}), prefix=unique("e"))
    rows = [
        AppSummary(app_id=f"app-{number}", display_name=f"App {9 - number}", origin=origin, judged=NOW)
        for number, origin in enumerate([Origin.EXTERNAL, Origin.INTERNAL, Origin.EXTERNAL])
    ]
    await application.services.app_list.update(rows, {})
    yield Exporting(application)
    await application.close()


async def test_an_export_holds_all_that_matches_in_its_order(exporting: Exporting) -> None:
    asked = await exporting.request(origin=frozenset({Origin.EXTERNAL}), sort=AppSort.DISPLAY_NAME)
    assert asked.state is ExportState.QUEUED
    assert await exporting.hinted() == [asked.id]
    built = await exporting.build(asked)
    assert (built.state, built.rows, built.completed, built.reason) == (ExportState.READY, 2, NOW, None)
    assert await exporting.content(built) == b"head\napp-2,app-0\ntail"
    assert built.bytes == len(b"head\napp-2,app-0\ntail")


async def test_an_export_of_nothing_is_a_file_without_rows(exporting: Exporting) -> None:
    built = await exporting.build(await exporting.request(text="nothing is called so"))
    assert (built.state, built.rows) == (ExportState.READY, 0)
    assert await exporting.content(built) == b"head\n\ntail"


async def test_nobody_else_may_read_it(exporting: Exporting) -> None:
    asked = await exporting.request()
    with pytest.raises(UnknownExport):
        await exporting.read(asked, EVE)


async def test_the_same_key_begins_nothing_more(exporting: Exporting) -> None:
    one = await exporting.request(key="k1")
    again = await exporting.request(key="k1")
    assert again == one
    assert await exporting.hinted() == [one.id]
    assert (await exporting.request(key="k2")).id != one.id
    assert (await exporting.request(EVE, key="k1")).id != one.id
    with pytest.raises(RequestKeyReused):
        await exporting.request(key="k1", text="another question")


async def test_two_requests_with_one_key_at_one_moment_make_one_export(exporting: Exporting) -> None:
    made = await asyncio.gather(*(exporting.request(key="k") for _ in range(4)))
    assert len({export.id for export in made}) == 1
    assert len(await exporting.hinted()) == 1


async def test_a_build_that_died_is_begun_anew(exporting: Exporting) -> None:
    asked = await exporting.request()

    def die(_: AppSummary) -> bytes:
        raise Died

    with pytest.raises(Died):
        await exporting.build(asked, die)
    assert (await exporting.read(asked)).state is ExportState.RUNNING
    exporting.now += MINUTE
    assert (await exporting.build(asked)).state is ExportState.RUNNING, "its claim has not lapsed yet"
    assert await exporting.hint() == 0
    exporting.now += 3 * MINUTE
    await exporting.hinted()
    assert (await exporting.hint(), await exporting.hinted()) == (1, [asked.id])
    built = await exporting.build(asked)
    assert (built.state, built.attempts, built.rows) == (ExportState.READY, 2, 3)
    assert (await exporting.content(built)).startswith(b"head\napp-2")


async def test_builds_that_die_are_not_repeated_for_ever(exporting: Exporting) -> None:
    asked, begun = await exporting.request(), 0

    def die(_: AppSummary) -> bytes:
        raise Died

    while (await exporting.read(asked)).state is not ExportState.FAILED:
        assert begun <= MOST_ATTEMPTS
        begun += 1
        try:
            await exporting.build(asked, die)
        except Died:
            exporting.now += HOUR
    failed = await exporting.read(asked)
    assert failed.attempts == MOST_ATTEMPTS
    assert failed.reason is not None
    assert "the service ended meanwhile" in failed.reason
    assert await exporting.hint() == 0


@pytest.mark.parametrize(
    ("error", "told"), [(Unavailable("storage is busy"), "storage is busy"), (KeyError("<canary>"), "KeyError in")]
)
async def test_a_failure_is_tried_again_later_and_then_told(exporting: Exporting, error: Exception, told: str) -> None:
    asked = await exporting.request()

    def fail(_: AppSummary) -> bytes:
        raise error

    waiting = await exporting.build(asked, fail)
    assert (waiting.state, waiting.attempts) == (ExportState.QUEUED, 1)
    assert waiting.not_before is not None
    assert waiting.not_before > exporting.now
    assert waiting.reason is not None
    assert waiting.reason.startswith(told)
    for _ in range(MOST_ATTEMPTS - 1):
        exporting.now += HOUR
        failed = await exporting.build(asked, fail)
    assert (failed.state, failed.attempts) == (ExportState.FAILED, MOST_ATTEMPTS)
    assert failed.reason is not None
    assert told in failed.reason
    assert "canary" not in failed.reason
    assert (await exporting.build(asked)).state is ExportState.FAILED


async def test_a_builder_whose_claim_lapsed_spoils_nothing(exporting: Exporting) -> None:
    asked, services = await exporting.request(), exporting.application.services
    held = Held(services.export_files)
    form = FileForm(head=b"late\n", between=b",", tail=b"", row=lambda _: b"late")
    late = build_export(replace(services, export_files=held), asked.id, {ExportFormat.CSV: form}, NOW, lambda: NOW)
    building = asyncio.create_task(late)
    await held.reached.wait()
    exporting.now += HOUR
    built = await exporting.build(asked)
    held.goes_on.set()
    await building
    assert await exporting.read(asked) == built
    assert (built.state, built.attempts) == (ExportState.READY, 2)
    assert (await exporting.content(built)).startswith(b"head\n")


async def test_a_ready_export_is_not_built_again(exporting: Exporting) -> None:
    built = await exporting.build(await exporting.request())
    assert await exporting.build(built, lambda _: b"other") == built


async def test_a_key_that_is_used_again_after_a_day_makes_a_file_of_its_own(exporting: Exporting) -> None:
    built = await exporting.build(await exporting.request(key="k"))
    exporting.now += DAY + HOUR
    anew = await exporting.build(await exporting.request(key="k"))
    assert (anew.id, anew.attempts, anew.state) == (built.id, built.attempts, ExportState.READY)
    assert anew.file != built.file


async def test_an_export_is_gone_after_a_day(exporting: Exporting) -> None:
    built = await exporting.build(await exporting.request(key="k"))
    exporting.now += DAY
    with pytest.raises(UnknownExport):
        await exporting.read(built)
    anew = await exporting.request(key="k")
    assert (anew.state, anew.expires) == (ExportState.QUEUED, exporting.now + DAY)
    exporting.now += DAY
    assert await purge_exports(exporting.application.services, exporting.now) == 1
    with pytest.raises(UnknownExport):
        await read_export(exporting.application.services, built, 0, 1)
