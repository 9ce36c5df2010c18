"""Is remediation well? What failed within a day, and what waits although it should be done."""

from datetime import datetime, timedelta

from shared.domain.built_in import OperatorKind
from shared.domain.remediations import Remediation
from shared.pipeline.operation.health_checks import Check, unwell
from shared.pipeline.remediation.services import RemediationServices

_FAILURES_SHOWN = timedelta(days=1)
_MOST_FAILURES = 20
"""Each costs a read, every minute."""
_LONGEST_WAIT = timedelta(minutes=15)
_MOST_WAITING = 100
"""Those that wait longest are read, to tell what waits from what only has to be tidied up."""


async def check_remediations(services: RemediationServices, now: datetime) -> list[Check]:
    """Raises Unavailable."""
    return [*await _failures(services, now), await _waiting(services, now)]


async def _failures(services: RemediationServices, now: datetime) -> list[Check]:
    """Each failure of the last day, so that it is told once; a later success of the app does not unmake it."""
    ids = await services.remediation_list.failed_since(now - _FAILURES_SHOWN, _MOST_FAILURES + 1)
    if not ids:
        return [Check(name="remediation", detail="none failed in the last day")]
    checks = [_failure(each) for each in await services.remediations.get_all(ids[:_MOST_FAILURES])]
    if len(ids) > _MOST_FAILURES:
        more = f"more than {_MOST_FAILURES} failed in the last day: see api/remediations?status=failed"
        checks.append(unwell("remediation", OperatorKind.REMEDIATION_FAILED, "others", more))
    return checks


def _failure(failed: Remediation) -> Check:
    reason = failed.obstacle.message if failed.obstacle else failed.last_error or "it could not be confirmed"
    return unwell(f"remediation {failed.id}", OperatorKind.REMEDIATION_FAILED, failed.id, reason)


async def _waiting(services: RemediationServices, now: datetime) -> Check:
    ids = await services.remediation_list.unfinished(now - _LONGEST_WAIT)
    read = await services.remediations.get_all(ids[:_MOST_WAITING])
    waiting = [each for each in read if not each.is_finished]
    if not waiting:
        return Check(name="remediations waiting", detail="none for more than 15 minutes")
    oldest = min(waiting, key=lambda each: each.requested_date_time)
    number = f"{len(waiting)} or more" if len(ids) > _MOST_WAITING else str(len(waiting))
    asked = oldest.requested_date_time.isoformat(timespec="seconds")
    detail = f"{number} not finished, the oldest asked for at {asked}"
    detail += f": {oldest.last_error}" if oldest.last_error else ""
    return unwell("remediations waiting", OperatorKind.REMEDIATION_WAITS, "remediation", detail)
