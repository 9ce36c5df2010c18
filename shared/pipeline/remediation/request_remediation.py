"""Somebody asks for an app to be switched: checked, recorded with name and reason, then left to the remediator.

Order of writes: the caller's key (bound to the appId, whatever the app was called by), the note that something is
unfinished, the remediation itself (with its history, its place as the app's only active one and the key that leads to
it, all in one commit), its row in the list, the message. Dying between any two leaves either nothing that anybody
sees, or a remediation that the sweeper hints at again.
"""

import hashlib
import logging
from datetime import datetime

import msgspec
from msgspec import Struct

from shared.domain.errors import Conflict, Unavailable
from shared.domain.history import next_entry
from shared.domain.remediation_records import (
    AppRemediations,
    RecordedChange,
    RemediationChange,
    RequestKey,
    VersionedRemediation,
)
from shared.domain.remediations import Remediation, RemediationAction
from shared.domain.roles import Caller
from shared.pipeline.remediation.errors import (
    RemediationActive,
    RemediationRefused,
    RequestKeyReused,
)
from shared.pipeline.remediation.plan_remediation import RemediationPlan, plan_remediation, refuse_unfit_alert
from shared.pipeline.remediation.services import RemediationServices

_MOST_TRIES = 10
_log = logging.getLogger(__name__)


class RemediationOrder(Struct, frozen=True, kw_only=True):
    """What is asked for, of one app. ``alert_id`` is the alert that made somebody ask, or the policy that it is of."""

    action: RemediationAction
    reason: str
    alert_id: str | None = None
    policy_id: str | None = None
    policy_version: int | None = None


async def request_remediation(
    services: RemediationServices,
    app_id: str,
    order: RemediationOrder,
    caller: Caller,
    now: datetime,
    key: str | None = None,
) -> VersionedRemediation:
    """The remediation that was made, or that was made for this ``key`` before.

    Raises UnknownApp, UnknownAlertNamed, AlertOfAnotherApp, RemediationRefused, RemediationActive and RequestKeyReused.
    """
    plan = await plan_remediation(services, app_id, order.action, now)
    asked = (plan.app.app_id, order.action, order.reason, order.alert_id)
    request_key = await claimed_key(services, caller, key, asked)
    for _ in range(_MOST_TRIES):
        # The app first: if somebody makes a remediation after this, the commit fails; if before, the key finds it.
        of_app = await services.remediations.of_app(plan.app.app_id)
        made = await made_before(services, plan.app.app_id, request_key)
        if made is not None:
            return made
        await refuse_unfit_alert(services, plan.app, order.alert_id)
        if of_app.active is not None:
            raise RemediationActive(of_app.active)
        if plan.obstacle is not None:
            raise RemediationRefused(plan.obstacle)
        try:
            return await _make(services, of_app, _first_record(of_app, plan, order, caller, now), request_key)
        except Conflict:
            continue  # Another request for this app, perhaps the same one: the next round sees what it made.
    raise Unavailable(f"remediations of one app changed {_MOST_TRIES} times meanwhile")


async def claimed_key(
    services: RemediationServices, caller: Caller, key: str | None, asked: tuple[str | None, ...]
) -> RequestKey | None:
    """The caller's key, which from now on stands for what is ``asked``; None without one. Raises RequestKeyReused."""
    if key is None:
        return None
    request = hashlib.sha256(msgspec.json.encode(asked)).hexdigest()
    request_key = RequestKey(caller_id=caller.id, key=key, request=request)
    if not await services.request_keys.claim(request_key):
        raise RequestKeyReused
    return request_key


async def made_before(
    services: RemediationServices, app_id: str, key: RequestKey | None
) -> VersionedRemediation | None:
    """What the key has led to."""
    if key is None:
        return None
    made = await services.remediations.requested_by_key(app_id, key)
    return await services.remediations.get(made) if made is not None else None


async def hand_over(services: RemediationServices, made: VersionedRemediation) -> None:
    """Show it in the list and tell the remediator; if that fails, the sweeper does both."""
    try:
        await services.remediation_list.project(made.remediation)
        await services.queue.remediate(made.remediation.id)
    except (Conflict, Unavailable) as error:
        _log.warning(
            "the remediator will be told later", extra={"remediation": made.remediation.id, "reason": str(error)}
        )


def signature(caller: Caller) -> str:
    """The name for people, the object id for certainty."""
    return f"{caller.name} ({caller.id})"


async def _make(
    services: RemediationServices, of_app: AppRemediations, record: RecordedChange, key: RequestKey | None
) -> VersionedRemediation:
    """Raises Conflict."""
    await services.remediation_list.open(record.remediation.id, record.remediation.requested_date_time)
    made = await services.remediations.commit(RemediationChange(app=of_app, records=(record,), request_key=key))
    await hand_over(services, made)
    return made


def _first_record(
    of_app: AppRemediations, plan: RemediationPlan, order: RemediationOrder, caller: Caller, now: datetime
) -> RecordedChange:
    remediation = Remediation(
        id=of_app.next_id,
        app_id=plan.app.app_id,
        service_principal_id=plan.app.service_principal_id or "",
        app_display_name=plan.app.display_name,
        action=order.action,
        reason=order.reason,
        requested_by=signature(caller),
        requested_date_time=now,
        alert_id=order.alert_id,
        policy_id=order.policy_id,
        policy_version=order.policy_version,
    )
    entry = next_entry(None, now, remediation.requested_by, "requested", (), order.reason)
    return RecordedChange(remediation=remediation, entry=entry)
