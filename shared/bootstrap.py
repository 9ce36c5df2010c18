"""Builds the services once, on first use: nothing is read or opened when a function app is indexed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Protocol

from shared.domain.built_in import BUILT_IN
from shared.domain.remediation_guards import GuardSettings
from shared.domain.severities import Severity
from shared.graph.app_switch import GraphAppSwitch
from shared.graph.audits import GraphAudits
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.identity.bearer_tokens import BearerTokens
from shared.identity.callers import PlatformAuthentication, identify
from shared.identity.forged_caller import probe_platform
from shared.identity.form_tokens import FormTokens
from shared.pipeline.access import Access, Gate
from shared.pipeline.inventory.refresh_apps import refresh_apps
from shared.pipeline.operation.freshness import Freshness
from shared.pipeline.ports import Route
from shared.pipeline.remediation.trail import RecordedRemediations
from shared.pipeline.services import Services
from shared.policies.loader import load_catalogue
from shared.policies.ruleset import RuleSet, compile_policies
from shared.settings import Settings, StorageSettings, TeamsSettings, settings_of_this_process
from shared.storage.alert_list import TableAlertList
from shared.storage.alerts import TableAlerts
from shared.storage.aliases import TableAliases
from shared.storage.app_list import BlobAppList
from shared.storage.app_requests import TableAppRequests
from shared.storage.apps import TableApps
from shared.storage.archive import BlobArchive
from shared.storage.claims import TableRunClaims
from shared.storage.connection import Account, ConnectionString, ManagedIdentity, StorageConnection
from shared.storage.directory import TableDirectory
from shared.storage.form_key import TableFormKey
from shared.storage.held_deliveries import TableHeldDeliveries
from shared.storage.intents import TableIntents
from shared.storage.inventory_reads import TableInventoryReads
from shared.storage.ledger import TableLedger
from shared.storage.operator_conditions import TableOperatorConditions
from shared.storage.parked import TableParkedEvents
from shared.storage.probe_results import TableProbeResults
from shared.storage.remediation_ceiling import TableCeiling
from shared.storage.remediation_list import TableRemediationList
from shared.storage.remediation_writes import TableWriteLog
from shared.storage.remediations import TableRemediations
from shared.storage.request_keys import TableRequestKeys
from shared.storage.route_pace import TableRoutePace
from shared.storage.route_statuses import TableRouteStatuses
from shared.storage.state import TableStateStore
from shared.storage.stop_switch import TableStopSwitch
from shared.storage.watch import TableWatch
from shared.storage.work_queue import StorageQueues
from shared.telemetry import current_traceparent

_AUDIENCE = "https://graph.microsoft.com"


class Closable(Protocol):
    async def close(self) -> None: ...


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
    routes = _routes(settings)
    ledger = TableLedger(connection)
    apps, remediations, writes = TableApps(connection), TableRemediations(connection), TableWriteLog(connection)

    async def refresh(object_ids: Sequence[str], now: datetime) -> None:
        await refresh_apps(wired, object_ids, now)

    wired = Services(
        tenant_id=settings.tenant_id,
        rules=_rules,
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
        conditions=TableOperatorConditions(connection),
        pace=TableRoutePace(connection),
        held=TableHeldDeliveries(connection),
        route_statuses=TableRouteStatuses(connection),
        claims=TableRunClaims(connection),
        directory=GraphDirectory(reader) if reader else None,
        audits=GraphAudits(reader) if reader else None,
        refresh=refresh if reader else None,
        first_read=timedelta(days=settings.graph.first_read_days),
        parked=TableParkedEvents(connection) if reader else None,
        mirror=TableDirectory(connection),
        inventory_reads=TableInventoryReads(connection),
        app_requests=TableAppRequests(connection),
        app_list=BlobAppList(connection, apps),
        own_app_ids=_own_identities(settings),
        remediator_app_id=settings.remediation.client_id,
        trail=RecordedRemediations(remediations, writes),
        remediations=remediations,
        remediation_list=TableRemediationList(connection),
        remediation_writes=writes,
        request_keys=TableRequestKeys(connection),
        ceiling=TableCeiling(connection),
        stop_switch=TableStopSwitch(connection),
        guards=GuardSettings(
            protected_app_ids=settings.remediation.protected_app_ids,
            own_app_ids=_own_identities(settings) | {settings.api_client_id},
            ceiling_per_hour=settings.remediation.most_per_hour,
            is_set_up=settings.remediation.client_id is not None,
        ),
        app_switch=GraphAppSwitch(remediator) if remediator else None,
    )
    opened = [each for each in (reader, remediator, *routes) if each is not None]
    return Application(
        services=wired, access=_access(settings, connection), connection=connection, opened=tuple(opened)
    )


@cache
def application() -> Application:
    """The one of this process. Raises Misconfigured, each time it is asked, while a setting is wrong."""
    return build(settings_of_this_process())


def services() -> Services:
    return application().services


def access() -> Access:
    return application().access


@cache
def _rules() -> RuleSet:
    return compile_policies(load_catalogue())


def _access(settings: Settings, connection: StorageConnection) -> Access:
    platform = PlatformAuthentication(
        enabled=settings.authentication_enabled,
        tenant_id=settings.tenant_id,
        api_client_id=settings.api_client_id,
        allowed_client_ids=settings.allowed_client_ids,
        tokens=BearerTokens(settings.authority, settings.tenant_id, settings.api_client_id),
    )
    return Access(
        identify=partial(identify, platform=platform),
        probe=partial(probe_platform, settings.hostname or "localhost", settings.tenant_id, settings.api_client_id),
        gate=Gate(TableProbeResults(connection)),
        form_tokens=FormTokens(TableFormKey(connection)),
    )


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


class ClosableRoute(Route, Closable, Protocol):
    """A way out that keeps a connection."""


def _routes(settings: Settings) -> list[ClosableRoute]:
    """The HTTP client of the routes is imported only where there is one."""
    routes: list[ClosableRoute] = []
    if settings.webhook is not None:
        from shared.outputs.webhook import Webhook

        webhook = settings.webhook
        routes.append(Webhook(webhook.url, webhook.secret, webhook.allowed_hosts, webhook.minimum_severity))
    if settings.teams is not None:
        routes.extend(_teams(settings.teams, settings.dashboard_url))
    return routes


def _teams(teams: TeamsSettings, dashboard_url: str) -> list[ClosableRoute]:
    """One channel for all, or two: then high alerts go to the second one only."""
    from shared.outputs.teams import TeamsRoute

    channels = [("teams", teams.url, (teams.minimum_severity, Severity.MEDIUM if teams.urgent_url else Severity.HIGH))]
    if teams.urgent_url:
        channels.append(("teams-urgent", teams.urgent_url, (Severity.HIGH, Severity.HIGH)))
    return [
        TeamsRoute(name, url, teams.allowed_hosts, severities, dashboard_url, _triage_steps)
        for name, url, severities in channels
    ]


def _triage_steps(policy_id: str) -> Sequence[str]:
    policy = _rules().policies.get(policy_id) or BUILT_IN.get(policy_id)
    return policy.triage if policy is not None else ()
