"""Every minute: what is wrong with the service's own work becomes an alert, and what has ended resolves itself.

The order makes it safe to die anywhere: a condition is noted before its alert is raised, and forgotten only after its
alert is resolved. Until then the next run does the same again, and the same occurrence never makes a second alert.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from shared.domain.alert_series import AlertChange
from shared.domain.alerts import AlertStatus, PropertyEdit, fingerprint_of
from shared.domain.built_in import OperatorKind
from shared.domain.episodes import next_version_time
from shared.domain.errors import Conflict
from shared.domain.history import next_entry
from shared.domain.lifecycle import Mover, next_status
from shared.domain.operator_conditions import OpenCondition, OperatorCondition, finding_of
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.services import Services

_SERVICE = "Consentry"
_STAYING = frozenset({OperatorKind.REMEDIATION_FAILED})
"""What does not mend itself by growing old: a person resolves it."""
_MOST_TRIES = 5


async def watch_operation(services: Services, conditions: Sequence[OperatorCondition], now: datetime) -> None:
    """``conditions`` are all that hold now. Raises Unavailable when storage is: the next run does it."""
    holding = {(condition.kind, condition.subject) for condition in conditions}
    for condition in conditions:
        begun = await services.conditions.begin(condition.kind, condition.subject, now)
        if now - begun.since >= condition.patience:
            await raise_alerts(services, [finding_of(condition, begun.since)], now)
    for known in await services.conditions.open():
        if (known.kind, known.subject) not in holding:
            if known.kind not in _STAYING:
                await _resolve(services, known, now)
            await services.conditions.end(known)


async def _resolve(services: Services, ended: OpenCondition, now: datetime) -> None:
    """What people resolved already stays as they left it."""
    fingerprint = fingerprint_of(ended.kind, (ended.subject,))
    for _ in range(_MOST_TRIES):
        series = await services.alerts.series(fingerprint)
        alert = series.alert
        if alert is None or alert.status is AlertStatus.RESOLVED:
            return
        resolved = replace(
            alert,
            status=next_status(alert.status, AlertStatus.RESOLVED, Mover.SERVICE),
            resolved_date_time=now,
            last_update_date_time=next_version_time(alert, now),
        )
        edits = (PropertyEdit(property="status", before=alert.status, after=resolved.status),)
        entry = next_entry(series.last_history, now, _SERVICE, "updated", edits, "the condition has ended")
        await services.intents.open(alert.id, now)
        try:
            await services.alerts.commit(AlertChange(alert=resolved, expected_version=series.version, history=(entry,)))
        except Conflict:
            continue
        await services.queue.settle(alert.id)
        return
    raise Conflict(f"alert {fingerprint} changed {_MOST_TRIES} times meanwhile")
