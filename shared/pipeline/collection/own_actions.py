"""Changes that our own identities made: explained by a recorded remediation, or an alert.

A remediation is recorded before it writes, so a change of ours that no record explains was not made by the service.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.domain.activities import USE_OF_DATA, Activity
from shared.domain.app_references import AppReference
from shared.domain.built_in import BUILT_IN, UNEXPLAINED_OWN_CHANGE
from shared.domain.events import Event
from shared.domain.findings import ConditionResult, Evidence, Finding
from shared.domain.watch import Watch
from shared.pipeline.collection.identify import Identified
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.services import Services

_READING = USE_OF_DATA | {Activity.SIGN_IN, Activity.GRAPH_CALLED, Activity.RISK_DETECTED, Activity.RISK_CHANGED}
"""What our identities do all day, or what is only told of them. A change in Azure is none of it."""


async def without_own_actions(
    services: Services, found: Sequence[Identified], now: datetime, watch: Watch | None
) -> list[Identified]:
    """What is left to be judged: an explained change is noted with its remediation, an unexplained one judged too."""
    others: list[Identified] = []
    unexplained: list[Finding] = []
    for one in found:
        acting = own_identity(one.event, services.own_app_ids)
        if acting is None:
            others.append(one)
        elif not await _is_explained(services, one.event, acting):
            others.append(one)
            unexplained.append(_finding(one.event, acting))
    await raise_alerts(services, unexplained, now, watch)
    return others


def own_identity(event: Event, own_app_ids: frozenset[str]) -> AppReference | None:
    """The identity of ours that made this change, None if none did."""
    acting = event.actor.app
    if acting is None or acting.app_id is None or event.activity in _READING:
        return None
    return acting if acting.app_id.lower() in own_app_ids else None


async def _is_explained(services: Services, event: Event, acting: AppReference) -> bool:
    remediation_id = await explanation_of(services, event, acting)
    if services.trail is None or remediation_id is None:
        return False
    await services.trail.seen_in_audit(remediation_id, event)
    return True


async def explanation_of(services: Services, event: Event, acting: AppReference) -> str | None:
    """A remediation explains the switch that it made, and nothing else that happens to the app at that time.

    Only the remediator makes it: our other identity has no business with changes.
    """
    is_remediator = (acting.app_id or "").lower() == services.remediator_app_id
    enabled = _switched_to(event) if is_remediator else None
    if services.trail is None or event.time is None or enabled is None:
        return None
    app = event.app
    return await services.trail.explaining(app.service_principal_id, app.app_id, enabled, event.time)


def _switched_to(event: Event) -> bool | None:
    """The new state of a switched app; None for a record of anything else, or one that does not tell the state.

    One record of a switch may tell of more: a write can refresh what an app's home registration has changed.
    """
    if event.activity is not Activity.SERVICE_PRINCIPAL_UPDATED:
        return None
    told = {_state(change.after) for change in event.changes if change.name == "AccountEnabled"}
    return told.pop() if len(told) == 1 else None


def _state(text: str | None) -> bool | None:
    """Services write ``[false]``, ``false`` and ``False``."""
    return {"true": True, "false": False}.get((text or "").strip('[] "').lower())


def _finding(event: Event, acting: AppReference) -> Finding:
    text = BUILT_IN[UNEXPLAINED_OWN_CHANGE]
    conditions = (
        ConditionResult(condition="event.actor.app is an identity of Consentry", outcome="true", seen=str(acting.key)),
        ConditionResult(
            condition="event is a switch of event.app to the state that a remediation of within 15 minutes asked for",
            outcome="false",
            seen="none",
        ),
    )
    return Finding(
        policy_id=text.id,
        policy_version=1,
        title=text.title,
        severity=text.severity,
        group=(str(acting.key), event.app.key or ""),
        app=acting,
        observed=event.time,
        evidence=(Evidence(event=event, conditions=conditions),),
    )
