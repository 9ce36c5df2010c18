"""What the settings are, once checked."""

from dataclasses import dataclass

from shared.domain.severities import Severity
from shared.domain.streams import Stream


@dataclass(frozen=True, kw_only=True)
class StorageSettings:
    """Either a connection string, or the three service addresses with a managed identity."""

    connection_string: str | None = None
    table_service_uri: str | None = None
    queue_service_uri: str | None = None
    blob_service_uri: str | None = None
    identity_client_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class GraphSettings:
    """Where the directory is read, and as whom. ``reader_client_id`` is None where no tenant is connected.

    ``priority_users`` are object ids or user principal names of priority accounts, in lower case; the members of
    ``priority_group_ids`` are such too.
    """

    endpoint: str
    reader_client_id: str | None
    first_read_days: int
    priority_users: frozenset[str]
    priority_group_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CollectionSettings:
    """Which streams are read, and where those outside Graph are. The endpoints differ in national clouds.

    ``workspace_id`` is the workspace of Log Analytics with the tenant's Graph activity, ``subscription_ids`` are the
    Azure subscriptions whose activity is read. ``archive_days`` is how long events are kept.
    """

    streams: frozenset[Stream]
    app_info: bool
    """Whether OAuthAppInfo of app governance is read by hunting."""
    office_endpoint: str
    log_analytics_endpoint: str
    azure_endpoint: str
    workspace_id: str | None
    subscription_ids: tuple[str, ...]
    archive_days: int


@dataclass(frozen=True, kw_only=True)
class RemediationSettings:
    """What remediation may touch, and how much in an hour. ``client_id`` is None where it is not set up.

    Both function apps read these: the remediator checks every guard again by its own.
    """

    client_id: str | None
    protected_app_ids: frozenset[str]
    most_per_hour: int


@dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    """Where alerts are posted to. ``url`` may carry a signature and ``secret`` signs bodies: neither is ever logged."""

    url: str
    secret: str | None
    allowed_hosts: frozenset[str]
    minimum_severity: Severity


@dataclass(frozen=True, kw_only=True)
class TeamsSettings:
    """Teams channels by the addresses of their flows, which carry signatures: they are never logged.

    With ``urgent_url``, high alerts go there and only there.
    """

    url: str
    urgent_url: str | None
    allowed_hosts: frozenset[str]
    minimum_severity: Severity


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All of them, checked. ``authentication_enabled`` is the platform's own word, never a setting of ours."""

    storage: StorageSettings
    tenant_id: str
    api_client_id: str
    authority: str
    allowed_client_ids: frozenset[str]
    authentication_enabled: bool
    hostname: str | None
    dashboard_url: str
    graph: GraphSettings
    collection: CollectionSettings
    remediation: RemediationSettings
    webhook: WebhookSettings | None
    teams: TeamsSettings | None
