"""The routes of the inventory: apps, and all of them in numbers."""

from functions.models.app_details import AppResource
from functions.models.apps import AppList, AppListParameters
from functions.models.insights import InsightsResource
from functions.models.shapes import Body, NoBody, NoParameters, Parameters
from functions.route import Route
from shared.domain.roles import Right

LIST_APPS = Route(
    name="http_list_apps",
    method="GET",
    template="api/apps",
    right=Right.READ_ALERTS,
    summary="List apps, filtered and sorted by any column",
    parameters=AppListParameters,
    body=NoBody,
    reply=AppList,
)
GET_APP = Route(
    name="http_get_app",
    method="GET",
    template="api/apps/{id}",
    right=Right.READ_ALERTS,
    summary="Read one app, by its appId or an object id, with permissions, owners, credentials and alerts",
    parameters=NoParameters,
    body=NoBody,
    reply=AppResource,
)
GET_INSIGHTS = Route(
    name="http_get_insights",
    method="GET",
    template="api/insights/summary",
    right=Right.READ_ALERTS,
    summary="See apps and open alerts in numbers, the newest and riskiest apps, and what was read when",
    parameters=NoParameters,
    body=NoBody,
    reply=InsightsResource,
)

INVENTORY_ROUTES: tuple[Route[Parameters, Body], ...] = (LIST_APPS, GET_APP, GET_INSIGHTS)
