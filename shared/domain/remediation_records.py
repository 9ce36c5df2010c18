"""What the pipeline and the store of remediations hand each other. Versions are opaque, as those of alerts are."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.alerts import HistoryEntry
from shared.domain.remediations import Remediation, RemediationStatus, Snapshot, remediation_id_of


class AppRemediations(Struct, frozen=True, kw_only=True):
    """What is known of all remediations of one app. ``active`` is the id of the unfinished one.

    ``version`` changes with every commit of any of them, and is None where the app has none yet.
    """

    app_id: str
    version: str | None = None
    last_number: int = 0
    active: str | None = None

    @property
    def next_id(self) -> str:
        return remediation_id_of(self.app_id, self.last_number + 1)

    def after(self, remediation: Remediation, number: int) -> "AppRemediations":
        """With this remediation as it is now."""
        others = None if self.active == remediation.id else self.active
        return replace(
            self,
            last_number=max(self.last_number, number),
            active=others if remediation.is_finished else remediation.id,
        )


class VersionedRemediation(Struct, frozen=True, kw_only=True):
    remediation: Remediation
    etag: str
    app: AppRemediations
    last_history: HistoryEntry


class RecordedChange(Struct, frozen=True, kw_only=True):
    """A remediation as it is after the change, and the entry of its history that tells of it.

    Claims, waits and counts of reads have no entry: they are how it is carried out, not what was done.
    """

    remediation: Remediation
    entry: HistoryEntry | None = None


class RequestKey(Struct, frozen=True, kw_only=True):
    """A caller's word that a request with this key is one and the same. ``request`` is a hash of what was asked."""

    caller_id: str
    key: str
    request: str


class RemediationChange(Struct, frozen=True, kw_only=True):
    """What one commit writes of one app: all in one partition, so all or nothing.

    ``snapshot`` belongs to the first of ``records``; ``request_key`` will lead to it.
    """

    app: AppRemediations
    records: tuple[RecordedChange, ...]
    snapshot: Snapshot | None = None
    request_key: RequestKey | None = None


class RemediationQuery(Struct, frozen=True, kw_only=True):
    """Filters of the list of remediations; None means no filter."""

    app_id: str | None = None
    status: frozenset[RemediationStatus] | None = None


class RemediationPage(Struct, frozen=True, kw_only=True):
    """Newest first. A page may be short, even empty, and still have a ``next``."""

    remediations: tuple[Remediation, ...]
    next: str | None


class StopSwitch(Struct, frozen=True, kw_only=True, rename="camel"):
    """The one switch that stops all remediation but the way back. ``last_stopped_date_time`` outlives lifting it."""

    stopped: bool = False
    reason: str | None = None
    changed_by: str | None = None
    changed_date_time: datetime | None = None
    last_stopped_date_time: datetime | None = None

    def refuses(self, requested: datetime) -> bool:
        """What was asked for at this moment: no stop lets through what was decided before it, lifted or not."""
        return self.stopped or (self.last_stopped_date_time is not None and requested <= self.last_stopped_date_time)


class VersionedStopSwitch(Struct, frozen=True, kw_only=True):
    """``version`` is None while nobody has ever used it."""

    switch: StopSwitch
    version: str | None = None
    last_history: HistoryEntry | None = None
