"""What the alert tells of a remediation that was made for it; once that is finished, nothing of it is open any more.

Each step may be repeated. The note that it is unfinished goes last, so the sweeper brings back what a crash left.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.domain.alerts import HistoryEntry, PropertyEdit
from shared.domain.history import next_entry
from shared.domain.remediations import Remediation, RemediationStatus
from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.remediation.tell_alert import tell_alert


async def conclude(services: RemediationServices, remediation: Remediation, now: datetime) -> None:
    """Raises Unavailable when storage is, or when others change the alert all the time."""
    if remediation.alert_id is not None:
        await _tell_alert(services, remediation, remediation.alert_id, now)
    await services.remediation_list.project(remediation)
    await services.remediation_list.close(remediation.id)


async def _tell_alert(services: RemediationServices, remediation: Remediation, alert_id: str, now: datetime) -> None:
    edit = PropertyEdit(property="remediation", before=None, after=remediation.id)
    undone = remediation.undoes is not None and remediation.status is RemediationStatus.SUCCEEDED
    action = "remediation undone" if undone else f"remediation {remediation.status.value}"
    why = f"{remediation.action.value}: {remediation.reason}"

    def entry_after(history: Sequence[HistoryEntry]) -> HistoryEntry | None:
        if any(edit in entry.edits for entry in history):
            return None
        return next_entry(history[-1] if history else None, now, remediation.requested_by, action, (edit,), why)

    await tell_alert(services, alert_id, entry_after, now)


async def tell_of_wait(services: RemediationServices, remediation: Remediation, reason: str, now: datetime) -> None:
    """Once. Raises Unavailable as ``conclude`` does."""
    edit = PropertyEdit(property="waitingRemediation", before=None, after=remediation.id)

    def entry_after(history: Sequence[HistoryEntry]) -> HistoryEntry | None:
        if any(edit in entry.edits for entry in history):
            return None
        last = history[-1] if history else None
        return next_entry(last, now, remediation.requested_by, "actionPostponed", (edit,), reason)

    if remediation.alert_id is not None:
        await tell_alert(services, remediation.alert_id, entry_after, now)
