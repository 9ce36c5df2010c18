"""How far the reading of the directory has come: one full read a day, and in between only what changed."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

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
    APPS = "apps"

    @property
    def next(self) -> "ReadStage | None":
        stages = list(ReadStage)
        after = stages.index(self) + 1
        return stages[after] if after < len(stages) else None


class FullRead(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A full read under way. ``step`` is where its stage goes on, a link or a slice; None: at its start.

    ``links`` were taken before the first page, so no change between the pages is missed. ``api_ids`` are the object ids
    of the APIs whose app role assignments are read, ``apis_done`` how many of them are. ``objects`` counts by stage.
    """

    number: int
    started: datetime
    links: dict[str, str]
    stage: ReadStage = ReadStage.SERVICE_PRINCIPALS
    step: str | None = None
    api_ids: tuple[str, ...] = ()
    apis_done: int = 0
    objects: dict[str, int] = {}
    restarts: int = 0


class InventoryState(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Where the inventory stands. All times are UTC.

    ``last_full_read`` is when the last complete full read began, ``last_complete_read`` when the directory was last
    known as a whole: a complete full read, or all changes since. None: not yet. ``links`` lead to the next changes.
    ``list_is_stale`` says that apps changed which the list does not show yet. Before ``not_before`` nothing is asked.
    ``reason`` tells what is missing or wrong, free of secrets.
    """

    reads: int = 0
    running: FullRead | None = None
    links: dict[str, str] = {}
    last_full_read: datetime | None = None
    last_complete_read: datetime | None = None
    full_read_wanted: bool = False
    list_is_stale: bool = False
    not_before: datetime | None = None
    attempts: int = 0
    health: SourceHealth = SourceHealth.OK
    reason: str | None = None


class VersionedState(Struct, frozen=True):
    """``version`` is None where nothing was stored yet."""

    state: InventoryState
    version: str | None
