"""The readers of the streams that are switched on."""

from collections.abc import Callable

from shared.bootstrap.routes import Closable
from shared.domain.streams import Stream
from shared.graph.audit_search import GraphAuditSearch
from shared.graph.audits import GraphAudits
from shared.graph.azure_activity import AzureActivity
from shared.graph.connection import GraphConnection
from shared.graph.defender_alerts import GraphDefenderAlerts
from shared.graph.hunting import GraphHunting
from shared.graph.log_analytics import LogAnalytics
from shared.graph.management_activity import ManagementActivity
from shared.graph.risk_detections import GraphRiskDetections
from shared.graph.risky_service_principals import GraphRiskyServicePrincipals
from shared.graph.sign_ins import GraphSignIns
from shared.pipeline.collection.ports import LogReader
from shared.settings import Settings

_SIGN_INS = {
    Stream.INTERACTIVE_SIGN_INS: "interactiveUser",
    Stream.NON_INTERACTIVE_SIGN_INS: "nonInteractiveUser",
    Stream.SERVICE_PRINCIPAL_SIGN_INS: "servicePrincipal",
    Stream.MANAGED_IDENTITY_SIGN_INS: "managedIdentity",
}
_TABLES = {Stream.GRAPH_ACTIVITY: "GraphApiAuditEvents", Stream.CLOUD_APP_EVENTS: "CloudAppEvents"}
_CONTENT_TYPES = {
    Stream.EXCHANGE_AUDITS: "Audit.Exchange",
    Stream.SHAREPOINT_AUDITS: "Audit.SharePoint",
    Stream.GENERAL_AUDITS: "Audit.General",
    Stream.ENTRA_AUDITS: "Audit.AzureActiveDirectory",
}
_OFFICE, _AZURE = "https://manage.office.com", "https://management.azure.com"
"""The audiences of tokens where the endpoint is on this machine."""


class Logs:
    """Builds readers; ``opened`` are what has to be closed at the end beside Graph's connection."""

    def __init__(self, settings: Settings, graph: GraphConnection) -> None:
        self._settings = settings
        self._graph = graph
        self.opened: list[Closable] = []
        self._office: GraphConnection | None = None

    def readers(self) -> dict[Stream, LogReader]:
        return {stream: self._reader(stream) for stream in sorted(self._settings.collection.streams)}

    def _reader(self, stream: Stream) -> LogReader:
        if stream in _SIGN_INS:
            return GraphSignIns(self._graph, _SIGN_INS[stream])
        if stream in _TABLES:
            return GraphHunting(self._graph, _TABLES[stream], (self._client_id,))
        if stream in _CONTENT_TYPES:
            return ManagementActivity(self._to_office(), self._settings.tenant_id, _CONTENT_TYPES[stream])
        return _ON_GRAPH[stream](self._graph) if stream in _ON_GRAPH else self._in_azure(stream)

    def _in_azure(self, stream: Stream) -> LogReader:
        collection = self._settings.collection
        if stream is Stream.AZURE_ACTIVITY:
            return AzureActivity(self._connected(collection.azure_endpoint, _AZURE), collection.subscription_ids)
        logs = LogAnalytics(collection.log_analytics_endpoint, collection.workspace_id or "", self._client_id)
        self.opened.append(logs)
        return logs

    def _to_office(self) -> GraphConnection:
        """One for all content types: they share a limit."""
        if self._office is None:
            self._office = self._connected(self._settings.collection.office_endpoint, _OFFICE)
        return self._office

    def _connected(self, endpoint: str, audience: str) -> GraphConnection:
        """A sovereign cloud's API asks for tokens for its own address."""
        named = endpoint if endpoint.startswith("https:") else audience
        connection = GraphConnection(endpoint, self._client_id, audience=named)
        self.opened.append(connection)
        return connection

    @property
    def _client_id(self) -> str:
        return self._settings.graph.reader_client_id or ""


_ON_GRAPH: dict[Stream, Callable[[GraphConnection], LogReader]] = {
    Stream.DIRECTORY_AUDITS: GraphAudits,
    Stream.AUDIT_SEARCH: GraphAuditSearch,
    Stream.RISKY_SERVICE_PRINCIPALS: GraphRiskyServicePrincipals,
    Stream.RISK_DETECTIONS: GraphRiskDetections,
    Stream.DEFENDER_ALERTS: GraphDefenderAlerts,
}
