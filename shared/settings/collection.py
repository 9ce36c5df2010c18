"""The settings of what is collected: which streams, and what each of them needs to be told."""

from shared.domain.streams import STREAMS, Stream
from shared.settings.model import CollectionSettings
from shared.settings.reader import SettingsReader
from shared.settings.values import is_address, is_guid

APP_INFO = "oauthAppInfo"
"""A table that adds to the inventory: no stream of events, but switched on by the same list."""

_OFFICE = "https://manage.office.com"
_LOG_ANALYTICS = "https://api.loganalytics.io"
_AZURE = "https://management.azure.com"
_DEFAULT = "servicePrincipalSignIns,managedIdentitySignIns"
_NAMES = frozenset({*Stream, APP_INFO})


def read_collection(reader: SettingsReader) -> CollectionSettings:
    """Directory audits are always read. Two streams that tell the same are refused, as is one that lacks a setting."""
    listed = reader.text("SOURCES", lambda value: _names_in(value) <= _NAMES, _DEFAULT, _DEFAULT)
    names = _names_in(listed) & _NAMES
    streams = frozenset({Stream.DIRECTORY_AUDITS, *(Stream(name) for name in names if name != APP_INFO)})
    settings = CollectionSettings(
        streams=streams,
        app_info=APP_INFO in names,
        office_endpoint=reader.text("OFFICE_ENDPOINT", is_address, _OFFICE, _OFFICE).rstrip("/"),
        log_analytics_endpoint=reader.text("LOG_ANALYTICS_ENDPOINT", is_address, _LOG_ANALYTICS, _LOG_ANALYTICS).rstrip(
            "/"
        ),
        azure_endpoint=reader.text("AZURE_ENDPOINT", is_address, _AZURE, _AZURE).rstrip("/"),
        workspace_id=reader.optional("LOG_ANALYTICS_WORKSPACE_ID", is_guid, "00000000-0000-0000-0000-000000000009"),
        subscription_ids=tuple(
            sorted(reader.names("AZURE_SUBSCRIPTION_IDS", is_guid, "00000000-0000-0000-0000-00000000000a"))
        ),
        archive_days=reader.number("ARCHIVE_DAYS", 7, 730, default=90),
    )
    _check(reader, settings)
    return settings


def _names_in(listed: str) -> frozenset[str]:
    """Spelled exactly: the deployment, which grants and switches on by the same names, tells case apart."""
    return frozenset(name.strip() for name in listed.split(",") if name.strip())


def _check(reader: SettingsReader, settings: CollectionSettings) -> None:
    for stream in sorted(settings.streams):
        for other in sorted(STREAMS[stream].excludes & settings.streams):
            if stream < other:
                reader.problems.append(f"SOURCES must not hold both {stream} and {other}: they tell the same")
    if Stream.GRAPH_ACTIVITY_LOGS in settings.streams and settings.workspace_id is None:
        reader.problems.append(
            "LOG_ANALYTICS_WORKSPACE_ID is missing for graphActivityLogs; "
            "example: LOG_ANALYTICS_WORKSPACE_ID=00000000-0000-0000-0000-000000000009"
        )
    if Stream.AZURE_ACTIVITY in settings.streams and not settings.subscription_ids:
        reader.problems.append(
            "AZURE_SUBSCRIPTION_IDS is missing for azureActivity; "
            "example: AZURE_SUBSCRIPTION_IDS=00000000-0000-0000-0000-00000000000a"
        )
