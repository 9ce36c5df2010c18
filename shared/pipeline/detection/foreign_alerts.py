"""Takes in alerts of other products: each becomes an alert of ours, which follows it (``domain/foreign_alerts.py``).

May run twice, at once or in any order, with the same result: commits are conditional on what was read.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from shared.domain.activities import Activity
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert, AlertStatus
from shared.domain.built_in import BUILT_IN
from shared.domain.errors import Conflict, Unavailable
from shared.domain.events import Event
from shared.domain.foreign_alerts import next_foreign_change, series_of
from shared.domain.related_alerts import is_same
from shared.domain.watch import Watch
from shared.pipeline.services import Services

_MOST_TRIES = 20
_MOST_COMPARED = 200
"""Open alerts of one app that may tell of the same, the newest first."""
_OPEN = frozenset({AlertStatus.NEW.value, AlertStatus.IN_PROGRESS.value})
_UNDATED = datetime.min.replace(tzinfo=UTC)


async def take_in_foreign_alerts(
    services: Services, events: Iterable[Event], now: datetime, watch: Watch | None
) -> None:
    """Bring our alerts up to date with all versions among these events, the oldest first. Raises Unavailable."""
    versions = [event for event in events if event.activity is Activity.DEFENDER_ALERT and event.foreign_alert]
    touched: dict[str, None] = {}
    for event in sorted(versions, key=lambda event: event.time or _UNDATED):
        if alert_id := await _take_in(services, event, now, watch):
            touched[alert_id] = None
    for alert_id in touched:
        await services.queue.settle(alert_id)


async def _take_in(services: Services, event: Event, now: datetime, watch: Watch | None) -> str | None:
    """The alert that needs settling, also where nothing was new: who died after the commit never said so."""
    if not event.foreign_alert:
        return None
    fingerprint = series_of(event.foreign_alert)

    def routes_for(alert: Alert) -> list[str]:
        return [name for name, route in services.routes.items() if route.wants(alert)]

    for _ in range(_MOST_TRIES):
        series = await services.alerts.series(fingerprint)
        related = await _related(services, event) if series.alert is None else None
        change = next_foreign_change(series, event, related, routes_for, now, watch)
        if change is None:
            return series.alert.id if series.alert else None
        await services.intents.open(change.alert.id, now)
        try:
            await services.alerts.commit(change)
        except Conflict:
            continue
        return change.alert.id
    raise Unavailable(f"series {fingerprint} changed {_MOST_TRIES} times meanwhile")


async def _related(services: Services, event: Event) -> Alert | None:
    """The newest open alert of ours that tells of the same app and the same activity.

    By the list, which may be seconds behind: at worst somebody is told of one attack by both.
    """
    if event.app.app_id is None:
        return None
    page = await services.alert_list.page(AlertQuery(app_id=event.app.app_id, status=_OPEN), _MOST_COMPARED, None)
    found = (listed.alert for listed in page.alerts)
    return next((alert for alert in found if is_same(alert, _techniques(services, alert), event)), None)


def _techniques(services: Services, alert: Alert) -> Sequence[str]:
    policy = services.rules().policies.get(alert.policy_id) or BUILT_IN.get(alert.policy_id)
    return policy.attack if policy is not None else ()
