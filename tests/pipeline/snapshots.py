"""What readers can see, without the times of writing: two runs are equal if their snapshots are."""

from typing import Any

import msgspec

from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery
from tests.pipeline.worker import NOW

_TIMES_OF_WRITING = {"createdDateTime", "lastUpdateDateTime"}


async def snapshot(application: Application) -> dict[str, Any]:
    """Alerts as listed and as stored, their evidence, deliveries and history, and what the ledger still waits for."""
    services = application.services
    listed = (await services.alert_list.page(AlertQuery(), 200, None)).alerts
    shown: dict[str, Any] = {}
    for one in listed:
        stored = await services.alerts.get(one.alert.id)
        assert stored is not None
        assert stored.alert == one.alert, "the list shows another version than the alert"
        evidence = await services.alerts.evidence(one.alert.id, 500, None)
        shown[one.alert.id] = {
            "alert": _without_times_of_writing(one.alert),
            "evidence": [(item.event_id, item.material, str(item.time)) for item in evidence.items],
            "deliveries": [
                (entry.delivery.route, entry.delivery.sequence, entry.delivery.state)
                for entry in await services.alerts.deliveries(one.alert.id)
            ],
            "history": [(entry.sequence, entry.action) for entry in await services.alerts.history(one.alert.id)],
        }
    coverage = await services.ledger.coverage(NOW, 24)
    return {"alerts": shown, "waiting": [(source.source, source.waiting) for source in coverage]}


def _without_times_of_writing(alert: object) -> dict[str, Any]:
    plain = msgspec.to_builtins(alert)
    return {name: value for name, value in plain.items() if name not in _TIMES_OF_WRITING}
