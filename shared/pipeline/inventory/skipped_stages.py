"""Stages of a full read that may not be read: what of it can be read goes on without them."""

from msgspec.structs import replace

from shared.domain.directory import DirectoryKind
from shared.domain.errors import NotFound, NotLicensed, PermissionMissing, Refused, Unavailable
from shared.domain.inventory_reads import REQUIRED, FullRead, PartState, ReadStage
from shared.pipeline.source_health import health_after
from shared.pipeline.unforeseen import told

FORESEEN = (Unavailable, PermissionMissing, NotLicensed, NotFound, Refused)
_MAY_BE_ABSENT = frozenset({ReadStage.FEDERATED_CREDENTIALS})
"""Read by way of Graph's beta, which not every cloud has."""


def is_skipped_for(error: Exception, read: FullRead) -> bool:
    """Whether the read goes on without its stage. A link that leads nowhere is no reason: its stage begins anew."""
    if read.stage in REQUIRED:
        return False
    if isinstance(error, NotFound | Refused):
        return read.step is None and read.stage in _MAY_BE_ABSENT
    return isinstance(error, PermissionMissing | NotLicensed)


def with_skipped(read: FullRead, error: Exception, reason: str) -> FullRead:
    part = PartState(health=health_after(error), reason=reason[:500])
    return replace(read, skipped={**read.skipped, read.stage.value: part})


def skipped_kinds(read: FullRead) -> frozenset[DirectoryKind]:
    return frozenset(kind for kind in DirectoryKind if kind.value in read.skipped)


def reason_of(error: Exception) -> str:
    """What may be shown: the messages of foreseen errors, and of others only what they are."""
    return str(error) if isinstance(error, FORESEEN) else told(error)
