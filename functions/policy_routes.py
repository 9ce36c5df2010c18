"""The routes of policies: reading and changing them, their versions, and the templates that they are made from.

``api/policies.csv`` is no part of ``api/policies/…``: the platform goes by names of functions, not by how precise a
template is, so no two templates may fit one path.
"""

from functions.exemption_routes import CREATE_EXEMPTION, DELETE_NAMED_LIST, EXEMPTION_ROUTES, PUT_NAMED_LIST
from functions.models.named_lists import NamedListResource
from functions.models.policies import PolicyDetails, PolicyList, PolicyListParameters, ValidationResource
from functions.models.policy_edits import Draft, PolicyCopy, PolicyOrder, PolicyUpdate, Reason, ReasonParameters
from functions.models.policy_versions import VersionList, VersionResource
from functions.models.shapes import Body, NoBody, NoParameters, Parameters, Sent
from functions.models.templates import TemplateList, TemplateResource
from functions.route import MOST_POLICY_BODY_BYTES, Route
from shared.domain.roles import Right

LIST_POLICIES = Route(
    name="http_list_policies",
    method="GET",
    template="api/policies",
    right=Right.READ_POLICIES,
    summary="List policies, in force or not, with what they lack here and how many alerts they raised",
    parameters=PolicyListParameters,
    body=NoBody,
    reply=PolicyList,
)
GET_POLICIES_CSV = Route(
    name="http_get_policies_csv",
    method="GET",
    template="api/policies.csv",
    right=Right.READ_POLICIES,
    summary="Read the list of policies as CSV",
    parameters=PolicyListParameters,
    body=NoBody,
    reply=None,
)
GET_POLICY = Route(
    name="http_get_policy",
    method="GET",
    template="api/policies/{id}",
    right=Right.READ_POLICIES,
    summary="Read one policy",
    parameters=NoParameters,
    body=NoBody,
    reply=PolicyDetails,
)
CREATE_POLICY = Route(
    name="http_create_policy",
    method="POST",
    template="api/policies",
    right=Right.WRITE_POLICIES,
    summary="Create a policy, from its definition or from a template",
    parameters=NoParameters,
    body=PolicyOrder,
    reply=PolicyDetails,
    most_body_bytes=MOST_POLICY_BODY_BYTES,
)
UPDATE_POLICY = Route(
    name="http_update_policy",
    method="PUT",
    template="api/policies/{id}",
    right=Right.WRITE_POLICIES,
    summary="Replace a policy of one's own, or the tuning of a bundled one",
    parameters=NoParameters,
    body=PolicyUpdate,
    reply=PolicyDetails,
    most_body_bytes=MOST_POLICY_BODY_BYTES,
)
DELETE_POLICY = Route(
    name="http_delete_policy",
    method="DELETE",
    template="api/policies/{id}",
    right=Right.WRITE_POLICIES,
    summary="Delete a policy of one's own, or put a bundled one back to how it is bundled; its history stays",
    parameters=ReasonParameters,
    body=NoBody,
    reply=None,
)
ACTIVATE_POLICY = Route(
    name="http_activate_policy",
    method="POST",
    template="api/policies/{id}/activate",
    right=Right.WRITE_POLICIES,
    summary="Switch a policy on: it raises alerts and does what its actions say",
    parameters=NoParameters,
    body=Reason,
    reply=PolicyDetails,
)
AUDIT_POLICY = Route(
    name="http_audit_policy",
    method="POST",
    template="api/policies/{id}/audit",
    right=Right.WRITE_POLICIES,
    summary="Have a policy raise alerts and do nothing else",
    parameters=NoParameters,
    body=Reason,
    reply=PolicyDetails,
)
DEACTIVATE_POLICY = Route(
    name="http_deactivate_policy",
    method="POST",
    template="api/policies/{id}/deactivate",
    right=Right.WRITE_POLICIES,
    summary="Switch a policy off: it judges nothing",
    parameters=NoParameters,
    body=Reason,
    reply=PolicyDetails,
)
DUPLICATE_POLICY = Route(
    name="http_duplicate_policy",
    method="POST",
    template="api/policies/{id}/duplicate",
    right=Right.WRITE_POLICIES,
    summary="Make a policy of one's own of any other, inactive at first",
    parameters=NoParameters,
    body=PolicyCopy,
    reply=PolicyDetails,
)
VALIDATE_POLICY = Route(
    name="http_validate_policy",
    method="POST",
    template="api/policies/validate",
    right=Right.READ_POLICIES,
    summary="See whether a draft could be saved, and what it would lack here; nothing is written",
    parameters=NoParameters,
    body=Draft,
    reply=ValidationResource,
    most_body_bytes=MOST_POLICY_BODY_BYTES,
)
LIST_VERSIONS = Route(
    name="http_list_policy_versions",
    method="GET",
    template="api/policies/{id}/versions",
    right=Right.READ_POLICIES,
    summary="List who changed a policy, when, why and to what, newest first; also of one that is deleted",
    parameters=NoParameters,
    body=NoBody,
    reply=VersionList,
)
GET_VERSION = Route(
    name="http_get_policy_version",
    method="GET",
    template="api/policies/{id}/versions/{version}",
    right=Right.READ_POLICIES,
    summary="Read one version of a policy",
    parameters=NoParameters,
    body=NoBody,
    reply=VersionResource,
)
RESTORE_VERSION = Route(
    name="http_restore_policy_version",
    method="POST",
    template="api/policies/{id}/versions/{version}/restore",
    right=Right.WRITE_POLICIES,
    summary="Make a version of a policy its newest one, also where it is deleted",
    parameters=NoParameters,
    body=Reason,
    reply=PolicyDetails,
)
LIST_TEMPLATES = Route(
    name="http_list_policy_templates",
    method="GET",
    template="api/policy-templates",
    right=Right.READ_POLICIES,
    summary="List the templates that policies can be made from",
    parameters=NoParameters,
    body=NoBody,
    reply=TemplateList,
)
GET_TEMPLATE = Route(
    name="http_get_policy_template",
    method="GET",
    template="api/policy-templates/{id}",
    right=Right.READ_POLICIES,
    summary="Read one template",
    parameters=NoParameters,
    body=NoBody,
    reply=TemplateResource,
)
POLICY_ROUTES: tuple[Route[Parameters, Body], ...] = (
    LIST_POLICIES,
    GET_POLICIES_CSV,
    GET_POLICY,
    CREATE_POLICY,
    UPDATE_POLICY,
    DELETE_POLICY,
    ACTIVATE_POLICY,
    AUDIT_POLICY,
    DEACTIVATE_POLICY,
    DUPLICATE_POLICY,
    VALIDATE_POLICY,
    LIST_VERSIONS,
    GET_VERSION,
    RESTORE_VERSION,
    LIST_TEMPLATES,
    GET_TEMPLATE,
    *EXEMPTION_ROUTES,
)

CREATES = frozenset({CREATE_POLICY.name, DUPLICATE_POLICY.name, CREATE_EXEMPTION.name})
"""Routes that answer 201 with the address of what was made."""
TAKES_IF_MATCH = frozenset(
    {
        *(UPDATE_POLICY.name, DELETE_POLICY.name, ACTIVATE_POLICY.name, AUDIT_POLICY.name, DEACTIVATE_POLICY.name),
        *(RESTORE_VERSION.name, PUT_NAMED_LIST.name, DELETE_NAMED_LIST.name),
    }
)
MAY_CONFLICT = TAKES_IF_MATCH | CREATES
"""Routes that what others did meanwhile may stand in the way of, or what there is already."""
GIVES_CSV = frozenset({GET_POLICIES_CSV.name})
VERSIONED: frozenset[type[Sent]] = frozenset({PolicyDetails, NamedListResource})
"""Replies that come with an ETag."""
