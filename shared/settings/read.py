"""The settings of the service: the only reader of the environment.

Every setting is checked together, so that one start tells of all that is wrong, each with its name and a valid
example. Values are never repeated in an error: some are secrets.
"""

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.domain.errors import Misconfigured
from shared.domain.severities import Severity

_GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, kw_only=True)
class StorageSettings:
    """Either a connection string, or the three service addresses with a managed identity."""

    connection_string: str | None = None
    table_service_uri: str | None = None
    queue_service_uri: str | None = None
    blob_service_uri: str | None = None
    identity_client_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    """Where alerts are posted to. ``url`` may carry a signature and ``secret`` signs bodies: neither is ever logged."""

    url: str
    secret: str | None
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
    webhook: WebhookSettings | None


class _Reader:
    """Reads single settings and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str, valid: Callable[[str], bool], example: str, default: str | None = None) -> str:
        value = self._environment.get(name, "").strip() or default
        if value is None:
            self.problems.append(f"{name} is missing; example: {name}={example}")
        elif not valid(value):
            self.problems.append(f"{name} is not valid; example: {name}={example}")
        return value or ""

    def optional(self, name: str, valid: Callable[[str], bool], example: str) -> str | None:
        return self.text(name, lambda value: not value or valid(value), example, default="") or None

    def names(self, name: str, valid: Callable[[str], bool], example: str) -> frozenset[str]:
        listed = self.optional(name, lambda value: all(map(valid, _split(value))), example)
        return frozenset(_split(listed or ""))


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Check everything at once. Raises Misconfigured."""
    reader = _Reader(environment)
    settings = Settings(
        storage=_storage(reader),
        tenant_id=reader.text("TENANT_ID", _is_guid, "00000000-0000-0000-0000-000000000001").lower(),
        api_client_id=reader.text("API_CLIENT_ID", _is_guid, "00000000-0000-0000-0000-000000000002").lower(),
        authority=reader.text(
            "AUTHORITY", _is_address, "https://login.microsoftonline.com", "https://login.microsoftonline.com"
        ).rstrip("/"),
        allowed_client_ids=reader.names("ALLOWED_CLIENT_IDS", _is_guid, "00000000-0000-0000-0000-000000000003"),
        authentication_enabled=environment.get("WEBSITE_AUTH_ENABLED", "").lower() == "true",
        hostname=environment.get("WEBSITE_HOSTNAME") or None,
        webhook=_webhook(reader),
    )
    if reader.problems:
        raise Misconfigured("\n".join(reader.problems))
    return settings


def settings_of_this_process() -> Settings:
    """Those of the environment. Raises Misconfigured."""
    return read_settings(os.environ)


def _storage(reader: _Reader) -> StorageSettings:
    connection_string = reader.optional("DataStorage", _is_connection_string, "UseDevelopmentStorage=true")
    if connection_string:
        return StorageSettings(connection_string=connection_string)
    table, queue, blob = (
        reader.optional(f"DataStorage__{service}ServiceUri", _is_address, f"https://account.{service}.core.windows.net")
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
        identity_client_id=reader.optional("DataStorage__clientId", _is_guid, "00000000-0000-0000-0000-000000000004"),
    )


def _webhook(reader: _Reader) -> WebhookSettings | None:
    url = reader.optional("WEBHOOK_URL", _is_address, "https://example.com/alerts")
    hosts = reader.names("WEBHOOK_ALLOWED_HOSTS", lambda host: "/" not in host, "example.com")
    secret = reader.optional("WEBHOOK_SECRET", lambda value: len(value) >= 16, "at least 16 random characters")
    severity = reader.text("WEBHOOK_MINIMUM_SEVERITY", lambda value: value in set(Severity), "medium", "low")
    if url is None:
        return None
    if _is_address(url) and urlsplit(url).hostname not in hosts:
        reader.problems.append("WEBHOOK_ALLOWED_HOSTS must list the host of WEBHOOK_URL; example: example.com")
    return WebhookSettings(
        url=url,
        secret=secret,
        allowed_hosts=hosts,
        minimum_severity=Severity(severity) if severity in set(Severity) else Severity.LOW,
    )


def _split(value: str) -> list[str]:
    return [part.strip().lower() for part in value.split(",") if part.strip()]


def _is_guid(value: str) -> bool:
    return _GUID.fullmatch(value) is not None


def _is_address(value: str) -> bool:
    """https, or http to this machine only; a host that a name server can be asked for; no user name or password."""
    try:
        parts = urlsplit(value)
        port = parts.port
        host = (parts.hostname or "").encode("idna")
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return secure and bool(host) and "@" not in parts.netloc and port != 0 and not _SPACE.search(value)


def _is_connection_string(value: str) -> bool:
    """What the clients of all three services can sign in with: a key, or three addresses and a signature."""
    if value == "UseDevelopmentStorage=true":
        return True
    named = [part.partition("=") for part in value.rstrip(";").split(";")]
    parts = {name.lower(): text for name, _, text in named}
    addresses = all(parts.get(f"{service}endpoint") for service in ("table", "queue", "blob"))
    has_key = bool(parts.get("accountname")) and _is_base64(parts.get("accountkey", ""))
    has_signature = addresses and bool(parts.get("sharedaccesssignature"))
    return all(text for _, _, text in named) and (has_key or has_signature)


def _is_base64(value: str) -> bool:
    try:
        return bool(base64.b64decode(value, validate=True))
    except ValueError:
        return False
