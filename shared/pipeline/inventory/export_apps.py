"""Exports of the list of apps: asked for, built in the background, read by whoever asked, and removed after a day.

How it is seen to that one is built in the end, and by one host at a time, stands in ``background_work``.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

import msgspec

from shared.domain.app_summaries import AppQuery, AppSummary
from shared.domain.errors import NotFound
from shared.domain.exports import EXPIRES_AFTER, Export, ExportFormat
from shared.domain.roles import Caller
from shared.pipeline.background_work import PATIENCE, Attempt, Clock, begin, hint_waiting, system_clock, take_up
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.remediation.request_remediation import claimed_key
from shared.pipeline.services import Services

_ROWS_PER_CLAIM = 10_000


class UnknownExport(Exception):
    """There is no export of this id, or it is somebody else's, or it has had its time."""


@dataclass(frozen=True, kw_only=True)
class FileForm:
    """How apps become the bytes of a file: ``row`` of each, ``between`` them, within ``head`` and ``tail``."""

    head: bytes
    between: bytes
    tail: bytes
    row: Callable[[AppSummary], bytes]

    def rows(self, apps: Iterable[AppSummary]) -> bytes:
        return self.between.join(map(self.row, apps))


async def request_export(
    services: Services, query: AppQuery, form: ExportFormat, caller: Caller, now: datetime, key: str | None = None
) -> Export:
    """The export that was begun, or that was begun for this ``key`` before. Raises RequestKeyReused."""
    asked = ("export", form, msgspec.json.encode(query, order="deterministic").decode())
    await claimed_key(services, caller, key, asked)
    named = uuid5(NAMESPACE_URL, f"{caller.id}/{key}") if key is not None else uuid4()
    export = Export(
        id=str(named), format=form, query=query, requested_by=caller.id, created=now, expires=now + EXPIRES_AFTER
    )
    return await begin(services.exports, export, services.queue.build_export)


async def get_export(services: InventoryServices, export_id: str, caller: Caller, now: datetime) -> Export:
    """Raises UnknownExport."""
    found = await services.exports.get(export_id.lower())
    if found is None or found[0].requested_by != caller.id or found[0].expires <= now:
        raise UnknownExport
    return found[0]


async def read_export(services: InventoryServices, export: Export, start: int, length: int) -> bytes:
    """A part of the file of one that is ready. Raises UnknownExport for one that was removed just now."""
    try:
        return await services.export_files.read(export.file, start, length)
    except NotFound:
        raise UnknownExport from None


async def build_export(
    services: InventoryServices,
    export_id: str,
    forms: Mapping[ExportFormat, FileForm],
    now: datetime,
    clock: Clock = system_clock,
) -> None:
    """Builds it unless it is finished or somebody is at it. What fails is tried again, a few times."""
    attempt = await take_up(services.exports, export_id, services.queue.build_export, now, clock)
    if attempt is None:
        return

    async def build() -> None:
        content = _content(services, attempt, forms[attempt.work.format], clock)
        await attempt.finish(bytes=await services.export_files.write(attempt.work.file, content))

    await attempt.carry_out(build, rows=0)


async def hint_exports(services: InventoryServices, now: datetime, patience: timedelta = PATIENCE) -> int:
    """Hint again at exports that have waited for a while; returns how many."""
    return await hint_waiting(services.exports, services.queue.build_export, now, patience)


async def purge_exports(services: InventoryServices, now: datetime) -> int:
    """Remove those that have had their day, with their files; returns how many."""
    return await services.exports.purge(now)


async def _content(
    services: InventoryServices, attempt: Attempt[Export], form: FileForm, clock: Clock
) -> AsyncIterator[bytes]:
    """The file, a batch of rows at a time; now and then the export tells how many there are."""
    yield form.head
    between, rows = b"", 0
    async for batch in services.app_list.batches(attempt.work.query, clock()):
        # Beside the event loop: a batch takes some tenths of a second, and others are served meanwhile.
        yield between + await asyncio.to_thread(form.rows, batch)
        between, rows = form.between, rows + len(batch)
        if rows - attempt.work.rows >= _ROWS_PER_CLAIM:
            await attempt.renew(rows=rows)
    yield form.tail
    await attempt.renew(rows=rows)
