"""The alerts of one policy in numbers, counted from small columns of its list."""

from shared.domain.alert_queries import PolicyAlerts
from shared.domain.alerts import AlertStatus
from shared.storage.filters import Filter
from shared.storage.keys import key, moment_of
from shared.storage.table import Table

_STATUS = "status"


async def count_alerts(table: Table, policy_id: str, most: int) -> PolicyAlerts:
    """One more than ``most`` is read, to tell whether there are more: a request for each thousand."""
    where = Filter.partition(key("policy", policy_id))
    rows = [row async for row in table.first(where, most + 1, [_STATUS])]
    counted = rows[:most]
    return PolicyAlerts(
        active=sum(row[_STATUS] != AlertStatus.RESOLVED for row in counted),
        total=len(counted),
        last=moment_of(str(rows[0]["RowKey"]).partition("|")[0]) if rows else None,
        is_complete=len(rows) <= most,
    )
