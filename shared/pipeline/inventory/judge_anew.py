"""Partitions whose apps have to be judged again although no app changed: the rules did, or time has passed.

What was judged last says by which rules. So a policy that was changed is judged over the whole inventory even if the
process that changed it died right after its commit: the sweeper finds every partition that other rules judged.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec

from shared.domain.mirror import SLICES
from shared.domain.standing import JudgedPartition
from shared.pipeline.inventory.services import InventoryServices
from shared.policies.ruleset import RuleSet

_AT_MOST_EVERY: Final = timedelta(hours=1)
"""How often time alone has one partition judged: thousands of apps fall due at moments of their own."""


async def note_outdated(services: InventoryServices, now: datetime) -> int:
    """Note that they wait, and hint at them; returns how many. Those that wait already are left to their hints."""
    await services.refresh_rules()
    mark, judged = mark_of(services.rules()), await services.judged_partitions.all()
    outdated = [partition for partition in SLICES if _is_outdated(judged.get(partition), mark, now)]
    waiting = await services.apps.all_unjudged() if outdated else {}
    found = [partition for partition in outdated if partition not in waiting]
    await services.apps.note_unjudged(found, now)
    for partition in found:
        await services.queue.evaluate_apps(partition)
    return len(found)


def mark_of(rules: RuleSet) -> str:
    """Names all that an answer rests on beside the app: policies, lists and exemptions."""
    exemptions = sorted(rules.exemptions, key=lambda one: one.id)
    return sha256(rules.hash.encode() + msgspec.json.encode(exemptions)).hexdigest()[:32]


def _is_outdated(judged: JudgedPartition | None, mark: str, now: datetime) -> bool:
    if judged is None or judged.rules != mark:
        return True
    return judged.due is not None and judged.due <= now and judged.judged + _AT_MOST_EVERY <= now
