"""All that a storage account holds of events and alerts, but for the times of writing."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.bootstrap import Application
from shared.domain.alerts import Alert, DeliveryState, EvidenceItem
from shared.domain.ledger import ChunkState
from shared.pipeline.services import Services
from shared.storage.alert_list_rows import partitions_of, read_list_row, row_key
from shared.storage.filters import Filter
from shared.storage.rows import read_body

_TIMES_OF_WRITING = ("createdDateTime", "lastUpdateDateTime")
_EVIDENCE_PAGE = 500


@dataclass(frozen=True)
class Contents:
    """``events`` counts event ids over the chunks of one source, ``alerts`` goes by alert id."""

    events: Counter[str]
    waiting_chunks: int
    alerts: dict[str, dict[str, Any]]
    """The alert, its evidence, its history and its deliveries."""
    wrong_list_rows: set[tuple[str, str]]
    """Keys of rows of the alert list that are missing, left over or not what the alert says."""
    unsent: set[str]
    """Deliveries that are not recorded as made."""

    @property
    def deliveries(self) -> set[str]:
        """The ids of all deliveries, as receivers see them."""
        return {delivery_id for alert in self.alerts.values() for delivery_id in alert["deliveries"]}


async def contents_of(application: Application, source: str) -> Contents:
    alerts = await _alerts(application)
    events, waiting = await _events(application.services, source)
    told = {alert.id: await _told(application.services, alert) for alert in alerts}
    return Contents(
        events=events,
        waiting_chunks=waiting,
        alerts=told,
        wrong_list_rows=await _wrong_list_rows(application, alerts),
        unsent={
            delivery_id
            for alert in told.values()
            for delivery_id, state in alert["deliveries"].items()
            if state is not DeliveryState.SENT
        },
    )


def without_times_of_writing(alert: Alert) -> dict[str, Any]:
    """The alert as plain values, to compare it with one that was written at other times."""
    plain = msgspec.to_builtins(alert)
    return {name: value for name, value in plain.items() if name not in _TIMES_OF_WRITING}


async def _events(services: Services, source: str) -> tuple[Counter[str], int]:
    """Event ids, and how many chunks are not evaluated."""
    events = Counter[str]()
    waiting = 0
    for sequence in range(1, (await services.ledger.cursor(source)).next_sequence):
        chunk = await services.ledger.chunk(source, sequence)
        assert chunk is not None, "the cursor is ahead of its chunks"
        waiting += chunk.state is not ChunkState.EVALUATED
        if chunk.events_path:
            events.update(event.id for event in await services.archive.read_events(chunk.events_path))
    return events, waiting


async def _alerts(application: Application) -> list[Alert]:
    """Every alert that is stored, listed or not."""
    table = await application.connection.table("alerts")
    rows = table.query(Filter().where("PartitionKey", "gt", ""))
    return [read_body(row, Alert) async for row in rows if row["RowKey"].endswith("|alert")]


async def _told(services: Services, alert: Alert) -> dict[str, Any]:
    deliveries = [entry.delivery for entry in await services.alerts.deliveries(alert.id)]
    return {
        "alert": without_times_of_writing(alert),
        "evidence": msgspec.to_builtins({item.event_id: item for item in await _evidence(services, alert.id)}),
        "history": [(entry.sequence, entry.action) for entry in await services.alerts.history(alert.id)],
        "deliveries": {f"{alert.id}/{delivery.route}/{delivery.sequence}": delivery.state for delivery in deliveries},
    }


async def _evidence(services: Services, alert_id: str) -> list[EvidenceItem]:
    items: list[EvidenceItem] = []
    after: str | None = None
    while True:
        page = await services.alerts.evidence(alert_id, _EVIDENCE_PAGE, after)
        items.extend(page.items)
        if page.next is None:
            return items
        after = page.next


async def _wrong_list_rows(application: Application, alerts: list[Alert]) -> set[tuple[str, str]]:
    table = await application.connection.table("alertlist")
    rows = table.query(Filter().where("PartitionKey", "gt", ""))
    listed = {(row["PartitionKey"], row["RowKey"]): read_list_row(row).alert async for row in rows}
    expected = {(partition, row_key(alert)): alert for alert in alerts for partition in partitions_of(alert)}
    return {place for place in listed.keys() | expected.keys() if listed.get(place) != expected.get(place)}
