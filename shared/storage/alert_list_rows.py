"""The rows of the alert list: in which partitions an alert stands, and what its row holds.

Partitions: ``all|month`` and ``open|month`` (status is not resolved), ``app|key`` and ``policy|id``. Months are counted
backwards and row keys begin with the inverted time of creation, so that keys in ascending order are newest first, over
the borders of months too. Neither ever changes for an alert.
"""

from datetime import UTC, datetime

from azure.data.tables import TableEntity
from msgspec import Struct

from shared.domain.alerts import Alert, AlertStatus
from shared.storage.keys import key, newest_first, time_text
from shared.storage.rows import Row, make_row, read_body, version_of

NO, YES = "no", "yes"
_LAST_MONTH = 999999


class Projection(Struct, frozen=True):
    """An alert as a list shows it. ``version`` is that of its row, None for one that was not read from a row."""

    alert: Alert
    etag: str
    version: str | None = None

    @property
    def order(self) -> str:
        """Later commits of an alert sort after earlier ones: each moves its time, and evidence is only ever added."""
        return f"{time_text(self.alert.last_update_date_time)}|{self.alert.evidence_count:09}"


def backward_month(time: datetime) -> str:
    utc = time.astimezone(UTC)
    return f"{_LAST_MONTH - (utc.year * 100 + utc.month):06}"


def all_partition(alert: Alert) -> str:
    return key("all", backward_month(alert.created_date_time))


def open_partition(alert: Alert) -> str:
    return key("open", backward_month(alert.created_date_time))


def partitions_of(alert: Alert) -> set[str]:
    """Every list the alert belongs to."""
    partitions = {all_partition(alert), key("policy", alert.policy_id)}
    if alert.status is not AlertStatus.RESOLVED:
        partitions.add(open_partition(alert))
    if alert.app.key is not None:
        partitions.add(key("app", alert.app.key))
    return partitions


def row_key(alert: Alert) -> str:
    return key(newest_first(alert.created_date_time), alert.id)


def list_row(partition: str, projection: Projection) -> Row:
    alert = projection.alert
    columns = {
        "status": alert.status.value,
        "severity": alert.severity.value,
        "historical": YES if alert.historical else NO,
        "policyKey": key(alert.policy_id),
        "etag": projection.etag,
    }
    return make_row(partition, row_key(alert), columns, alert)


def read_list_row(row: TableEntity) -> Projection:
    return Projection(read_body(row, Alert), row["etag"], version_of(row))
