"""Whether an alert of ours and one of another product tell of the same."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.domain.alerts import Alert, AlertStatus
from shared.domain.built_in import DEFENDER_ALERT
from shared.domain.events import Event, ForeignAlert

SAME_WITHIN = timedelta(hours=24)
"""So far apart the activities of two alerts may lie that tell of the same."""


def is_same(ours: Alert, attack: Iterable[str], event: Event) -> bool:
    """Whether an open alert of ours, of a policy with these techniques, tells of what theirs tells of.

    That both are about one app is for the caller to see. Sub-techniques count as the technique that they belong to:
    two products seldom choose the same one.
    """
    foreign = event.foreign_alert
    if not foreign or ours.policy_id == DEFENDER_ALERT or ours.status is AlertStatus.RESOLVED:
        return False
    if not _parents(attack) & _parents(foreign.techniques):
        return False
    start, end = activity_of(foreign, event.time)
    first, last = ours.first_activity_date_time, ours.last_activity_date_time
    if start is None or end is None or first is None or last is None:
        return False
    return first - end <= SAME_WITHIN and start - last <= SAME_WITHIN


def activity_of(foreign: ForeignAlert, changed: datetime | None) -> tuple[datetime | None, datetime | None]:
    """From when to when; ``changed`` is the time of the version, for one that tells no other."""
    start = foreign.first_activity or foreign.created or changed
    return start, foreign.last_activity or start


def _parents(techniques: Iterable[str]) -> set[str]:
    return {technique.partition(".")[0] for technique in techniques}
