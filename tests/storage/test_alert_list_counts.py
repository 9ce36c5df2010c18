"""The alerts of one policy in numbers."""

from datetime import timedelta

from msgspec.structs import replace

from shared.domain.alert_queries import PolicyAlerts
from shared.domain.alerts import AlertStatus
from shared.storage.alert_list import TableAlertList
from shared.storage.connection import StorageConnection
from tests.storage.records import START, alert


async def test_the_alerts_of_a_policy_are_counted_up_to_a_limit(connection: StorageConnection) -> None:
    alerts = TableAlertList(connection)
    states = (AlertStatus.RESOLVED, AlertStatus.IN_PROGRESS, AlertStatus.NEW)
    for number, status in enumerate(states):
        raised = alert(number, START + timedelta(minutes=number), "p-1")
        await alerts.project(replace(raised, status=status), f"etag {number}")
    await alerts.project(alert(9, START, "p-10"), "etag 9")
    newest = START + timedelta(minutes=2)
    assert await alerts.of_policy("p-1", 3) == PolicyAlerts(active=2, total=3, last=newest)
    assert await alerts.of_policy("p-1", 2) == PolicyAlerts(active=2, total=2, last=newest, is_complete=False)
    assert await alerts.of_policy("p-2", 3) == PolicyAlerts(active=0, total=0)
