"""The one table of routes: what may be called, with which right, and what goes in and out.

The functions, the OpenAPI document, the reference pages and the tests all follow it. Only ``api/live`` is open to
anybody; the OpenAPI document is not, so that what a stranger can learn stays nothing, by one rule without exceptions.
"""

from functions.inventory_routes import INVENTORY_ROUTES
from functions.models.alert_details import EvidenceList, HistoryList
from functions.models.alert_updates import AlertUpdate, BulkResultList, BulkUpdate
from functions.models.alerts import AlertList, AlertListParameters, AlertResource
from functions.models.coverage import CoverageList, CoverageParameters
from functions.models.events import EventList, EventListParameters
from functions.models.service import CallerResource, HealthResource, OpenApiDocument
from functions.models.shapes import Body, NoBody, NoParameters, PageParameters, Parameters
from functions.policy_code_routes import POLICY_CODE_ROUTES
from functions.policy_routes import POLICY_ROUTES
from functions.remediation_routes import REMEDIATION_ROUTES
from functions.route import Open, Route
from functions.simulation_routes import SIMULATION_ROUTES
from shared.domain.roles import Right

LIST_ALERTS = Route(
    name="http_list_alerts",
    method="GET",
    template="api/alerts",
    right=Right.READ_ALERTS,
    summary="List alerts, newest first",
    parameters=AlertListParameters,
    body=NoBody,
    reply=AlertList,
)
GET_ALERT = Route(
    name="http_get_alert",
    method="GET",
    template="api/alerts/{id}",
    right=Right.READ_ALERTS,
    summary="Read one alert",
    parameters=NoParameters,
    body=NoBody,
    reply=AlertResource,
)
UPDATE_ALERT = Route(
    name="http_update_alert",
    method="PATCH",
    template="api/alerts/{id}",
    right=Right.UPDATE_ALERTS,
    summary="Change one alert; If-Match makes sure that it is the version that was seen",
    parameters=NoParameters,
    body=AlertUpdate,
    reply=AlertResource,
)
UPDATE_ALERTS = Route(
    name="http_update_alerts",
    method="POST",
    template="api/alerts/bulk",
    right=Right.UPDATE_ALERTS,
    summary="Make the same changes to several alerts",
    parameters=NoParameters,
    body=BulkUpdate,
    reply=BulkResultList,
)
LIST_EVENTS = Route(
    name="http_list_events",
    method="GET",
    template="api/events",
    right=Right.READ_ALERTS,
    summary="Hunt in the archive of events, newest first",
    parameters=EventListParameters,
    body=NoBody,
    reply=EventList,
)
LIST_EVIDENCE = Route(
    name="http_list_evidence",
    method="GET",
    template="api/alerts/{id}/evidence",
    right=Right.READ_ALERTS,
    summary="List the evidence of an alert, oldest first",
    parameters=PageParameters,
    body=NoBody,
    reply=EvidenceList,
)
LIST_HISTORY = Route(
    name="http_list_history",
    method="GET",
    template="api/alerts/{id}/history",
    right=Right.READ_ALERTS,
    summary="List who changed an alert, when and why",
    parameters=NoParameters,
    body=NoBody,
    reply=HistoryList,
)
GET_COVERAGE = Route(
    name="http_get_coverage",
    method="GET",
    template="api/coverage",
    right=Right.READ_ALERTS,
    summary="See what was collected and judged, by source and hour",
    parameters=CoverageParameters,
    body=NoBody,
    reply=CoverageList,
)
GET_HEALTH = Route(
    name="http_get_health",
    method="GET",
    template="api/health",
    right=Right.READ_ALERTS,
    summary="Ask whether all is well (503 if not)",
    parameters=NoParameters,
    body=NoBody,
    reply=HealthResource,
)
GET_ME = Route(
    name="http_get_me",
    method="GET",
    template="api/me",
    right=Right.READ_ALERTS,
    summary="See who the service takes you for, and what you may do",
    parameters=NoParameters,
    body=NoBody,
    reply=CallerResource,
)
GET_OPENAPI = Route(
    name="http_get_openapi",
    method="GET",
    template="api/openapi.json",
    right=Right.READ_ALERTS,
    summary="Read this description of the API",
    parameters=NoParameters,
    body=NoBody,
    reply=OpenApiDocument,
)
GET_LIVE = Route(
    name="http_get_live",
    method="GET",
    template="api/live",
    right=Open.TO_ANYBODY,
    summary="See that something answers, and nothing else",
    parameters=NoParameters,
    body=NoBody,
    reply=None,
)

ROUTES: tuple[Route[Parameters, Body], ...] = (
    LIST_ALERTS,
    GET_ALERT,
    UPDATE_ALERT,
    UPDATE_ALERTS,
    LIST_EVENTS,
    LIST_EVIDENCE,
    LIST_HISTORY,
    GET_COVERAGE,
    GET_HEALTH,
    GET_ME,
    GET_OPENAPI,
    GET_LIVE,
    *INVENTORY_ROUTES,
    *REMEDIATION_ROUTES,
    *SIMULATION_ROUTES,
    *POLICY_ROUTES,
    *POLICY_CODE_ROUTES,
)
