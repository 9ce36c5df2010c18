"""Builds the services once, on first use: nothing is read or opened when a function app is indexed."""

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from shared.identity.bearer_tokens import BearerTokens
from shared.identity.callers import PlatformAuthentication, identify
from shared.identity.forged_caller import probe_platform
from shared.pipeline.access import Access, Gate
from shared.pipeline.services import Services
from shared.policies.loader import load_catalogue
from shared.policies.ruleset import RuleSet, compile_policies
from shared.settings import Settings, StorageSettings, WebhookSettings, settings_of_this_process
from shared.storage.alert_list import TableAlertList
from shared.storage.alerts import TableAlerts
from shared.storage.aliases import TableAliases
from shared.storage.apps import TableApps
from shared.storage.archive import BlobArchive
from shared.storage.connection import Account, ConnectionString, ManagedIdentity, StorageConnection
from shared.storage.intents import TableIntents
from shared.storage.ledger import TableLedger
from shared.storage.probe_results import TableProbeResults
from shared.storage.state import TableStateStore
from shared.storage.work_queue import StorageQueues
from shared.telemetry import current_traceparent

if TYPE_CHECKING:  # The webhook brings an HTTP client along, which most tenants' instances never use.
    from shared.outputs.webhook import Webhook


@dataclass(frozen=True, kw_only=True)
class Application:
    """What one process works with. Belongs to one event loop; ``close`` it at the end where the process lives on."""

    services: Services
    access: Access
    connection: StorageConnection
    webhook: "Webhook | None"

    async def close(self) -> None:
        await self.connection.close()
        if self.webhook is not None:
            await self.webhook.close()


def build(settings: Settings, prefix: str = "") -> Application:
    """Everything wired, nothing opened yet. ``prefix`` stands before storage names, so that tests share an account."""
    connection = StorageConnection(_account(settings.storage), prefix=prefix)
    webhook = _webhook(settings.webhook)
    services = Services(
        rules=_rules,
        aliases=TableAliases(connection),
        apps=TableApps(connection),
        state=TableStateStore(connection),
        alerts=TableAlerts(connection),
        intents=TableIntents(connection),
        queue=StorageQueues(connection, current_traceparent),
        routes={webhook.name: webhook} if webhook else {},
        alert_list=TableAlertList(connection),
        ledger=TableLedger(connection),
        archive=BlobArchive(connection),
    )
    return Application(services=services, access=_access(settings, connection), connection=connection, webhook=webhook)


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


def _webhook(settings: WebhookSettings | None) -> "Webhook | None":
    if settings is None:
        return None
    from shared.outputs.webhook import Webhook

    return Webhook(settings.url, settings.secret, settings.allowed_hosts, settings.minimum_severity)
