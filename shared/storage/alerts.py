"""Alerts in the table ``alerts``: a partition holds one series, with all of its episodes.

Rows: ``000000|head``, whose version is that of the series and changes with every commit; then by episode ``alert``,
``e|time|event`` (evidence), ``h|sequence`` (history) and ``o|route|sequence`` (deliveries). The head sorts first: in a
read of several pages what follows may be newer than the version, which a commit then finds out, but never older.
"""

from datetime import datetime

from azure.data.tables import TableEntity
from msgspec import Struct

from shared.domain.alert_series import AlertChange, EvidencePage, Series, VersionedAlert, VersionedDelivery
from shared.domain.alerts import Alert, Delivery, EvidenceItem, HistoryEntry, split_alert_id
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, time_text
from shared.storage.large_bodies import LargeBodies
from shared.storage.page_tokens import read_token, write_token
from shared.storage.rows import Row, body_columns, check_schema, make_row, read_body, version_of
from shared.storage.table import Batch, Table

_HEAD = "000000|head"
_EVIDENCE, _DELIVERY = "evidence", "delivery"
"""Names of bodies that reading a series leaves out."""

_MOST_INLINE_BYTES = 64 * 1024
_MOST_INLINE_BYTES_OF_ALL = 270_000
"""Of JSON in UTF-8, shared out among the evidence of one commit. Clients send it escaped, at worst three times as long,
and a request should stay below 1 MiB.
"""


class _EvidenceToken(Struct, frozen=True, forbid_unknown_fields=True):
    """The row key of the last item shown."""

    row: str


class TableAlerts:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection
        self._evidence = LargeBodies(connection, _EVIDENCE)

    async def series(self, fingerprint: str) -> Series:
        """One query of the partition: bodies of alerts and histories, of evidence only id and material."""
        version: str | None = None
        alert: Alert | None = None
        evidence: dict[str, str] = {}
        history: TableEntity | None = None
        table = await self._table()
        select = ["Timestamp", "eventId", "material", *body_columns()]
        async for row in table.query(Filter.partition(key(fingerprint)), select):
            check_schema(row)
            match row["RowKey"].split("|"):
                case [_, "head"]:
                    version = version_of(row)
                case [_, "alert"]:
                    alert, history = read_body(row, Alert), None
                case [_, "e", *_]:
                    evidence[row["eventId"]] = row["material"]
                case [_, "h", _]:
                    history = row
        if version is None:
            return Series()
        last_history = read_body(history, HistoryEntry) if history is not None else None
        return Series(version=version, alert=alert, evidence=evidence, last_history=last_history)

    async def commit(self, change: AlertChange) -> str:
        partition, episode = key(change.alert.fingerprint), _episode(change.alert.episode)
        most_inline = min(_MOST_INLINE_BYTES, _MOST_INLINE_BYTES_OF_ALL // max(1, len(change.evidence)))
        evidence = [await self._evidence_row(partition, episode, item, most_inline) for item in change.evidence]
        batch = Batch()
        head = make_row(partition, _HEAD)
        if change.expected_version is None:
            batch.insert(head)
        else:
            batch.replace(head, change.expected_version)
        batch.upsert(make_row(partition, f"{episode}|alert", body=change.alert))
        for row in evidence:
            batch.upsert(row)
        for entry in change.history:
            batch.insert(make_row(partition, f"{episode}|h|{entry.sequence:06}", body=entry))
        for delivery in change.deliveries:
            batch.insert(_delivery_row(partition, episode, delivery))
        versions = await (await self._table()).commit(batch)
        return str(versions[1])

    async def get(self, alert_id: str) -> VersionedAlert | None:
        place = _place_of(alert_id)
        if place is None:
            return None
        partition, episode = place
        table = await self._table()
        # The head first: an alert that is newer than its series' version makes the commit fail, never overwrite.
        head = await table.get(partition, _HEAD)
        row = await table.get(partition, f"{episode}|alert")
        if head is None or row is None:
            return None
        history = await self._rows(alert_id, "h")
        return VersionedAlert(
            alert=read_body(row, Alert),
            etag=version_of(row),
            series_version=version_of(head),
            last_history=read_body(history[-1], HistoryEntry) if history else None,
        )

    async def evidence(self, alert_id: str, top: int, after: str | None) -> EvidencePage:
        """Raises ValueError for an ``after`` that no page gave."""
        place = _place_of(alert_id)
        if place is None:
            return EvidencePage(items=(), next=None)
        partition, episode = place
        prefix = f"{episode}|e|"
        where = Filter.partition(partition, prefix, end_of(prefix))
        if after is not None:
            where.where("RowKey", "gt", read_token(after, _EvidenceToken).row)
        table = await self._table()
        rows = [row async for row in table.first(where, top + 1)]
        items = [await self._evidence.read_body(row, EvidenceItem) for row in rows[:top]]
        more = len(rows) > top
        token = _EvidenceToken(rows[top - 1]["RowKey"]) if more else None
        return EvidencePage(items=tuple(items), next=write_token(token) if token else None)

    async def history(self, alert_id: str) -> list[HistoryEntry]:
        """Oldest first."""
        return [read_body(row, HistoryEntry) for row in await self._rows(alert_id, "h")]

    async def deliveries(self, alert_id: str) -> list[VersionedDelivery]:
        return [
            VersionedDelivery(delivery=read_body(row, Delivery, _DELIVERY), version=version_of(row))
            for row in await self._rows(alert_id, "o")
        ]

    async def record_delivery(self, alert_id: str, delivery: Delivery, version: str) -> str:
        place = _place_of(alert_id)
        if place is None:
            raise ValueError("not an alert id")
        table = await self._table()
        return await table.replace(_delivery_row(*place, delivery), version)

    async def _rows(self, alert_id: str, kind: str) -> list[TableEntity]:
        place = _place_of(alert_id)
        if place is None:
            return []
        partition, episode = place
        prefix = f"{episode}|{kind}|"
        table = await self._table()
        return [row async for row in table.query(Filter.partition(partition, prefix, end_of(prefix)))]

    async def _evidence_row(self, partition: str, episode: str, item: EvidenceItem, most_inline: int) -> Row:
        row = f"{episode}|e|{key(_moment(item.time), item.event_id)}"
        columns = {"eventId": item.event_id, "material": item.material}
        return await self._evidence.make_row(partition, row, columns, item, most_inline)

    async def _table(self) -> Table:
        return await self._connection.table("alerts")


def _place_of(alert_id: str) -> tuple[str, str] | None:
    """The partition of an alert and the beginning of its row keys."""
    named = split_alert_id(alert_id)
    return (key(named[0]), _episode(named[1])) if named else None


def _episode(number: int) -> str:
    return f"{number:06}"


def _moment(time: datetime | None) -> str:
    return time_text(time) if time else "undated"


def _delivery_row(partition: str, episode: str, delivery: Delivery) -> Row:
    row = f"{episode}|o|{key(delivery.route)}|{delivery.sequence:06}"
    return make_row(partition, row, body=delivery, name=_DELIVERY)
