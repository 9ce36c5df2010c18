"""One visit to the app that a claimed remediation is about: read it, and take the one step that follows.

A visit ends finished, or with a time for the next one. Order of writes: the place under the ceiling, the note that a
write is about to be made, the snapshot with the fact that it was begun, the write itself, the fact that it was made.

- The snapshot is never taken again once a write was begun: it holds the state that an undo brings back.
- A process that dies around the write leaves it begun. The next visit reads the app: is it as asked for, the write
  had its effect, if not it is made again, which changes nothing more.
- Replicas of the directory lag by seconds to minutes, so a write is confirmed by several reads, and an app that seems
  to be as asked for already is read twice before that is believed.
- A write that a policy asked for waits while there is no place under the ceiling, until the request expires: a person
  is told at once, and asks again.
- Graph has no condition for this write. A process that stands still between its last commit and the write for longer
  than its claim could write after another one has finished; the short time limit around a visit is against that.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.domain.errors import Unavailable
from shared.domain.remediation_guards import check, checks, first_obstacle, target_of_snapshot
from shared.domain.remediations import Obstacle, RemediationStatus, Snapshot
from shared.pipeline.remediation.conclude_remediation import tell_of_wait
from shared.pipeline.remediation.expire_remediations import EXPIRED, is_expired
from shared.pipeline.remediation.guards import guards_now
from shared.pipeline.remediation.policy_pins import pinned_obstacle
from shared.pipeline.remediation.ports import AppSwitch
from shared.pipeline.remediation.record import RemediationRecord
from shared.pipeline.remediation.services import RemediationServices

_NEXT_READ = timedelta(seconds=10)
_MOST_READS = 12
"""With waits that grow from ten seconds to one minute: about nine minutes."""
_LONGEST_WAIT = timedelta(minutes=1)
_UNTIL_THERE_IS_ROOM = timedelta(minutes=10)

_GONE = Obstacle(
    code="appDeleted",
    message="The app has no service principal in this tenant any more.",
    advice="There is nothing to switch. If it was deleted by mistake, restore it in Entra within 30 days.",
)
_OTHER_APP = Obstacle(
    code="otherApp",
    message="The directory has another app under the object id that the remediation names.",
    advice="Wait for the next complete read of the inventory, then ask again.",
)
_UNCONFIRMED = Obstacle(
    code="unconfirmed",
    message="The directory accepted the change, but does not show it.",
    advice="Look at the app in Entra: somebody may have changed it back. Then ask again, or undo this.",
)


async def visit(
    services: RemediationServices, switch: AppSwitch, record: RemediationRecord, now: datetime
) -> timedelta | None:
    """How long to wait before the next visit; None once it is finished.

    Raises Conflict, Unavailable, PermissionMissing, NotFound and Refused.
    """
    remediation = record.remediation
    snapshot = await switch.read(remediation.service_principal_id)
    if snapshot is None:
        await _stop(record, _GONE)
        return None
    enabled = snapshot.get("accountEnabled")
    if not isinstance(enabled, bool):
        raise Unavailable("the directory did not say whether the app is enabled")
    record.saw(enabled)
    as_asked = enabled is remediation.target
    if remediation.write_begun_date_time is not None and as_asked:
        await record.finish(RemediationStatus.SUCCEEDED, changed=True, obstacle=None)
        return None
    if remediation.written_date_time is not None:
        return await _read_again(record)
    obstacle = await _obstacle(services, record, snapshot, now)
    if obstacle is not None:
        await _stop(record, obstacle)
        return None
    if as_asked:
        return await _believe(record, snapshot, now)
    return await _write(services, switch, record, snapshot, now)


async def _obstacle(
    services: RemediationServices, record: RemediationRecord, snapshot: Snapshot, now: datetime
) -> Obstacle | None:
    """All guards anew, by the settings of this process and the app as it is. Raises Unavailable if that is not told."""
    remediation = record.remediation
    target = target_of_snapshot(snapshot, remediation.app_id)
    if target.app_id.lower() != remediation.app_id.lower():
        return _OTHER_APP
    undo = remediation.undoes is not None
    if not target.is_known and not (undo and remediation.target):
        raise Unavailable("the directory did not say whose app it is, or of what type")
    obstacle = first_obstacle(checks(target, remediation.action, await guards_now(services), undo=undo))
    if obstacle is not None or undo:
        return obstacle
    if is_expired(remediation, now):
        return EXPIRED
    stop = (await services.stop_switch.read()).switch
    stopped = check("stopped", passed=not stop.refuses(remediation.requested_date_time)).obstacle
    return stopped or await pinned_obstacle(services, remediation, now)


async def _write(
    services: RemediationServices, switch: AppSwitch, record: RemediationRecord, snapshot: Snapshot, now: datetime
) -> timedelta | None:
    remediation = record.remediation
    if remediation.undoes is None:
        counted = await services.ceiling.take(remediation.id, services.guards.ceiling_per_hour, now)
        obstacle = check("ceilingReached", passed=counted).obstacle
        if obstacle is not None:
            return await _without_room(services, record, obstacle, now)
    await services.remediation_writes.note(remediation, now)
    if remediation.write_begun_date_time is None:
        begun = replace(
            remediation,
            enabled_before=not remediation.target,
            snapshot_date_time=now,
            write_begun_date_time=now,
        )
        await record.change(begun, "snapshot taken", snapshot=snapshot)
    await switch.set_enabled(remediation.service_principal_id, remediation.target)
    await record.change(replace(record.remediation, written_date_time=now, reads=0), "written")
    return _NEXT_READ


async def _without_room(
    services: RemediationServices, record: RemediationRecord, obstacle: Obstacle, now: datetime
) -> timedelta | None:
    """The alert is told first: the remediation's own note keeps it from being told anew."""
    remediation = record.remediation
    if remediation.policy_id is None or remediation.write_begun_date_time is not None:
        await _stop(record, obstacle)
        return None
    if remediation.last_error != obstacle.message:
        await tell_of_wait(services, remediation, obstacle.message, now)
        await record.change(replace(remediation, last_error=obstacle.message), "waits", obstacle.message)
    return _UNTIL_THERE_IS_ROOM


async def _believe(record: RemediationRecord, snapshot: Snapshot, now: datetime) -> timedelta | None:
    """The app is as asked for without our doing: believed at the second visit that finds it so."""
    remediation = record.remediation
    if remediation.snapshot_date_time is not None:
        await record.finish(RemediationStatus.SUCCEEDED, changed=False, obstacle=None)
        return None
    seen = replace(remediation, enabled_before=remediation.target, snapshot_date_time=now)
    await record.change(seen, "found as asked for", snapshot=snapshot)
    return _NEXT_READ


async def _read_again(record: RemediationRecord) -> timedelta | None:
    reads = record.remediation.reads + 1
    if reads >= _MOST_READS:
        await record.finish(RemediationStatus.FAILED, changed=None, obstacle=_UNCONFIRMED)
        return None
    await record.keep(replace(record.remediation, reads=reads))
    return min(_NEXT_READ * reads, _LONGEST_WAIT)


async def _stop(record: RemediationRecord, obstacle: Obstacle) -> None:
    """Refused, if nothing can have been written; else it failed half way, which is said."""
    if record.remediation.write_begun_date_time is None:
        await record.finish(RemediationStatus.REFUSED, changed=False, obstacle=obstacle)
        return
    half_way = replace(obstacle, message=f"{obstacle.message} A write was begun before, and may have had its effect.")
    await record.finish(RemediationStatus.FAILED, changed=None, obstacle=half_way)
