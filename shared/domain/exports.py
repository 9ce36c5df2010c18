"""Exports of the list of apps: everything that matches, in a file that is built in the background."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from shared.domain.app_summaries import AppQuery

EXPIRES_AFTER = timedelta(hours=24)


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


class ExportState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Export(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One export. ``bytes`` is the size of the file once it is ready; ``expires`` is when file and export go.

    ``requested_by`` is the id of the caller, who alone may read it. Until ``not_before`` nobody else takes it up: a
    host builds it, or it waits after a failure. ``rows`` is how many are in the file so far.
    """

    id: str
    format: ExportFormat
    query: AppQuery
    requested_by: str
    created: datetime
    expires: datetime
    state: ExportState = ExportState.QUEUED
    attempts: int = 0
    rows: int = 0
    bytes: int = 0
    not_before: datetime | None = None
    completed: datetime | None = None
    reason: str | None = None

    @property
    def is_finished(self) -> bool:
        return self.state in {ExportState.READY, ExportState.FAILED}

    @property
    def file(self) -> str:
        """Each attempt writes a file of its own: one that was given up and still writes spoils nothing.

        An export whose key is used again, once it had its time, has the id of the one before: ``created`` differs.
        """
        return f"{self.id}/{self.created:%Y%m%dT%H%M%S%f}-{self.attempts}.{self.format}"
