"""Which of our own changes in the audit log a remediation explains."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.domain.errors import Conflict, Unavailable
from shared.domain.events import Event
from shared.domain.history import next_entry
from shared.domain.remediation_records import RecordedChange, RemediationChange
from shared.pipeline.remediation.ports import Remediations, WriteLog

_WITHIN = timedelta(minutes=15)
"""Of a write: clocks differ, and the service that logs it has its own."""
_MOST_EVENTS = 20
"""One write makes two or three records."""
_MOST_TRIES = 10
_SERVICE = "Consentry"


class RecordedRemediations:
    """What is recorded of remediations, asked by those who read the audit log."""

    def __init__(self, remediations: Remediations, writes: WriteLog) -> None:
        self._remediations = remediations
        self._writes = writes

    async def explaining(
        self, service_principal_id: str | None, app_id: str | None, enabled: bool, around: datetime
    ) -> str | None:
        """The remediation that was about to switch this app so within 15 minutes of that moment, the latest of them."""
        ids = await self._writes.between(service_principal_id, app_id, around - _WITHIN, around + _WITHIN)
        written = await self._remediations.get_all(ids)
        return next((one.id for one in reversed(written) if one.target is enabled), None)

    async def seen_in_audit(self, remediation_id: str, event: Event) -> None:
        """Note once that the audit log shows the write; the entry bears the time that the log gives."""
        for _ in range(_MOST_TRIES):
            current = await self._remediations.get(remediation_id)
            if current is None:
                return
            seen = current.remediation.audit_event_ids
            if event.id in seen or len(seen) >= _MOST_EVENTS:
                return
            time = event.time or current.last_history.time
            entry = next_entry(current.last_history, time, _SERVICE, "seen in the audit log", (), event.id)
            after = replace(current.remediation, audit_event_ids=(*seen, event.id))
            records = (RecordedChange(remediation=after, entry=entry),)
            try:
                await self._remediations.commit(RemediationChange(app=current.app, records=records))
            except Conflict:
                continue
            return
        raise Unavailable(f"remediation {remediation_id} changed {_MOST_TRIES} times meanwhile")
