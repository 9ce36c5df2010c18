"""The way back: a remediation of its own whose target is the state before the one that it undoes.

Both are changed in one commit, so of several who undo at once one does. An undo that fails frees the original, so that
it can be tried again. The stop switch and the ceiling do not hold it up.
"""

import asyncio
import random
from datetime import datetime

from msgspec.structs import replace

from shared.domain.errors import Conflict, Unavailable
from shared.domain.history import next_entry
from shared.domain.remediation_guards import Target, check, checks, first_obstacle
from shared.domain.remediation_records import RecordedChange, RemediationChange, RequestKey, VersionedRemediation
from shared.domain.remediations import Remediation, RemediationAction, remediation_id_of, split_remediation_id
from shared.domain.roles import Caller
from shared.pipeline.remediation.errors import (
    NothingToUndo,
    RemediationActive,
    RemediationRefused,
    UnknownRemediation,
)
from shared.pipeline.remediation.guards import guards_now
from shared.pipeline.remediation.request_remediation import claimed_key, hand_over, made_before, signature
from shared.pipeline.remediation.services import RemediationServices

_MOST_TRIES = 10
_LONGEST_PAUSE_SECONDS = 0.2


async def undo_remediation(
    services: RemediationServices,
    remediation_id: str,
    reason: str,
    caller: Caller,
    now: datetime,
    key: str | None = None,
) -> VersionedRemediation:
    """The remediation that undoes it, or the one that was made for this ``key`` before.

    Raises UnknownRemediation, NothingToUndo, RemediationActive, RemediationRefused and RequestKeyReused.
    """
    request_key: RequestKey | None = None
    for _ in range(_MOST_TRIES):
        original = await services.remediations.get(remediation_id)
        if original is None:
            raise UnknownRemediation(remediation_id)
        request_key = request_key or await claimed_key(services, caller, key, ("undo", remediation_id, reason))
        made = await made_before(services, original.app.app_id, request_key)
        if made is not None:
            return made
        await _refuse_if_no_way_back(services, original)
        undo = _undo_of(original, reason, signature(caller), now)
        await _refuse_if_guarded(services, undo)
        await services.remediation_list.open(undo.id, now)
        try:
            made = await services.remediations.commit(_change(original, undo, now, request_key))
        except Conflict:
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 -- guards nothing
            continue
        await hand_over(services, made)
        return made
    raise Unavailable(f"remediations of one app changed {_MOST_TRIES} times meanwhile")


async def _refuse_if_no_way_back(services: RemediationServices, original: VersionedRemediation) -> None:
    remediation = original.remediation
    if original.app.active is not None and original.app.active != remediation.undone_by:
        raise RemediationActive(original.app.active)
    if remediation.undoes is not None:
        raise NothingToUndo("An undo is not undone: ask for the remediation again.")
    if remediation.undone_by is not None:
        raise NothingToUndo(f"It is undone already, by {remediation.undone_by}.")
    if not remediation.may_have_written:
        raise NothingToUndo("It wrote nothing: the app is as it was.")
    later = await _later_write(services, original)
    if later is not None:
        raise NothingToUndo(f"Remediation {later} has changed the app since: undo that one.")


async def _later_write(services: RemediationServices, original: VersionedRemediation) -> str | None:
    """The newest remediation after it that may have written and still stands."""
    place = split_remediation_id(original.remediation.id)
    first = place[1] + 1 if place else 1
    for number in range(original.app.last_number, first - 1, -1):
        later = await services.remediations.get(remediation_id_of(original.app.app_id, number))
        # What was undone since leaves the app as the original did, and so do attempts at undoing the original.
        stands = later is not None and later.remediation.undoes is None and later.remediation.undone_by is None
        if later is not None and stands and later.remediation.may_have_written:
            return later.remediation.id
    return None


async def _refuse_if_guarded(services: RemediationServices, undo: Remediation) -> None:
    """By what is certain without reading the app; the remediator asks all guards again."""
    target = Target(app_id=undo.app_id, service_principal_id=undo.service_principal_id)
    guards = await guards_now(services)
    answers = checks(target, undo.action, guards, undo=True)
    obstacle = first_obstacle((*answers, check("notSetUp", passed=guards.is_set_up)))
    if obstacle is not None:
        raise RemediationRefused(obstacle)


def _undo_of(original: VersionedRemediation, reason: str, author: str, now: datetime) -> Remediation:
    undone = original.remediation
    return Remediation(
        id=original.app.next_id,
        app_id=undone.app_id,
        service_principal_id=undone.service_principal_id,
        app_display_name=undone.app_display_name,
        action=RemediationAction.ENABLE if undone.enabled_before else RemediationAction.DISABLE,
        reason=reason,
        requested_by=author,
        requested_date_time=now,
        alert_id=undone.alert_id,
        undoes=undone.id,
    )


def _change(
    original: VersionedRemediation, undo: Remediation, now: datetime, key: RequestKey | None
) -> RemediationChange:
    requested = next_entry(None, now, undo.requested_by, "requested", (), undo.reason)
    told = next_entry(original.last_history, now, undo.requested_by, f"undone by {undo.id}", (), undo.reason)
    undone = replace(original.remediation, undone_by=undo.id)
    return RemediationChange(
        app=original.app,
        records=(
            RecordedChange(remediation=undo, entry=requested),
            RecordedChange(remediation=undone, entry=told),
        ),
        request_key=key,
    )
