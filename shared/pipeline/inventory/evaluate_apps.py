"""Judging apps by the policies that look at their state, a partition at a time.

A partition waits as long as the note beside its apps stands, and the note goes only at the version that was read before
the apps were. Judging may be repeated: the same state of an app is the same evidence.

Order of writes: what begins to stand, its alerts, what has ended, by which rules that was judged, and last that nothing
waits. Dying between any two leaves a partition that waits.
"""

import logging
from datetime import datetime, timedelta

from shared.domain.errors import Conflict, Unavailable
from shared.domain.mirror import SLICES
from shared.domain.standing import JudgedPartition, begun, numbered
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.inventory.end_standing import end_standing
from shared.pipeline.inventory.judge_anew import mark_of
from shared.pipeline.inventory.judged_apps import JudgedApps, judge_apps
from shared.pipeline.inventory.services import InventoryServices
from shared.policies.ruleset import RuleSet

_PATIENCE = timedelta(minutes=2)
"""Work younger than this is on its way."""
_LEFT_ALONE = timedelta(minutes=15)

_log = logging.getLogger(__name__)


async def evaluate_apps(services: InventoryServices, partition: str, now: datetime) -> None:
    """Judge the apps of one partition if it waits. A transient failure leaves it waiting: the sweeper hints again.

    What nobody foresaw goes to the poison queue by the tries of the host; the sweeper then leaves the partition alone
    for a while, or its hints would go there too, every minute.
    """
    try:
        await _evaluate(services, partition, now)
    except (Unavailable, Conflict) as error:
        _log.warning("apps could not be judged", extra={"partition": partition, "reason": str(error)})
    except Exception:
        await services.apps.note_unjudged([partition], now + _LEFT_ALONE)
        raise


async def evaluate_all_apps(services: InventoryServices, now: datetime) -> None:
    """Have every app judged again: policies look at ages and expiries, which change by themselves."""
    await services.apps.note_unjudged(SLICES, now)
    for partition in SLICES:
        await services.queue.evaluate_apps(partition)


async def hint_unjudged_apps(services: InventoryServices, now: datetime, patience: timedelta = _PATIENCE) -> int:
    """Hint again at partitions that have waited for a while, once a minute; returns how many.

    Once nothing waits after the first complete read, that moment is noted: what was found until then is no news.
    """
    # Asked first: a read that is complete by now has noted all that waits for it, one that ends later has not.
    awaits_note = await _awaits_note(services)
    waiting = await services.apps.all_unjudged()
    if awaits_note and not waiting:
        await services.watch.note_first_read_judged(now)
    due = [partition for partition, since in waiting.items() if since + patience <= now]
    for partition in due:
        await services.queue.evaluate_apps(partition)
    return len(due)


async def _evaluate(services: InventoryServices, partition: str, now: datetime) -> None:
    note = await services.apps.unjudged(partition)
    if note is None:
        return
    await services.refresh_rules()
    rules = services.rules()
    judged = await judge_apps(services, rules, await services.apps.in_partition(partition), now)
    for entry in judged.not_evaluated:
        _log.info("not evaluated", extra={"policy": entry.policy_id, "reason": entry.reason})
    await _raise_and_end(services, partition, rules, judged, now)
    await services.judged_partitions.note(
        JudgedPartition(
            partition=partition,
            rules=mark_of(rules),
            judged=now,
            due=judged.due,
            not_evaluated=len(judged.not_evaluated),
            exempted=len(judged.exempted),
        )
    )
    await services.apps.note_judged(partition, note)


async def _raise_and_end(
    services: InventoryServices, partition: str, rules: RuleSet, judged: JudgedApps, now: datetime
) -> None:
    stood = await services.standing.in_partition(partition)
    begins = begun(stood, judged.findings, now)
    await services.standing.put(partition, list(begins.values()))
    findings = numbered(judged.findings, {**stood, **begins})
    await raise_alerts(services, findings, now, await services.watch.state())
    await end_standing(services, partition, rules, judged, stood, now)


async def _awaits_note(services: InventoryServices) -> bool:
    """Whether a first read is complete whose judging nobody has noted yet."""
    watch = await services.watch.state()
    if watch is None or watch.first_read_judged is not None:
        return False
    return bool((await services.inventory_reads.state()).state.reads)
