"""After a remediation is finished: the alert that it was made for tells of it, and nothing of it is open any more.

Each step may be repeated. The note that it is unfinished goes last, so the sweeper brings back what a crash left.
"""

import asyncio
import random
from datetime import datetime

from msgspec.structs import replace

from shared.domain.alert_series import AlertChange, VersionedAlert
from shared.domain.alerts import PropertyEdit
from shared.domain.episodes import next_version_time
from shared.domain.errors import Conflict, Unavailable
from shared.domain.history import next_entry
from shared.domain.remediations import Remediation, RemediationStatus
from shared.pipeline.remediation.services import RemediationServices

_MOST_TRIES = 10
_LONGEST_PAUSE_SECONDS = 0.2


async def conclude(services: RemediationServices, remediation: Remediation, now: datetime) -> None:
    """Raises Unavailable when storage is, or when others change the alert all the time."""
    if remediation.alert_id is not None:
        await _tell_alert(services, remediation, remediation.alert_id, now)
    await services.remediation_list.project(remediation)
    await services.remediation_list.close(remediation.id)


async def _tell_alert(services: RemediationServices, remediation: Remediation, alert_id: str, now: datetime) -> None:
    for _ in range(_MOST_TRIES):
        current = await services.alerts.get(alert_id)
        if current is None or await _is_told(services, remediation, alert_id):
            return
        await services.intents.open(alert_id, now)
        try:
            await services.alerts.commit(_change(current, remediation, now))
        except Conflict:
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 -- guards nothing
            continue
        await services.queue.settle(alert_id)
        return
    raise Unavailable(f"alert {alert_id} changed {_MOST_TRIES} times meanwhile")


async def _is_told(services: RemediationServices, remediation: Remediation, alert_id: str) -> bool:
    told = _edit(remediation)
    return any(told in entry.edits for entry in await services.alerts.history(alert_id))


def _change(current: VersionedAlert, remediation: Remediation, now: datetime) -> AlertChange:
    undone = remediation.undoes is not None and remediation.status is RemediationStatus.SUCCEEDED
    action = "remediation undone" if undone else f"remediation {remediation.status.value}"
    why = f"{remediation.action.value}: {remediation.reason}"
    edits = (_edit(remediation),)
    return AlertChange(
        alert=replace(current.alert, last_update_date_time=next_version_time(current.alert, now)),
        expected_version=current.series_version,
        history=(next_entry(current.last_history, now, remediation.requested_by, action, edits, why),),
    )


def _edit(remediation: Remediation) -> PropertyEdit:
    return PropertyEdit(property="remediation", before=None, after=remediation.id)
