"""Remediation on real storage, against a directory in memory."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from shared.bootstrap import Application
from shared.domain.remediation_guards import GuardSettings
from shared.pipeline.governance.rule_book import RuleBook
from shared.pipeline.remediation.services import RemediationServices
from shared.storage.alerts import TableAlerts
from shared.storage.aliases import TableAliases
from shared.storage.apps import TableApps
from shared.storage.connection import ConnectionString, StorageConnection
from shared.storage.intents import TableIntents
from shared.storage.inventory_reads import TableInventoryReads
from shared.storage.policy_book import TablePolicyBooks
from shared.storage.remediation_ceiling import TableCeiling
from shared.storage.remediation_list import TableRemediationList
from shared.storage.remediation_writes import TableWriteLog
from shared.storage.remediations import TableRemediations
from shared.storage.request_keys import TableRequestKeys
from shared.storage.stop_switch import TableStopSwitch
from shared.storage.work_queue import StorageQueues
from tests.pipeline.remediation.desk import Desk
from tests.pipeline.remediation.directory import Directory
from tests.pipeline.remediation.work import register

type StartHost = Callable[[str], RemediationServices]
"""Starts a process, so to speak: the same prefix means the same storage. All share the directory."""


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
async def start_host(connection_string: str, directory: Directory) -> AsyncIterator[StartHost]:
    opened: list[StorageConnection] = []

    def one(prefix: str) -> RemediationServices:
        opened.append(StorageConnection(ConnectionString(connection_string), prefix=prefix))
        return services_on(opened[-1], directory)

    yield one
    for connection in opened:
        await connection.close()


@pytest.fixture
async def host(start_host: StartHost, unique: Callable[[str], str]) -> RemediationServices:
    """A host that knows the app of the directory."""
    started = start_host(unique("r"))
    await register(started)
    return started


@pytest.fixture
async def desk(application: Application, directory: Directory) -> Desk:
    async def stay() -> None:
        return None

    services = replace(application.services, guards=GuardSettings(), app_switch=directory, refresh_rules=stay)
    await register(services)
    made = Desk(services)
    made.services = replace(services, rules=lambda: made.rules)
    return made


def services_on(connection: StorageConnection, directory: Directory) -> RemediationServices:
    rule_book = RuleBook(TablePolicyBooks(connection), tuple)
    return RemediationServices(
        rules=lambda: rule_book.current.rules,
        refresh_rules=rule_book.refresh,
        apps=TableApps(connection),
        aliases=TableAliases(connection),
        inventory_reads=TableInventoryReads(connection),
        alerts=TableAlerts(connection),
        intents=TableIntents(connection),
        queue=StorageQueues(connection),
        remediations=TableRemediations(connection),
        remediation_list=TableRemediationList(connection),
        remediation_writes=TableWriteLog(connection),
        request_keys=TableRequestKeys(connection),
        ceiling=TableCeiling(connection),
        stop_switch=TableStopSwitch(connection),
        named_lists=TablePolicyBooks(connection),
        guards=GuardSettings(),
        app_switch=directory,
    )
