"""Carries remediations out: claim one, visit its app, and come back until it is finished.

Hints may come twice, at once, too early or never. The claim lets one host at a time do anything, and the sweeper
brings back what is unfinished, so a process may die anywhere.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.domain.errors import Conflict, NotFound, PermissionMissing, Refused, Unavailable
from shared.domain.remediation_records import VersionedRemediation
from shared.domain.remediations import Obstacle, Remediation, RemediationStatus, moved
from shared.pipeline.backoff import delay_after
from shared.pipeline.remediation.conclude_remediation import conclude
from shared.pipeline.remediation.ports import AppSwitch
from shared.pipeline.remediation.record import RemediationRecord
from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.remediation.switch_app import visit

_CLAIM = timedelta(minutes=5)
_LONGEST_VISIT_SECONDS = 120
"""Well within the claim, so that no visit goes on after another host may have begun one."""
_MOST_ATTEMPTS = 20
"""With back-off, about four hours."""
_ORPHAN = timedelta(hours=1)

_log = logging.getLogger(__name__)


async def remediate(services: RemediationServices, remediation_id: str, now: datetime) -> None:
    """Take the next step, if it is due. Raises Unavailable when storage is."""
    current = await services.remediations.get(remediation_id)
    if current is None:
        await _forget_orphan(services, remediation_id, now)
        return
    if not current.remediation.is_finished:
        if services.app_switch is None:
            _log.error("this process may not change apps", extra={"remediation": remediation_id})
            return
        if _due(current.remediation, now) > now:
            return
        try:
            current = await _take_turn(services, services.app_switch, current, now)
        except Conflict:
            return  # Another host has it: that one goes on.
    if current.remediation.is_finished:
        await conclude(services, current.remediation, now)


async def _take_turn(
    services: RemediationServices, switch: AppSwitch, current: VersionedRemediation, now: datetime
) -> VersionedRemediation:
    record = RemediationRecord(services.remediations, current, now)
    await _claim(record, now)
    delay = await _attempt(services, switch, record, now)
    if delay is not None:
        await record.keep(replace(record.remediation, claimed_until=None, not_before=now + delay))
        await services.queue.remediate(record.remediation.id, delay)
    return record.current


async def _claim(record: RemediationRecord, now: datetime) -> None:
    before = record.remediation
    claimed = replace(moved(before, RemediationStatus.RUNNING), claimed_until=now + _CLAIM)
    if before.status is RemediationStatus.RUNNING:
        await record.keep(claimed)
    else:
        await record.change(claimed, "claimed")


async def _attempt(
    services: RemediationServices, switch: AppSwitch, record: RemediationRecord, now: datetime
) -> timedelta | None:
    """How long to wait before the next visit; None once it is finished. Raises Conflict."""
    try:
        async with asyncio.timeout(_LONGEST_VISIT_SECONDS):
            return await visit(services, switch, record, now)
    except Conflict:
        raise
    except PermissionMissing as error:
        await _fail(record, _permission_missing(error))
        return None
    except Refused as error:
        await _fail(record, _refused(error))
        return None
    except (Unavailable, NotFound, TimeoutError) as error:
        return await _later(record, error)
    except Exception as error:  # a bug must not leave an app half way: the attempts bound it, and the log tells
        _log.exception("a visit failed", extra={"remediation": record.remediation.id})
        return await _later(record, error)


async def _later(record: RemediationRecord, error: Exception) -> timedelta | None:
    attempts = record.remediation.attempts + 1
    reason = str(error) if isinstance(error, Unavailable | NotFound) else type(error).__name__
    if attempts >= _MOST_ATTEMPTS:
        await _fail(record, _gave_up(reason))
        return None
    attempted = replace(record.remediation, attempts=attempts, last_error=reason)
    await record.change(attempted, "attempt failed", reason)
    return delay_after(attempts, error)


async def _fail(record: RemediationRecord, obstacle: Obstacle) -> None:
    remediation = record.remediation
    # A first attempt that the directory turned down wrote nothing. An earlier one may have had its effect unseen.
    certain = remediation.write_begun_date_time is None or remediation.attempts == 0
    await record.finish(RemediationStatus.FAILED, changed=False if certain else None, obstacle=obstacle)


async def _forget_orphan(services: RemediationServices, remediation_id: str, now: datetime) -> None:
    """Its request died before it was recorded. One that is about to be recorded is young."""
    opened = await services.remediation_list.opened(remediation_id)
    if opened is not None and now - opened > _ORPHAN:
        await services.remediation_list.close(remediation_id)


def _due(remediation: Remediation, now: datetime) -> datetime:
    return max(filter(None, (remediation.not_before, remediation.claimed_until)), default=now)


def _permission_missing(error: PermissionMissing) -> Obstacle:
    return Obstacle(
        code="permissionMissing",
        message="The remediator's identity may not do this.",
        advice=f"Have an administrator grant it {' or '.join(error.permissions)}, then ask again.",
    )


def _refused(error: Refused) -> Obstacle:
    return Obstacle(
        code="refusedByDirectory",
        message=f"The directory refused the change: {error}",
        advice="Look at the app in Entra: it may be one that nobody can switch.",
    )


def _gave_up(reason: str) -> Obstacle:
    return Obstacle(
        code="gaveUp",
        message=f"It failed {_MOST_ATTEMPTS} times; the last time: {reason}",
        advice="See in the health of the service what is down, look at the app in Entra, then ask again.",
    )
