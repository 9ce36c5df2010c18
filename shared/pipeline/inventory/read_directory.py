"""A full read of the directory, one step at a time.

Each page is in the mirror before the read moves on, so a step that is repeated after a crash changes nothing. Nothing
is removed before every page was read: only then is what no page showed known to be gone.
"""

import logging
from datetime import datetime

from msgspec.structs import replace

from shared.domain.directory import DirectoryKind
from shared.domain.errors import DeltaExpired, NotFound, NotLicensed, PermissionMissing, Refused, Unavailable
from shared.domain.inventory_reads import CHANGE_KINDS, READ_FORM, REQUIRED, FullRead, InventoryState, ReadStage
from shared.domain.mirror import SLICES
from shared.pipeline.inventory.build_slice import build_slice
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.read_stages import StageReader, Step, counted, next_stage, restarted
from shared.pipeline.inventory.rebuild_apps import Basis
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.inventory.skipped_stages import is_skipped_for, reason_of, with_skipped
from shared.pipeline.inventory.strays import rebuild_strays

_COUNTED = (*CHANGE_KINDS, DirectoryKind.USERS)
_LOST_LINK = (DeltaExpired, NotFound, Refused)
_MOST_FAILURES = 3
"""Of one stage, one after the other. Then the read goes on without it, or begins anew where apps could not be made of
what was read: it may be what was read that cannot be made.
"""
_MOST_RESTARTS = 3
"""Of one stage, before each further one counts as a failure."""

_log = logging.getLogger(__name__)


async def begin_read(directory: DirectoryReader, state: InventoryState, now: datetime) -> FullRead:
    """The links to changes are taken first: what changes while pages are read is followed afterwards.

    A kind that may not be read has none; its stage then says so. One that fails again and again is followed from where
    it was, or not before the next read.
    """
    links: dict[str, str] = {}
    for kind in CHANGE_KINDS:
        try:
            links[kind.value] = await directory.latest(kind)
        except PermissionMissing:
            if ReadStage(kind.value) in REQUIRED:
                raise
        except (Unavailable, NotLicensed, NotFound, Refused):
            if ReadStage(kind.value) in REQUIRED or state.attempts + 1 < _MOST_FAILURES:
                raise
            if kind.value in state.links:
                links[kind.value] = state.links[kind.value]
    expected = await _expected(directory)
    return FullRead(number=state.reads + 1, started=now, links=links, expected=expected, form=READ_FORM)


def begun_anew(read: FullRead, now: datetime) -> FullRead:
    """The read from its first page, under a number of its own: what was seen until now may be gone by then.

    Its links stay. They are older than its pages, so they tell of changes that the pages hold already.
    """
    return FullRead(number=read.number + 1, started=now, links=read.links, expected=read.expected, form=READ_FORM)


async def read_page(reader: StageReader, read: FullRead) -> Step:
    """One page. A stage that may not be read is left out.

    A link that no longer leads on makes its stage begin again, which ``restarts`` counts. Raises Unavailable where that
    does not help.
    """
    try:
        return await reader.page(read)
    except (PermissionMissing, NotLicensed, *_LOST_LINK) as error:
        if is_skipped_for(error, read):
            _log.warning("part of the directory is left out", extra={"stage": read.stage.value, "reason": str(error)})
            return Step(next_stage(with_skipped(read, error, str(error))))
        if not isinstance(error, _LOST_LINK):
            raise
        if read.step is not None and read.restarts < _MOST_RESTARTS:
            return Step(restarted(read))
        raise Unavailable(f"{read.stage} is not read to its end: {error}") from error


def after_failure(read: FullRead, error: Exception, now: datetime) -> FullRead:
    """Where the read goes on: another time at the same page, and without its stage once that failed too often."""
    failed = replace(read, failures=read.failures + 1)
    if read.step is not None and read.restarts == _MOST_RESTARTS:
        failed = replace(restarted(failed), restarts=_MOST_RESTARTS)
    if failed.failures < _MOST_FAILURES:
        return failed
    if read.stage is ReadStage.APPS:
        return begun_anew(read, now)
    return failed if read.stage in REQUIRED else next_stage(with_skipped(read, error, reason_of(error)))


async def read_slice(services: InventoryServices, read: FullRead, basis: Basis) -> FullRead | None:
    """Apps of one slice; None once the read is complete."""
    name = read.step or SLICES[0]
    built = await build_slice(services, name, read, basis)
    following = SLICES.index(name) + 1
    if following == len(SLICES):
        await rebuild_strays(services, basis)
        return None
    return replace(counted(read, built), step=SLICES[following])


async def _expected(directory: DirectoryReader) -> dict[str, int]:
    """How many there are about, which only says how long it may take: what cannot be counted is left out."""
    expected: dict[str, int] = {}
    for kind in _COUNTED:
        try:
            expected[kind.value] = await directory.count(kind)
        except (Unavailable, PermissionMissing, NotLicensed, NotFound, Refused) as error:
            _log.info("not counted", extra={"kind": kind.value, "reason": str(error)})
    return expected
