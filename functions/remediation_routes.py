"""The routes of remediation: asking, reading, undoing, and the switch that stops it all.

``api/remediation-stop`` is no part of ``api/remediations/…``: the platform goes by names of functions, not by how
precise a template is, so no two templates may fit one path.
"""

from functions.models.remediation_requests import RemediationOrderBody, StopBody, UndoBody
from functions.models.remediations import (
    PlanResource,
    RemediationDetails,
    RemediationList,
    RemediationListParameters,
    RemediationResource,
    StopDetails,
    StopResource,
)
from functions.models.shapes import Body, NoBody, NoParameters, Parameters
from functions.route import Route
from shared.domain.roles import Right

REQUEST_REMEDIATION = Route(
    name="http_request_remediation",
    method="POST",
    template="api/apps/{id}/remediations",
    right=Right.REQUEST_REMEDIATION,
    summary="Disable or enable an app; with dryRun, see what that would do",
    parameters=NoParameters,
    body=RemediationOrderBody,
    reply=PlanResource,
    accepted=RemediationResource,
)
LIST_REMEDIATIONS = Route(
    name="http_list_remediations",
    method="GET",
    template="api/remediations",
    right=Right.READ_ALERTS,
    summary="List remediations, newest first",
    parameters=RemediationListParameters,
    body=NoBody,
    reply=RemediationList,
)
GET_REMEDIATION = Route(
    name="http_get_remediation",
    method="GET",
    template="api/remediations/{id}",
    right=Right.READ_ALERTS,
    summary="Read one remediation, with the state before it, its steps and its history",
    parameters=NoParameters,
    body=NoBody,
    reply=RemediationDetails,
)
UNDO_REMEDIATION = Route(
    name="http_undo_remediation",
    method="POST",
    template="api/remediations/{id}/undo",
    right=Right.REQUEST_REMEDIATION,
    summary="Bring back the state before a remediation",
    parameters=NoParameters,
    body=UndoBody,
    reply=None,
    accepted=RemediationResource,
)
GET_STOP = Route(
    name="http_get_remediation_stop",
    method="GET",
    template="api/remediation-stop",
    right=Right.READ_ALERTS,
    summary="See whether all remediation is stopped, by whom and why, with the history of that",
    parameters=NoParameters,
    body=NoBody,
    reply=StopDetails,
)
SET_STOP = Route(
    name="http_set_remediation_stop",
    method="PUT",
    template="api/remediation-stop",
    right=Right.APPROVE_REMEDIATION,
    summary="Stop all remediation but undoing, or let it go on",
    parameters=NoParameters,
    body=StopBody,
    reply=StopResource,
)

REMEDIATION_ROUTES: tuple[Route[Parameters, Body], ...] = (
    REQUEST_REMEDIATION,
    LIST_REMEDIATIONS,
    GET_REMEDIATION,
    UNDO_REMEDIATION,
    GET_STOP,
    SET_STOP,
)

TAKES_KEY = frozenset({REQUEST_REMEDIATION.name, UNDO_REMEDIATION.name})
"""Routes that take an ``Idempotency-Key``. Without one, asking or undoing a second time is refused."""
