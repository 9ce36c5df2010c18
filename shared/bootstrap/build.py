"""Everything that one process works with, wired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from shared.bootstrap.access import build_access
from shared.bootstrap.logs import Logs
from shared.bootstrap.routes import Closable, build_routes
from shared.domain.built_in import BUILT_IN
from shared.domain.remediation_guards import GuardSettings
from shared.graph.app_switch import GraphAppSwitch
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.graph.hunting import GraphAppInfo
from shared.graph.usage_reports import GraphUsage
from shared.pipeline.access import Access
from shared.pipeline.activity.held_baselines import HeldBaselines
from shared.pipeline.governance.rule_book import RuleBook
from shared.pipeline.inventory.refresh_apps import refresh_apps
from shared.pipeline.operation.freshness import Freshness
from shared.pipeline.remediation.trail import RecordedRemediations
from shared.pipeline.services import Services
from shared.policies.policy_entries import load_bundled
from shared.settings import Settings, StorageSettings
from shared.storage.alert_list import TableAlertList
from shared.storage.alerts import TableAlerts
from shared.storage.aliases import TableAliases
from shared.storage.app_baselines import TableBaselines
from shared.storage.app_history import BlobAppHistory
from shared.storage.app_list import BlobAppList
from shared.storage.app_requests import TableAppRequests
from shared.storage.apps import TableApps
from shared.storage.archive import BlobArchive
from shared.storage.changed_hours import TableChangedHours
from shared.storage.claims import TableRunClaims
from shared.storage.connection import Account, ConnectionString, ManagedIdentity, StorageConnection
from shared.storage.directory import TableDirectory
from shared.storage.event_archive import BlobEventArchive
from shared.storage.export_files import BlobExportFiles
from shared.storage.exports import TableExports
from shared.storage.fact_claims import TableFactClaims
from shared.storage.held_deliveries import TableHeldDeliveries
from shared.storage.intents import TableIntents
from shared.storage.inventory_reads import TableInventoryReads
from shared.storage.judged_partitions import TableJudgedPartitions
from shared.storage.ledger import TableLedger
from shared.storage.operator_conditions import TableOperatorConditions
from shared.storage.parked import TableParkedEvents
from shared.storage.people import TablePeople
from shared.storage.policy_book import TablePolicyBooks
from shared.storage.remediation_ceiling import TableCeiling
from shared.storage.remediation_list import TableRemediationList
from shared.storage.remediation_writes import TableWriteLog
from shared.storage.remediations import TableRemediations
from shared.storage.request_keys import TableRequestKeys
from shared.storage.roll_ups import TableRollUps
from shared.storage.route_pace import TableRoutePace
from shared.storage.route_statuses import TableRouteStatuses
from shared.storage.simulations import TableSimulations
from shared.storage.standing import TableStanding
from shared.storage.state import TableStateStore
from shared.storage.stop_switch import TableStopSwitch
from shared.storage.timelines import TableTimelines
from shared.storage.usage_reads import TableUsageReads
from shared.storage.watch import TableWatch
from shared.storage.work_queue import StorageQueues
from shared.telemetry import current_traceparent

_AUDIENCE = "https://graph.microsoft.com"


@dataclass(frozen=True, kw_only=True)
class Application:
    """What one process works with. Belongs to one event loop; ``close`` it at the end where the process lives on."""

    services: Services
    access: Access
    connection: StorageConnection
    opened: tuple[Closable, ...]

    async def close(self) -> None:
        for each in (self.connection, *self.opened):
            await each.close()


def build(settings: Settings, prefix: str = "") -> Application:
    """Everything wired, nothing opened yet. ``prefix`` stands before storage names, so that tests share an account."""
    connection = StorageConnection(_account(settings.storage), prefix=prefix)
    reader = _graph(settings, settings.graph.reader_client_id)
    remediator = _graph(settings, settings.remediation.client_id)
    logs = Logs(settings, reader) if reader else None
    baselines = TableBaselines(connection)
    usual = HeldBaselines(baselines)
    books = TablePolicyBooks(connection)
    rule_book = RuleBook(books, _bundled, usual.lookup)
    routes = build_routes(settings, lambda policy_id: _triage_steps(rule_book, policy_id))
    ledger = TableLedger(connection)
    apps = TableApps(connection)
    app_list = BlobAppList(connection, apps)
    remediations, writes = TableRemediations(connection), TableWriteLog(connection)

    async def refresh(object_ids: Sequence[str], now: datetime) -> None:
        await refresh_apps(wired, object_ids, now)

    wired = Services(
        tenant_id=settings.tenant_id,
        rules=lambda: rule_book.current.rules,
        refresh_rules=rule_book.refresh,
        books=books,
        rule_book=rule_book,
        usual=usual,
        aliases=TableAliases(connection),
        apps=apps,
        state=TableStateStore(connection),
        alerts=TableAlerts(connection),
        intents=TableIntents(connection),
        queue=StorageQueues(connection, current_traceparent),
        routes={route.name: route for route in routes},
        alert_list=TableAlertList(connection),
        ledger=ledger,
        freshness=Freshness(ledger),
        archive=BlobArchive(connection),
        watch=TableWatch(connection),
        standing=TableStanding(connection),
        judged_partitions=TableJudgedPartitions(connection),
        conditions=TableOperatorConditions(connection),
        pace=TableRoutePace(connection),
        held=TableHeldDeliveries(connection),
        route_statuses=TableRouteStatuses(connection),
        claims=TableRunClaims(connection),
        directory=GraphDirectory(reader) if reader else None,
        logs=logs.readers() if logs else {},
        # For a single stream, too: another one that is switched on later looks back over days that this one told.
        facts=TableFactClaims(connection) if reader else None,
        event_archive=BlobEventArchive(connection),
        changed_hours=TableChangedHours(connection),
        roll_ups=TableRollUps(connection),
        baselines=baselines,
        archive_days=settings.collection.archive_days,
        refresh=refresh if reader else None,
        first_read=timedelta(days=settings.graph.first_read_days),
        parked=TableParkedEvents(connection) if reader else None,
        mirror=TableDirectory(connection),
        inventory_reads=TableInventoryReads(connection),
        app_requests=TableAppRequests(connection),
        app_list=app_list,
        usage=GraphUsage(reader) if reader else None,
        app_info=GraphAppInfo(reader) if reader and settings.collection.app_info else None,
        usage_reads=TableUsageReads(connection),
        history=BlobAppHistory(connection, app_list),
        timelines=TableTimelines(connection),
        people=TablePeople(connection),
        exports=TableExports(connection),
        export_files=BlobExportFiles(connection),
        simulations=TableSimulations(connection),
        priority_users=settings.graph.priority_users,
        priority_group_ids=settings.graph.priority_group_ids,
        own_app_ids=_own_identities(settings),
        remediator_app_id=settings.remediation.client_id,
        trail=RecordedRemediations(remediations, writes),
        remediations=remediations,
        remediation_list=TableRemediationList(connection),
        remediation_writes=writes,
        request_keys=TableRequestKeys(connection),
        ceiling=TableCeiling(connection),
        stop_switch=TableStopSwitch(connection),
        named_lists=books,
        guards=GuardSettings(
            protected_app_ids=settings.remediation.protected_app_ids,
            own_app_ids=_own_identities(settings) | {settings.api_client_id},
            ceiling_per_hour=settings.remediation.most_per_hour,
            is_set_up=settings.remediation.client_id is not None,
        ),
        app_switch=GraphAppSwitch(remediator) if remediator else None,
    )
    opened = [each for each in (reader, remediator, *(logs.opened if logs else ()), *routes) if each is not None]
    return Application(
        services=wired, access=build_access(settings, connection), connection=connection, opened=tuple(opened)
    )


_bundled = cache(load_bundled)


def _account(storage: StorageSettings) -> Account:
    if storage.connection_string:
        return ConnectionString(storage.connection_string)
    return ManagedIdentity(
        storage.table_service_uri or "",
        storage.queue_service_uri or "",
        storage.blob_service_uri or "",
        storage.identity_client_id,
    )


def _graph(settings: Settings, client_id: str | None) -> GraphConnection | None:
    """A connection as one identity. Sovereign clouds ask for tokens for their own address."""
    if client_id is None:
        return None
    endpoint = settings.graph.endpoint
    return GraphConnection(endpoint, client_id, audience=endpoint if endpoint.startswith("https:") else _AUDIENCE)


def _own_identities(settings: Settings) -> frozenset[str]:
    return frozenset(filter(None, (settings.graph.reader_client_id, settings.remediation.client_id)))


def _triage_steps(rule_book: RuleBook, policy_id: str) -> Sequence[str]:
    policy = rule_book.current.rules.policies.get(policy_id) or BUILT_IN.get(policy_id)
    return policy.triage if policy is not None else ()
