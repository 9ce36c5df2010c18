"""The inventory of a scripted directory on real storage."""

import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.alerts import Alert
from shared.domain.apps import App
from shared.domain.messages import AppsWait, decode_message
from shared.pipeline.inventory.collect_inventory import collect_inventory
from shared.pipeline.inventory.evaluate_apps import evaluate_apps
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.services import InventoryServices
from shared.policies.loader import load_catalogue
from shared.policies.ruleset import RuleSet, compile_policies
from shared.storage.alert_list import TableAlertList
from shared.storage.alerts import TableAlerts
from shared.storage.aliases import TableAliases
from shared.storage.app_history import BlobAppHistory
from shared.storage.app_list import BlobAppList
from shared.storage.app_requests import TableAppRequests
from shared.storage.apps import TableApps
from shared.storage.claims import TableRunClaims
from shared.storage.connection import ConnectionString, StorageConnection
from shared.storage.directory import TableDirectory
from shared.storage.export_files import BlobExportFiles
from shared.storage.exports import TableExports
from shared.storage.intents import TableIntents
from shared.storage.inventory_reads import TableInventoryReads
from shared.storage.judged_partitions import TableJudgedPartitions
from shared.storage.ledger import TableLedger
from shared.storage.people import TablePeople
from shared.storage.standing import TableStanding
from shared.storage.state import TableStateStore
from shared.storage.timelines import TableTimelines
from shared.storage.usage_reads import TableUsageReads
from shared.storage.watch import TableWatch
from shared.storage.work_queue import StorageQueues
from tests.pipeline.inventory.tenant import PRIORITY_GROUP, TENANT_ID, guid

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Inventory:
    """One host. ``now`` moves on by a minute with each tick."""

    services: InventoryServices
    connection: StorageConnection
    now: datetime = NOW

    async def tick(self, ticks: int = 1, services: InventoryServices | None = None) -> None:
        for _ in range(ticks):
            await collect_inventory(services or self.services, self.now)
            self.now += MINUTE

    async def apps(self) -> dict[str, App]:
        stored = self.services.apps
        assert isinstance(stored, TableApps)
        return {app.app_id: app async for app in stored.all()}

    async def alerts(self) -> list[Alert]:
        """All that were raised: none of them was settled."""
        intents, stored = TableIntents(self.connection), TableAlerts(self.connection)
        found = [await stored.get(alert_id) async for alert_id in intents.older_than(self.now + MINUTE)]
        return [each.alert for each in found if each is not None]

    async def judge(self) -> int:
        """Works off the queue; returns how many messages there were."""
        queue, handled = await self.connection.queue("apps"), 0
        async for message in queue.receive_messages(messages_per_page=32):
            waiting = decode_message(base64.b64decode(message.content), AppsWait)
            await evaluate_apps(self.services, waiting.partition, self.now)
            await queue.delete_message(message)
            handled += 1
        return handled


type StartInventory = Callable[..., Inventory]
"""Starts a host on a directory; the same prefix means the same storage."""


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    return compile_policies(load_catalogue())


@pytest.fixture
async def start(connection_string: str, unique: Callable[[str], str], rules: RuleSet) -> AsyncIterator[StartInventory]:
    opened: list[StorageConnection] = []
    own_prefix = unique("i")

    def one(directory: DirectoryReader | None, prefix: str = own_prefix) -> Inventory:
        inventory = open_inventory(connection_string, prefix, rules, directory)
        opened.append(inventory.connection)
        return inventory

    yield one
    for connection in opened:
        await connection.close()


def open_inventory(connection_string: str, prefix: str, rules: RuleSet, directory: DirectoryReader | None) -> Inventory:
    """A host whose connection is to be closed in the end."""
    connection = StorageConnection(ConnectionString(connection_string), prefix=prefix)
    return Inventory(_services(connection, rules, directory), connection)


def _services(connection: StorageConnection, rules: RuleSet, directory: DirectoryReader | None) -> InventoryServices:
    apps = TableApps(connection)
    app_list = BlobAppList(connection, apps)
    return InventoryServices(
        rules=lambda: rules,
        aliases=TableAliases(connection),
        apps=apps,
        state=TableStateStore(connection),
        alerts=TableAlerts(connection),
        intents=TableIntents(connection),
        queue=StorageQueues(connection),
        routes={},
        alert_list=TableAlertList(connection),
        ledger=TableLedger(connection),
        claims=TableRunClaims(connection),
        watch=TableWatch(connection),
        standing=TableStanding(connection),
        judged_partitions=TableJudgedPartitions(connection),
        directory=directory,
        mirror=TableDirectory(connection),
        inventory_reads=TableInventoryReads(connection),
        app_requests=TableAppRequests(connection),
        app_list=app_list,
        usage=None,
        app_info=None,
        usage_reads=TableUsageReads(connection),
        history=BlobAppHistory(connection, app_list),
        timelines=TableTimelines(connection),
        people=TablePeople(connection),
        exports=TableExports(connection),
        export_files=BlobExportFiles(connection),
        priority_users=frozenset({"grace@contoso.example", guid("user", "ida")}),
        priority_group_ids=(PRIORITY_GROUP,),
        tenant_id=TENANT_ID,
    )
