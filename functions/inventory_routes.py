"""The routes of the inventory: apps, exports of their list, and all of them in numbers."""

from functions.models.app_consents import ConsentingUserList
from functions.models.app_details import AppResource
from functions.models.apps import AppList, AppListParameters
from functions.models.exports import AppExportBody, ExportResource
from functions.models.insights import ChangeList, ChangesParameters, InsightsParameters, InsightsResource
from functions.models.shapes import Body, NoBody, NoParameters, PageParameters, Parameters
from functions.models.timeline import Timeline
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
    summary="Read one app, by its appId or an object id, with all that is known and concluded of it",
    parameters=NoParameters,
    body=NoBody,
    reply=AppResource,
)
LIST_APP_USERS = Route(
    name="http_list_app_users",
    method="GET",
    template="api/apps/{id}/users",
    right=Right.READ_ALERTS,
    summary="List the users who consented to an app for themselves, and to what",
    parameters=PageParameters,
    body=NoBody,
    reply=ConsentingUserList,
)
GET_APP_TIMELINE = Route(
    name="http_get_app_timeline",
    method="GET",
    template="api/apps/{id}/timeline",
    right=Right.READ_ALERTS,
    summary="Read the life of an app, newest first: what was done to it, how it changed, what was found and done",
    parameters=PageParameters,
    body=NoBody,
    reply=Timeline,
)
REQUEST_EXPORT = Route(
    name="http_request_export",
    method="POST",
    template="api/exports",
    right=Right.READ_ALERTS,
    summary="Have a file made of all apps that match, as CSV or JSON",
    parameters=NoParameters,
    body=AppExportBody,
    reply=None,
    accepted=ExportResource,
)
GET_EXPORT = Route(
    name="http_get_export",
    method="GET",
    template="api/exports/{id}",
    right=Right.READ_ALERTS,
    summary="See how an export of one's own goes on",
    parameters=NoParameters,
    body=NoBody,
    reply=ExportResource,
)
GET_EXPORT_CONTENT = Route(
    name="http_get_export_content",
    method="GET",
    template="api/exports/{id}/content",
    right=Right.READ_ALERTS,
    summary="Read the file of an export of one's own; of a large one a range at a time",
    parameters=NoParameters,
    body=NoBody,
    reply=None,
)
GET_INSIGHTS = Route(
    name="http_get_insights",
    method="GET",
    template="api/insights",
    right=Right.READ_ALERTS,
    summary="See apps and open alerts in numbers, day by day, the newest and riskiest apps, and what was read when",
    parameters=InsightsParameters,
    body=NoBody,
    reply=InsightsResource,
)
LIST_CHANGES = Route(
    name="http_list_changes",
    method="GET",
    template="api/insights/changes",
    right=Right.READ_ALERTS,
    summary="List the apps that came, went or changed since a day",
    parameters=ChangesParameters,
    body=NoBody,
    reply=ChangeList,
)

INVENTORY_ROUTES: tuple[Route[Parameters, Body], ...] = (
    LIST_APPS,
    GET_APP,
    LIST_APP_USERS,
    GET_APP_TIMELINE,
    REQUEST_EXPORT,
    GET_EXPORT,
    GET_EXPORT_CONTENT,
    GET_INSIGHTS,
    LIST_CHANGES,
)

EXPORT_TAKES_KEY = frozenset({REQUEST_EXPORT.name})
"""Routes that take an ``Idempotency-Key``. Without one, asking a second time makes a second file."""
GIVES_FILE = frozenset({GET_EXPORT_CONTENT.name})
"""Routes that answer with bytes, whole (200) or in part (206), or with 416."""
MAY_FIND_NOTHING = frozenset({LIST_CHANGES.name})
"""Routes that answer 404 although nothing in their path may be missing."""
