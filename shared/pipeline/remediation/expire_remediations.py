"""A request that nobody began within a day is refused: it is not sprung on a tenant that has moved on.

Any process may do it, so it is done even where no remediator runs. An undo does not expire: the way back stays open.
"""

from datetime import datetime, timedelta

from shared.domain.errors import Conflict
from shared.domain.remediation_records import VersionedRemediation
from shared.domain.remediations import Obstacle, Remediation, RemediationStatus
from shared.pipeline.remediation.conclude_remediation import conclude
from shared.pipeline.remediation.record import RemediationRecord
from shared.pipeline.remediation.services import RemediationServices

EXPIRED = Obstacle(
    code="expired",
    message="It could not be carried out within a day.",
    advice="See in its history and in the health of the service what held it up, then ask again.",
)
_GOOD_FOR = timedelta(hours=24)


def is_expired(remediation: Remediation, now: datetime) -> bool:
    return remediation.undoes is None and now - remediation.requested_date_time > _GOOD_FOR


async def expire_remediations(services: RemediationServices, now: datetime) -> int:
    """End those that wait for too long and were never claimed; returns how many. Raises Unavailable."""
    ended = 0
    for remediation_id in await services.remediation_list.unfinished(now - _GOOD_FOR):
        current = await services.remediations.get(remediation_id)
        if current is not None and await _end(services, current, now):
            ended += 1
    return ended


async def _end(services: RemediationServices, current: VersionedRemediation, now: datetime) -> bool:
    if current.remediation.status is not RemediationStatus.REQUESTED or not is_expired(current.remediation, now):
        return False
    record = RemediationRecord(services.remediations, current, now)
    try:
        await record.finish(RemediationStatus.REFUSED, changed=False, obstacle=EXPIRED)
    except Conflict:
        return False  # The remediator has claimed it this moment.
    await conclude(services, record.remediation, now)
    return True
