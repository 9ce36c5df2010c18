"""What stood and no longer does: its alert says so, and is resolved where the policy asks for it.

Order: the alert first, then the note that it ended. Who dies in between tells the alert again, which then knows it.
A condition that nobody can judge just now stands on: that something is unknown is no all-clear.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from shared.domain.errors import Conflict, Unavailable
from shared.domain.standing import Ending, Standing, VersionedStanding, ended_change, fingerprint_if_tracked
from shared.pipeline.inventory.judged_apps import JudgedApps
from shared.pipeline.inventory.services import InventoryServices
from shared.policies.explanations import conditions_now
from shared.policies.ruleset import RuleSet

_MOST_TRIES: Final = 10


async def end_standing(
    services: InventoryServices,
    partition: str,
    rules: RuleSet,
    judged: JudgedApps,
    stood: Mapping[str, VersionedStanding],
    now: datetime,
) -> None:
    """``stood`` is all that ever did, before this judging. Raises Conflict, Unavailable."""
    still = {fingerprint_if_tracked(finding) for finding in judged.findings}
    for fingerprint, one in stood.items():
        if one.standing.ended is not None or fingerprint in still:
            continue
        ending = _ending_of(one.standing, rules, judged, now)
        if ending is not None:
            await _tell_alert(services, fingerprint, ending, now)
            ended = replace(one.standing, ended=now)
            await services.standing.put(partition, [VersionedStanding(standing=ended, version=one.version)])


def _ending_of(standing: Standing, rules: RuleSet, judged: JudgedApps, now: datetime) -> Ending | None:
    """Why it no longer stands; None where that is not certain."""
    policy = rules.policies.get(standing.policy_id)
    resolves = policy is not None and policy.alert.auto_resolve
    bound, app = rules.in_force.get(standing.policy_id), judged.apps.get(standing.app_id)
    if standing.policy_id in rules.broken:
        return None
    if bound is None:
        return Ending(reason="the policy is no longer in force", resolves=resolves)
    if app is None:
        return Ending(reason="the app is gone, or no longer one that is watched", resolves=resolves)
    exemption = rules.exemptions.of(standing.policy_id, app.app_id.lower(), now)
    if exemption is not None:
        reason = f"the app is exempted: {exemption.id}"
    elif (standing.policy_id, standing.app_id) in judged.open:
        return None
    elif not bound.scope.covers(app.app_id.lower()):
        reason = "the policy no longer covers the app"
    else:
        reason = "the condition no longer holds"
    return Ending(reason=reason, conditions=conditions_now(bound, app, now), resolves=resolves)


async def _tell_alert(services: InventoryServices, fingerprint: str, ending: Ending, now: datetime) -> None:
    for _ in range(_MOST_TRIES):
        series = await services.alerts.series(fingerprint)
        change = ended_change(series, ending, now)
        if change is None:
            if series.alert is not None and series.alert.condition_holds is False:
                await services.queue.settle(series.alert.id)  # Who died right after the commit never said so.
            return
        await services.intents.open(change.alert.id, now)
        try:
            await services.alerts.commit(change)
        except Conflict:
            continue
        await services.queue.settle(change.alert.id)
        return
    raise Unavailable(f"series {fingerprint} changed {_MOST_TRIES} times meanwhile")
