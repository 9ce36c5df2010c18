"""The one table of pages and forms.

A form has the path of a page that shows it, so that whoever has to sign in again comes back to where he was. No two
templates of one method fit the same path: the platform goes by names of functions, not by how precise a template is.
"""

from functions.models.alerts import AlertListParameters
from functions.models.remediations import RemediationListParameters
from functions.models.shapes import NoParameters, PageParameters, Parameters
from functions.pages.alert_forms import AlertPageParameters, TriageForm
from functions.pages.app_forms import AppsPageParameters
from functions.pages.changes_view import OverviewParameters
from functions.pages.coverage_view import CoveragePageParameters
from functions.pages.event_forms import EventsPageParameters
from functions.pages.exemption_page_routes import EXEMPTION_PAGES
from functions.pages.export_forms import ExportForm, ExportPageParameters
from functions.pages.forms import Form, NoForm
from functions.pages.heartbeats import HeartbeatParameters
from functions.pages.policy_page_routes import POLICY_PAGES
from functions.pages.remediation_forms import (
    ConfirmParameters,
    RemediationForm,
    RemediationPageParameters,
    StopForm,
    UndoForm,
)
from functions.pages.route import Anyone, PageRoute
from shared.domain.roles import Right

OVERVIEW = PageRoute(
    name="http_page_overview",
    method="GET",
    # The path "/": a template that is empty would stand for the function's name.
    template="{nothing:maxlength(0)?}",
    right=Right.READ_ALERTS,
    parameters=OverviewParameters,
    form=NoForm,
)
ALERTS = PageRoute(
    name="http_page_alerts",
    method="GET",
    template="alerts",
    right=Right.READ_ALERTS,
    parameters=AlertListParameters,
    form=NoForm,
)
ALERT = PageRoute(
    name="http_page_alert",
    method="GET",
    template="alerts/{id}",
    right=Right.READ_ALERTS,
    parameters=AlertPageParameters,
    form=NoForm,
)
TRIAGE = PageRoute(
    name="http_post_triage",
    method="POST",
    template="alerts/{id}",
    right=Right.UPDATE_ALERTS,
    parameters=NoParameters,
    form=TriageForm,
)
APPS = PageRoute(
    name="http_page_apps",
    method="GET",
    template="apps",
    right=Right.READ_ALERTS,
    parameters=AppsPageParameters,
    form=NoForm,
)
REQUEST_EXPORT = PageRoute(
    name="http_post_export",
    method="POST",
    template="apps",
    right=Right.READ_ALERTS,
    parameters=NoParameters,
    form=ExportForm,
)
EXPORT = PageRoute(
    name="http_page_export",
    method="GET",
    template="exports/{id}",
    right=Right.READ_ALERTS,
    parameters=ExportPageParameters,
    form=NoForm,
)
EXPORT_PART = PageRoute(
    name="http_page_export_part",
    method="GET",
    template="exports/{id}/parts/{number}",
    right=Right.READ_ALERTS,
    parameters=NoParameters,
    form=NoForm,
)
APP = PageRoute(
    name="http_page_app",
    method="GET",
    template="apps/{id}",
    right=Right.READ_ALERTS,
    parameters=NoParameters,
    form=NoForm,
)
# Not below apps/{id}: whatever stands there is an action to confirm.
APP_USERS = PageRoute(
    name="http_page_app_users",
    method="GET",
    template="app-users/{id}",
    right=Right.READ_ALERTS,
    parameters=PageParameters,
    form=NoForm,
)
APP_TIMELINE = PageRoute(
    name="http_page_app_timeline",
    method="GET",
    template="app-timeline/{id}",
    right=Right.READ_ALERTS,
    parameters=PageParameters,
    form=NoForm,
)
CONFIRM_REMEDIATION = PageRoute(
    name="http_page_confirm_remediation",
    method="GET",
    template="apps/{id}/{action}",
    right=Right.REQUEST_REMEDIATION,
    parameters=ConfirmParameters,
    form=NoForm,
)
REQUEST_REMEDIATION = PageRoute(
    name="http_post_remediation",
    method="POST",
    template="apps/{id}/{action}",
    right=Right.REQUEST_REMEDIATION,
    parameters=NoParameters,
    form=RemediationForm,
)
COVERAGE = PageRoute(
    name="http_page_coverage",
    method="GET",
    template="coverage",
    right=Right.READ_ALERTS,
    parameters=CoveragePageParameters,
    form=NoForm,
)
EVENTS = PageRoute(
    name="http_page_events",
    method="GET",
    template="events",
    right=Right.READ_ALERTS,
    parameters=EventsPageParameters,
    form=NoForm,
)
REMEDIATIONS = PageRoute(
    name="http_page_remediations",
    method="GET",
    template="remediations",
    right=Right.READ_ALERTS,
    parameters=RemediationListParameters,
    form=NoForm,
)
SET_STOP = PageRoute(
    name="http_post_remediation_stop",
    method="POST",
    template="remediations",
    right=Right.APPROVE_REMEDIATION,
    parameters=NoParameters,
    form=StopForm,
)
REMEDIATION = PageRoute(
    name="http_page_remediation",
    method="GET",
    template="remediations/{id}",
    right=Right.READ_ALERTS,
    parameters=RemediationPageParameters,
    form=NoForm,
)
UNDO = PageRoute(
    name="http_post_undo",
    method="POST",
    template="remediations/{id}",
    right=Right.REQUEST_REMEDIATION,
    parameters=NoParameters,
    form=UndoForm,
)
HEARTBEAT = PageRoute(
    name="http_page_heartbeat",
    method="GET",
    template="heartbeats/{route}/{number}",
    right=Right.READ_ALERTS,
    parameters=HeartbeatParameters,
    form=NoForm,
)
CONFIRM_HEARTBEAT = PageRoute(
    name="http_post_heartbeat",
    method="POST",
    template="heartbeats/{route}/{number}",
    right=Right.UPDATE_ALERTS,
    parameters=NoParameters,
    form=NoForm,
)
ASSET = PageRoute(
    name="http_page_asset",
    method="GET",
    template="assets/{version}/{name}",
    # A page that tells a caller what he may not do looks like the others.
    right=Anyone.SIGNED_IN,
    parameters=NoParameters,
    form=NoForm,
)

PAGES: tuple[PageRoute[Parameters, Form], ...] = (
    OVERVIEW,
    ALERTS,
    ALERT,
    TRIAGE,
    APPS,
    REQUEST_EXPORT,
    EXPORT,
    EXPORT_PART,
    APP,
    APP_USERS,
    APP_TIMELINE,
    CONFIRM_REMEDIATION,
    REQUEST_REMEDIATION,
    EVENTS,
    COVERAGE,
    REMEDIATIONS,
    SET_STOP,
    REMEDIATION,
    UNDO,
    HEARTBEAT,
    CONFIRM_HEARTBEAT,
    *POLICY_PAGES,
    *EXEMPTION_PAGES,
    ASSET,
)
