"""Judging apps by the policies that look at their state, a partition at a time.

A partition waits as long as the note beside its apps stands, and the note goes only at the version that was read before
the apps were. Judging may be repeated: the same state of an app is the same evidence.

Order of writes: what begins to stand, its alerts, that these know it, what has ended, by which rules that was judged,
and last that nothing waits. Dying between any two leaves a partition that waits.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Final

from shared.domain.errors import Conflict, Unavailable
from shared.domain.findings import Finding
from shared.domain.mirror import SLICES
from shared.domain.standing import JudgedPartition, VersionedStanding, as_told, begun, numbered, release_since, untold
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.detection.services import with_these_rules
from shared.pipeline.inventory.end_standing import end_standing
from shared.pipeline.inventory.judge_anew import mark_of
from shared.pipeline.inventory.judged_apps import JudgedApps, judge_apps
from shared.pipeline.inventory.services import InventoryServices
from shared.policies.ruleset import RuleSet

_PATIENCE = timedelta(minutes=2)
"""Work younger than this is on its way."""
_LEFT_ALONE = timedelta(minutes=15)
_UPGRADES_TAKE: Final = timedelta(minutes=15)
"""While hosts are replaced, old and new ones take turns. What only one of them knows would end and begin each time."""
_TOLD_TOGETHER: Final = 100
"""Who dies among thousands of new alerts asks again for no more than so many."""

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
    services = with_these_rules(services)
    rules = services.rules()
    judged = await judge_apps(services, rules, await services.apps.in_partition(partition), now)
    _report(judged)
    stood = await services.standing.in_partition(partition)
    await _raise(services, partition, judged.findings, stood, now)
    summary = _summary((await services.judged_partitions.all()).get(partition), partition, rules, judged, now)
    if _is_settled(summary, now):
        await end_standing(services, partition, rules, judged, stood, now)
    await services.judged_partitions.note(summary)
    await services.apps.note_judged(partition, note)


def _report(judged: JudgedApps) -> None:
    """A line for each reason: where a source is not collected, every app has the same one."""
    reasons = Counter((entry.policy_id, entry.reason) for entry in judged.not_evaluated)
    for (policy_id, reason), apps in sorted(reasons.items()):
        _log.info("not evaluated", extra={"policy": policy_id, "reason": reason, "apps": apps})


async def _raise(
    services: InventoryServices,
    partition: str,
    findings: Sequence[Finding],
    stood: Mapping[str, VersionedStanding],
    now: datetime,
) -> None:
    begins = await services.standing.put(partition, list(begun(stood, findings, now).values()))
    stands = {**stood, **begins}
    watch = await services.watch.state()
    for some in batched(untold(numbered(findings, stands), stands), _TOLD_TOGETHER, strict=False):
        await raise_alerts(services, some, now, watch)
        try:
            await services.standing.put(partition, as_told(some, stands))
        except Conflict:
            continue  # Another host judges the same; what is not marked here is asked again, and known then.


def _summary(
    before: JudgedPartition | None, partition: str, rules: RuleSet, judged: JudgedApps, now: datetime
) -> JudgedPartition:
    since = release_since(before, rules.release, now)
    settled = None if since is None or since + _UPGRADES_TAKE <= now else since + _UPGRADES_TAKE
    return JudgedPartition(
        partition=partition,
        rules=mark_of(rules),
        judged=now,
        due=min(filter(None, (judged.due, settled)), default=None),
        not_evaluated=len(judged.not_evaluated),
        exempted=len(judged.exempted),
        release=rules.release,
        release_since=since,
    )


def _is_settled(judged: JudgedPartition, now: datetime) -> bool:
    return judged.release_since is None or judged.release_since + _UPGRADES_TAKE <= now


async def _awaits_note(services: InventoryServices) -> bool:
    """Whether a first read is complete whose judging nobody has noted yet."""
    watch = await services.watch.state()
    if watch is None or watch.first_read_judged is not None:
        return False
    return bool((await services.inventory_reads.state()).state.reads)
