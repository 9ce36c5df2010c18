"""One remediation while it is carried out: every change of it is a commit with its history entry."""

from datetime import datetime

from msgspec.structs import replace

from shared.domain.alerts import PropertyEdit
from shared.domain.history import next_entry
from shared.domain.remediation_records import RecordedChange, RemediationChange, VersionedRemediation
from shared.domain.remediations import Obstacle, Remediation, RemediationStatus, Snapshot, moved
from shared.pipeline.remediation.ports import Remediations

_SERVICE = "Consentry"


class RemediationRecord:
    """Holds the remediation as it was read or written last. Every method raises Conflict where another host moved it,
    and after that the record is of no use.
    """

    def __init__(self, remediations: Remediations, current: VersionedRemediation, now: datetime) -> None:
        self._remediations = remediations
        self._current = current
        self._now = now
        self._enabled = current.remediation.enabled_after

    @property
    def current(self) -> VersionedRemediation:
        return self._current

    @property
    def remediation(self) -> Remediation:
        return self._current.remediation

    def saw(self, enabled: bool) -> None:
        """How the app was read just now: stored with the next change."""
        self._enabled = enabled

    async def keep(self, after: Remediation) -> None:
        """Store a claim, a wait or a count, which is no change that anybody has to know the reason of."""
        shown = replace(after, enabled_after=self._enabled)
        records = (RecordedChange(remediation=shown),)
        self._current = await self._remediations.commit(RemediationChange(app=self._current.app, records=records))

    async def change(
        self, after: Remediation, action: str, detail: str | None = None, snapshot: Snapshot | None = None
    ) -> None:
        records = (self._recorded(after, action, detail),)
        self._current = await self._remediations.commit(
            RemediationChange(app=self._current.app, records=records, snapshot=snapshot)
        )

    async def finish(self, status: RemediationStatus, changed: bool | None, obstacle: Obstacle | None) -> None:
        """The end of it. An undo that did not succeed frees its original in the same commit."""
        after = replace(
            moved(self.remediation, status),
            changed=changed,
            obstacle=obstacle,
            finished_date_time=self._now,
            claimed_until=None,
            not_before=None,
        )
        action = "confirmed" if status is RemediationStatus.SUCCEEDED else status.value
        records = [self._recorded(after, action, obstacle.message if obstacle else None)]
        if after.undoes is not None and status is not RemediationStatus.SUCCEEDED:
            records += await self._freed(after.undoes)
        self._current = await self._remediations.commit(
            RemediationChange(app=self._current.app, records=tuple(records))
        )

    async def _freed(self, original_id: str) -> list[RecordedChange]:
        original = await self._remediations.get(original_id)
        if original is None or original.remediation.undone_by != self.remediation.id:
            return []
        action = f"still to undo: {self.remediation.id} did not"
        entry = next_entry(original.last_history, self._now, _SERVICE, action, (), None)
        return [RecordedChange(remediation=replace(original.remediation, undone_by=None), entry=entry)]

    def _recorded(self, after: Remediation, action: str, detail: str | None) -> RecordedChange:
        before = self.remediation
        edits: tuple[PropertyEdit, ...] = ()
        if after.status is not before.status:
            edits = (PropertyEdit(property="status", before=before.status.value, after=after.status.value),)
        entry = next_entry(self._current.last_history, self._now, _SERVICE, action, edits, detail)
        return RecordedChange(remediation=replace(after, enabled_after=self._enabled), entry=entry)
