"""A full read of the directory, one step at a time.

Each page is in the mirror before the read moves on, so a step that is repeated after a crash changes nothing. Nothing
is removed before every page was read: only then is what no page showed known to be gone.
"""

import logging
from datetime import datetime

from msgspec.structs import replace

from shared.domain.directory import DirectoryKind
from shared.domain.errors import DeltaExpired, NotFound, NotLicensed, PermissionMissing, Refused, Unavailable
from shared.domain.inventory_reads import CHANGE_KINDS, REQUIRED, FullRead, InventoryState, ReadStage
from shared.domain.mirror import SLICES
from shared.pipeline.inventory.build_slice import build_slice
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.read_stages import StageReader, Step, counted, next_stage
from shared.pipeline.inventory.rebuild_apps import Basis
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.inventory.skipped_stages import is_skipped_for, with_skipped

_COUNTED = (*CHANGE_KINDS, DirectoryKind.USERS)
_LOST_LINK = (DeltaExpired, NotFound, Refused)

_log = logging.getLogger(__name__)


async def begin_read(directory: DirectoryReader, state: InventoryState, now: datetime) -> FullRead:
    """The links to changes are taken first: what changes while pages are read is followed afterwards.

    A kind that may not be read has none; its stage then says so.
    """
    links: dict[str, str] = {}
    for kind in CHANGE_KINDS:
        try:
            links[kind.value] = await directory.latest(kind)
        except PermissionMissing:
            if ReadStage(kind.value) in REQUIRED:
                raise
    return FullRead(number=state.reads + 1, started=now, links=links, expected=await _expected(directory))


def begun_anew(read: FullRead, now: datetime) -> FullRead:
    """The read from its first page, under a number of its own: what was seen until now may be gone by then.

    Its links stay. They are older than its pages, so they tell of changes that the pages hold already.
    """
    return FullRead(
        number=read.number + 1, started=now, links=read.links, expected=read.expected, restarts=read.restarts + 1
    )


async def read_page(reader: StageReader, read: FullRead) -> Step:
    """One page. A stage that may not be read is left out.

    A link that no longer leads on makes its stage begin again, which ``restarts`` counts.
    """
    try:
        return await reader.page(read)
    except (PermissionMissing, NotLicensed, *_LOST_LINK) as error:
        if is_skipped_for(error, read):
            _log.warning("part of the directory is left out", extra={"stage": read.stage.value, "reason": str(error)})
            return Step(next_stage(with_skipped(read, error)))
        if read.step is None or not isinstance(error, _LOST_LINK):
            raise
        return Step(replace(read, step=None, restarts=read.restarts + 1))


async def read_slice(services: InventoryServices, read: FullRead, basis: Basis) -> FullRead | None:
    """Apps of one slice; None once the read is complete."""
    name = read.step or SLICES[0]
    built = await build_slice(services, name, read, basis)
    following = SLICES.index(name) + 1
    return None if following == len(SLICES) else replace(counted(read, built), step=SLICES[following])


async def _expected(directory: DirectoryReader) -> dict[str, int]:
    """How many there are about, which only says how long it may take: what cannot be counted is left out."""
    expected: dict[str, int] = {}
    for kind in _COUNTED:
        try:
            expected[kind.value] = await directory.count(kind)
        except (Unavailable, PermissionMissing, NotLicensed, NotFound, Refused) as error:
            _log.info("not counted", extra={"kind": kind.value, "reason": str(error)})
    return expected
