"""Exports of the list of apps: asked for, built in the background, read by whoever asked, and removed after a day.

The row of an export is the truth, the message only a hint. Whoever builds it claims the row and renews that claim as
rows are written; a builder that died lets it lapse, and another one begins anew with a file of its own. The file
becomes the export's with the last move of the row, so what is read is always one whole state of the list.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

import msgspec
from msgspec.structs import replace

from shared.domain.app_summaries import AppQuery, AppSummary
from shared.domain.errors import Conflict, NotFound, Unavailable
from shared.domain.exports import EXPIRES_AFTER, MOST_ATTEMPTS, Export, ExportFormat, ExportState
from shared.domain.roles import Caller
from shared.pipeline.backoff import delay_after
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.remediation.request_remediation import claimed_key
from shared.pipeline.services import Services
from shared.pipeline.unforeseen import told

_CLAIM = timedelta(minutes=3)
"""Longer than a portion of rows ever takes: they are written within seconds."""
_PATIENCE = timedelta(minutes=2)
"""An export younger than this is on its way."""
_ROWS_PER_CLAIM = 10_000
_MOST_TRIES = 10
_log = logging.getLogger(__name__)


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


type Clock = Callable[[], datetime]


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
    for _ in range(_MOST_TRIES):
        found = await services.exports.get(export.id)
        if found is not None and found[0].expires > now:
            return found[0]
        try:
            await (services.exports.move(export, found[1]) if found is not None else services.exports.add(export))
        except Conflict:
            continue  # The same request again, at the same moment: the next round finds what it began.
        await _tell(services, export)
        return export
    raise Unavailable(f"an export changed {_MOST_TRIES} times meanwhile")


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
    clock: Clock = lambda: datetime.now(UTC),
) -> None:
    """Builds it unless it is finished or somebody is at it. What fails is tried again, a few times."""
    found = await services.exports.get(export_id)
    if found is None or found[0].is_finished or found[0].expires <= now:
        return
    export, version = found
    if export.not_before is not None and export.not_before > now:
        return
    build = _Build(services, export, version, clock)
    try:
        if export.attempts >= MOST_ATTEMPTS:
            await build.give_up(export.reason or "the service ended while it was being built")
            return
        await build.claim()
        await build.finish(await services.export_files.write(build.export.file, build.content(forms[export.format])))
    except _Overtaken:
        _log.info("export taken over", extra={"export": export_id})
    except Unavailable as error:
        await build.postpone(error, str(error))
    except Exception as error:  # stored rather than raised: the host would try again at once, and then never
        _log.exception("export failed", extra={"export": export_id})
        await build.postpone(error, told(error))


async def hint_exports(services: InventoryServices, now: datetime, patience: timedelta = _PATIENCE) -> int:
    """Hint again at exports that have waited for a while; returns how many."""
    due = [
        export
        for export in await services.exports.waiting(now - patience)
        if export.not_before is None or export.not_before <= now
    ]
    for export in due:
        await services.queue.build_export(export.id)
    return len(due)


async def purge_exports(services: InventoryServices, now: datetime) -> int:
    """Remove those that have had their day, with their files; returns how many."""
    return await services.exports.purge(now)


class _Overtaken(Exception):
    """Somebody else moved the export: its claim had lapsed."""


class _Build:
    """One attempt. ``export`` is as it was stored last."""

    def __init__(self, services: InventoryServices, export: Export, version: str, clock: Clock) -> None:
        self._services = services
        self._version = version
        self._clock = clock
        self.export = export

    async def claim(self) -> None:
        await self._move(
            state=ExportState.RUNNING,
            attempts=self.export.attempts + 1,
            rows=0,
            not_before=self._clock() + _CLAIM,
        )

    async def content(self, form: FileForm) -> AsyncIterator[bytes]:
        """The file, a batch of rows at a time; now and then the export tells how many there are."""
        yield form.head
        between, rows = b"", 0
        async for batch in self._services.app_list.batches(self.export.query, self._clock()):
            # Beside the event loop: a batch takes some tenths of a second, and others are served meanwhile.
            yield between + await asyncio.to_thread(form.rows, batch)
            between, rows = form.between, rows + len(batch)
            if rows - self.export.rows >= _ROWS_PER_CLAIM:
                await self._move(rows=rows, not_before=self._clock() + _CLAIM)
        yield form.tail
        await self._move(rows=rows, not_before=self._clock() + _CLAIM)

    async def finish(self, size: int) -> None:
        now = self._clock()
        await self._move(state=ExportState.READY, bytes=size, not_before=None, completed=now, reason=None)

    async def postpone(self, error: Exception, reason: str) -> None:
        """Lets go of the claim, so that it is tried again later; or gives up."""
        try:
            if self.export.attempts >= MOST_ATTEMPTS:
                await self.give_up(reason)
                return
            delay = delay_after(max(self.export.attempts, 1), error)
            await self._move(state=ExportState.QUEUED, not_before=self._clock() + delay, reason=reason)
            await self._services.queue.build_export(self.export.id, delay)
        except (_Overtaken, Unavailable):
            return  # The claim lapses by itself, and the sweeper hints.

    async def give_up(self, last: str) -> None:
        reason = f"It failed {self.export.attempts} times; the last time: {last}"
        await self._move(state=ExportState.FAILED, not_before=None, completed=self._clock(), reason=reason)

    async def _move(self, **changes: object) -> None:
        """Raises _Overtaken."""
        moved = replace(self.export, **changes)
        try:
            self._version = await self._services.exports.move(moved, self._version)
        except Conflict as error:
            raise _Overtaken from error
        self.export = moved


async def _tell(services: InventoryServices, export: Export) -> None:
    try:
        await services.queue.build_export(export.id)
    except (Conflict, Unavailable) as error:
        _log.warning("the export will be built later", extra={"export": export.id, "reason": str(error)})
