"""How far the reading of the directory has come: one full read a day, and in between only what changed."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.directory import DirectoryKind
from shared.domain.ledger import SourceHealth

CHANGE_KINDS = (DirectoryKind.SERVICE_PRINCIPALS, DirectoryKind.APPLICATIONS, DirectoryKind.GRANTS)
"""Kinds whose changes Graph tells, in the order they are followed. It tells none of app role assignments."""


class ReadStage(StrEnum):
    """The parts of a full read, in their order. The last one makes Apps of what was read."""

    SERVICE_PRINCIPALS = "servicePrincipals"
    APPLICATIONS = "applications"
    GRANTS = "oauth2PermissionGrants"
    APP_ROLE_ASSIGNMENTS = "appRoleAssignments"
    ROLE_ASSIGNMENTS = "roleAssignments"
    FEDERATED_CREDENTIALS = "federatedIdentityCredentials"
    DELETED_APPLICATIONS = "deletedApplications"
    DELETED_SERVICE_PRINCIPALS = "deletedServicePrincipals"
    USERS = "users"
    APPS = "apps"

    @property
    def next(self) -> "ReadStage | None":
        stages = list(ReadStage)
        after = stages.index(self) + 1
        return stages[after] if after < len(stages) else None


REQUIRED = frozenset({ReadStage.SERVICE_PRINCIPALS, ReadStage.APPS})
"""Stages without which there is nothing to list. Of any other that may not be read, the rest goes on without it."""


_READ_FROM_THE_START = frozenset(
    {ReadStage.SERVICE_PRINCIPALS, ReadStage.APPLICATIONS, ReadStage.GRANTS, ReadStage.APP_ROLE_ASSIGNMENTS}
)


READ_FORM = 2
"""Of a full read under way. Of one that an older version began, nothing says which of today's stages it has read."""


class PartState(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """How one part of the inventory stands: a stage of the full read, or a report of use.

    ``last_read`` is when it was last read to its end, None: never. ``reason`` says what is missing or wrong, naming the
    permission or licence that would bring it.
    """

    last_read: datetime | None = None
    health: SourceHealth = SourceHealth.OK
    reason: str | None = None
    objects: int = 0


class FullRead(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A full read under way. ``step`` is where its stage goes on, a link or a slice; None: at its start.

    ``links`` were taken before the first page, so no change between the pages is missed. ``api_ids`` are the object ids
    of the APIs whose app role assignments are read, ``apis_done`` how many of them are. ``objects`` counts by stage,
    ``expected`` says how many there are about, where Graph told. ``skipped`` are the stages that may not be read, or
    that failed too often: what is known of them stays as it was. ``restarts`` counts how often its stage began again,
    ``failures`` how often it failed since it last went on. ``notes`` say by stage what a
    person should see to, although it was read. ``form`` is the READ_FORM of who began it.
    """

    number: int
    started: datetime
    links: dict[str, str]
    stage: ReadStage = ReadStage.SERVICE_PRINCIPALS
    step: str | None = None
    api_ids: tuple[str, ...] = ()
    apis_done: int = 0
    objects: dict[str, int] = {}
    expected: dict[str, int] = {}
    skipped: dict[str, PartState] = {}
    restarts: int = 0
    failures: int = 0
    notes: dict[str, str] = {}
    form: int = 1


class InventoryState(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Where the inventory stands. All times are UTC.

    ``last_full_read`` is when the last complete full read began, ``last_complete_read`` when the directory was last
    known as a whole: a complete full read, or all changes since. None: not yet. ``links`` lead to the next changes.
    ``list_is_stale`` says that apps changed which the list does not show yet. Before ``not_before`` nothing is asked;
    before ``read_not_before`` no full read goes on, but changes are followed.
    ``reason`` tells what is missing or wrong, free of secrets. ``parts`` are those of the last full read, by stage.
    """

    reads: int = 0
    running: FullRead | None = None
    links: dict[str, str] = {}
    last_full_read: datetime | None = None
    last_complete_read: datetime | None = None
    full_read_wanted: bool = False
    list_is_stale: bool = False
    not_before: datetime | None = None
    read_not_before: datetime | None = None
    attempts: int = 0
    health: SourceHealth = SourceHealth.OK
    reason: str | None = None
    parts: dict[str, PartState] = {}


def stages_read(state: InventoryState) -> frozenset[ReadStage]:
    """Stages that were ever read to their end: only of these it can be said that what they do not show is not there.

    A read that runs now counts with the stages that it has behind it.
    """
    read = {ReadStage(stage) for stage, part in state.parts.items() if part.last_read is not None}
    if not state.parts and state.last_full_read is not None:
        read |= _READ_FROM_THE_START  # What was stored before there were parts.
    return frozenset(read | _behind(state.running))


def stages_now_read(state: InventoryState) -> frozenset[ReadStage]:
    """Stages that no read left out since they were last read: these tell also of apps that came only lately."""
    lost = {ReadStage(stage) for stage, part in state.parts.items() if part.health is not SourceHealth.OK}
    skipped = {ReadStage(stage) for stage in (state.running.skipped if state.running else {})}
    return ((stages_read(state) - lost) | _behind(state.running)) - skipped


def _behind(running: FullRead | None) -> frozenset[ReadStage]:
    """Stages that this read has read to their end."""
    if running is None or running.form < READ_FORM:
        return frozenset()
    stages = list(ReadStage)
    return frozenset(each for each in stages[: stages.index(running.stage)] if each.value not in running.skipped)


def parts_after(read: FullRead, before: dict[str, PartState]) -> dict[str, PartState]:
    """How each part stands once this read is complete. Of a skipped one, what was read before still holds."""
    parts: dict[str, PartState] = {}
    for stage in (each.value for each in ReadStage if each is not ReadStage.APPS):
        count, note = read.objects.get(stage, 0), read.notes.get(stage)
        parts[stage] = PartState(last_read=read.started, objects=count, reason=note)
        if (skipped := read.skipped.get(stage)) is not None:
            former = before.get(stage, PartState())
            parts[stage] = replace(skipped, last_read=former.last_read, objects=former.objects)
    return parts


def is_whole(state: InventoryState) -> bool:
    """Whether the last full read left nothing out, and all changes since can be followed."""
    parts = [state.parts.get(stage.value) for stage in ReadStage if stage is not ReadStage.APPS]
    is_followed = all(kind.value in state.links for kind in CHANGE_KINDS)
    return is_followed and all(part is not None and part.health is SourceHealth.OK for part in parts)


class VersionedState(Struct, frozen=True):
    """``version`` is None where nothing was stored yet."""

    state: InventoryState
    version: str | None
