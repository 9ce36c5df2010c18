"""A table ``alertlist`` full of alerts, as two years of one tenant leave it.

The rows are those that the list itself writes, in batches: projecting alerts one by one takes six requests each.
"""

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from uuid import NAMESPACE_OID, uuid5

from shared.domain.alerts import Alert, AlertStatus, alert_id_of, fingerprint_of, incident_id_of
from shared.domain.app_references import AppReference, Resolution
from shared.domain.severities import Severity
from shared.storage.alert_list_rows import Projection, list_row, partitions_of
from shared.storage.connection import ConnectionString, StorageConnection
from shared.storage.rows import Row

NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
_SPAN = timedelta(days=730)
_ALERTS_PER_APP = 100
_POLICIES = 13
_RARE = 5000
"""One alert in so many has the rare name."""
RARE_NAME = "Zephyr"
_PROCESSES = 2
_SLICE = 5000
_PATIENCE_SECONDS = 120
"""For one answer of an emulator that shares two processors with those who ask it."""
TABLE = "alertlist"

_SEVERITIES = (Severity.HIGH, *(Severity.MEDIUM,) * 3, *(Severity.LOW,) * 8, *(Severity.INFORMATIONAL,) * 8)
_STATUSES = (AlertStatus.NEW, AlertStatus.IN_PROGRESS, *(AlertStatus.RESOLVED,) * 8)


def fill(connection_string: str, alerts: int) -> int:
    """Write so many alerts into every list they belong to and return the number of rows: 320 per 100 alerts.

    In several processes, since building the requests takes longer than the emulator takes to store the rows.
    """
    write = partial(_write_slice, connection_string, alerts)
    slices = [range(start, min(start + _SLICE, alerts)) for start in range(0, alerts, _SLICE)]
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as processes:
        return sum(processes.map(write, slices))


async def write_alerts(connection: StorageConnection, numbers: Iterable[int], alerts: int) -> int:
    """Write the alerts with these numbers, out of so many, and return the number of rows."""
    table = await connection.table(TABLE)
    rows = list(_rows(numbers, alerts))
    await table.upsert_all(rows)
    return len(rows)


def app_id(number: int) -> str:
    return str(uuid5(NAMESPACE_OID, f"app {number}"))


def policy_id(number: int) -> str:
    return f"policy-{number % _POLICIES}"


def _write_slice(connection_string: str, alerts: int, numbers: range) -> int:
    return asyncio.run(_connect_and_write(connection_string, alerts, numbers))


async def _connect_and_write(connection_string: str, alerts: int, numbers: range) -> int:
    connection = StorageConnection(ConnectionString(connection_string), timeout_seconds=_PATIENCE_SECONDS)
    try:
        return await write_alerts(connection, numbers, alerts)
    finally:
        await connection.close()


def _rows(numbers: Iterable[int], alerts: int) -> Iterator[Row]:
    for number in numbers:
        alert = _alert(number, alerts)
        for partition in sorted(partitions_of(alert)):
            yield list_row(partition, Projection(alert, f'W/"{number}"'))


def _alert(number: int, alerts: int) -> Alert:
    """Number 0 is the oldest."""
    name = f"Contoso {RARE_NAME if number % _RARE == 0 else 'Connector'} {number}"
    created = NEWEST - _SPAN * ((alerts - number) / alerts)
    fingerprint = fingerprint_of(policy_id(number), (str(number),))
    app = AppReference(app_id=app_id(number // _ALERTS_PER_APP), display_name=name, resolution=Resolution.RESOLVED)
    return Alert(
        id=alert_id_of(fingerprint, 1),
        fingerprint=fingerprint,
        episode=1,
        incident_id=incident_id_of(app, fingerprint),
        policy_id=policy_id(number),
        policy_version=1,
        title=f"{name} was granted permissions for every user",
        severity=_SEVERITIES[number % len(_SEVERITIES)],
        app=app,
        created_date_time=created,
        last_update_date_time=created,
        status=_STATUSES[number // len(_SEVERITIES) % len(_STATUSES)],
        first_activity_date_time=created,
        last_activity_date_time=created,
        first_event_id=str(number),
        evidence_count=1,
    )
