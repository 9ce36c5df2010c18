"""The only reader of the environment. Every setting is checked together: one start tells of all that is wrong."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from shared.domain.errors import Misconfigured
from shared.domain.severities import Severity
from shared.settings.collection import read_collection
from shared.settings.model import (
    GraphSettings,
    RemediationSettings,
    Settings,
    StorageSettings,
    TeamsSettings,
    WebhookSettings,
)
from shared.settings.reader import SettingsReader
from shared.settings.values import is_address, is_connection_string, is_guid, is_host, is_user

_AUTHORITY = "https://login.microsoftonline.com"
_GRAPH = "https://graph.microsoft.com"
_HOSTS_OF_FLOWS = frozenset({".logic.azure.com", ".environment.api.powerplatform.com"})
"""Where Microsoft runs the flows that post to Teams."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Check everything at once. Raises Misconfigured."""
    reader = SettingsReader(environment)
    hostname = environment.get("WEBSITE_HOSTNAME") or None
    settings = Settings(
        storage=_storage(reader),
        tenant_id=reader.text("TENANT_ID", is_guid, "00000000-0000-0000-0000-000000000001").lower(),
        api_client_id=reader.text("API_CLIENT_ID", is_guid, "00000000-0000-0000-0000-000000000002").lower(),
        authority=reader.text("AUTHORITY", is_address, _AUTHORITY, _AUTHORITY).rstrip("/"),
        allowed_client_ids=reader.names("ALLOWED_CLIENT_IDS", is_guid, "00000000-0000-0000-0000-000000000003"),
        authentication_enabled=environment.get("WEBSITE_AUTH_ENABLED", "").lower() == "true",
        hostname=hostname,
        dashboard_url=_dashboard_url(reader, hostname),
        graph=_graph(reader),
        collection=read_collection(reader),
        remediation=_remediation(reader),
        webhook=_webhook(reader),
        teams=_teams(reader),
    )
    if reader.problems:
        raise Misconfigured("\n".join(reader.problems))
    return settings


def settings_of_this_process() -> Settings:
    """Those of the environment. Raises Misconfigured."""
    return read_settings(os.environ)


def _storage(reader: SettingsReader) -> StorageSettings:
    connection_string = reader.optional("DataStorage", is_connection_string, "UseDevelopmentStorage=true")
    if connection_string:
        return StorageSettings(connection_string=connection_string)
    table, queue, blob = (
        reader.optional(f"DataStorage__{service}ServiceUri", is_address, f"https://account.{service}.core.windows.net")
        for service in ("table", "queue", "blob")
    )
    if not (table and queue and blob):
        reader.problems.append(
            "DataStorage is missing; example: DataStorage=UseDevelopmentStorage=true, or in Azure all of "
            "DataStorage__tableServiceUri, DataStorage__queueServiceUri and DataStorage__blobServiceUri"
        )
    return StorageSettings(
        table_service_uri=table,
        queue_service_uri=queue,
        blob_service_uri=blob,
        identity_client_id=reader.optional("DataStorage__clientId", is_guid, "00000000-0000-0000-0000-000000000004"),
    )


def _dashboard_url(reader: SettingsReader, hostname: str | None) -> str:
    own = f"https://{hostname}" if hostname and is_address(f"https://{hostname}") else "http://localhost"
    return reader.text("DASHBOARD_URL", is_address, "https://consentry.example.com", own).rstrip("/")


def _graph(reader: SettingsReader) -> GraphSettings:
    client_id = reader.optional("READER_CLIENT_ID", is_guid, "00000000-0000-0000-0000-000000000005")
    return GraphSettings(
        endpoint=reader.text("GRAPH_ENDPOINT", is_address, _GRAPH, _GRAPH).rstrip("/"),
        reader_client_id=client_id.lower() if client_id else None,
        first_read_days=reader.number("FIRST_READ_DAYS", 1, 30, default=7),
        priority_users=reader.names("PRIORITY_USERS", is_user, "ceo@contoso.com"),
        priority_group_ids=tuple(
            sorted(reader.names("PRIORITY_GROUP_IDS", is_guid, "00000000-0000-0000-0000-000000000008"))
        ),
    )


def _remediation(reader: SettingsReader) -> RemediationSettings:
    client_id = reader.optional("REMEDIATOR_CLIENT_ID", is_guid, "00000000-0000-0000-0000-000000000006")
    return RemediationSettings(
        client_id=client_id.lower() if client_id else None,
        protected_app_ids=reader.names("PROTECTED_APP_IDS", is_guid, "00000000-0000-0000-0000-000000000007"),
        most_per_hour=reader.number("REMEDIATIONS_PER_HOUR", 0, 1000, default=10),
    )


def _webhook(reader: SettingsReader) -> WebhookSettings | None:
    url = reader.optional("WEBHOOK_URL", is_address, "https://example.com/alerts")
    hosts = reader.names("WEBHOOK_ALLOWED_HOSTS", is_host, "example.com")
    secret = reader.optional("WEBHOOK_SECRET", lambda value: len(value) >= 16, "at least 16 random characters")
    severity = reader.severity("WEBHOOK_MINIMUM_SEVERITY", Severity.LOW)
    if url is None:
        return None
    if is_address(url) and urlsplit(url).hostname not in hosts:
        reader.problems.append("WEBHOOK_ALLOWED_HOSTS must list the host of WEBHOOK_URL; example: example.com")
    return WebhookSettings(url=url, secret=secret, allowed_hosts=hosts, minimum_severity=severity)


def _teams(reader: SettingsReader) -> TeamsSettings | None:
    example = "https://region.logic.azure.com/workflows/id"
    url = reader.optional("TEAMS_WEBHOOK_URL", is_address, example)
    urgent_url = reader.optional("TEAMS_URGENT_WEBHOOK_URL", is_address, example)
    hosts = reader.names("TEAMS_ALLOWED_HOSTS", is_host, ".logic.azure.com") or _HOSTS_OF_FLOWS
    severity = reader.severity("TEAMS_MINIMUM_SEVERITY", Severity.MEDIUM)
    if url is None:
        if urgent_url:
            reader.problems.append(f"TEAMS_WEBHOOK_URL is missing beside TEAMS_URGENT_WEBHOOK_URL; example: {example}")
        return None
    for name, address in (("TEAMS_WEBHOOK_URL", url), ("TEAMS_URGENT_WEBHOOK_URL", urgent_url)):
        if address and is_address(address) and not _is_listed(address, hosts):
            reader.problems.append(f"TEAMS_ALLOWED_HOSTS must list the host of {name}; example: .logic.azure.com")
    return TeamsSettings(url=url, urgent_url=urgent_url, allowed_hosts=hosts, minimum_severity=severity)


def _is_listed(address: str, hosts: frozenset[str]) -> bool:
    host = urlsplit(address).hostname or ""
    return any(host == listed or (listed.startswith(".") and host.endswith(listed)) for listed in hosts)
