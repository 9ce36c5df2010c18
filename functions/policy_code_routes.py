"""The routes of policies as code: a folder of files out and in, and the schema that editors complete them by.

``api/policy-files`` is no part of ``api/policies/…``: no two templates may fit one path.
"""

from functions.models.policy_folders import (
    PolicyExportResource,
    PolicyFolderBody,
    PolicyFolderResource,
    PolicySchemaResource,
)
from functions.models.shapes import Body, NoBody, NoParameters, Parameters
from functions.route import Route
from shared.domain.roles import Right

EXPORT_POLICIES = Route(
    name="http_export_policies",
    method="GET",
    template="api/policy-files",
    right=Right.READ_POLICIES,
    summary="Read all policies, tunings and lists of the tenant as a folder of YAML files",
    parameters=NoParameters,
    body=NoBody,
    reply=PolicyExportResource,
)
IMPORT_POLICIES = Route(
    name="http_import_policies",
    method="POST",
    template="api/policy-files",
    right=Right.READ_POLICIES,
    summary="Check a folder of policy files, see what it would change, or apply it (with the right to write policies)",
    parameters=NoParameters,
    body=PolicyFolderBody,
    reply=PolicyFolderResource,
    most_body_bytes=2 * 1024 * 1024,
)
GET_POLICY_SCHEMA = Route(
    name="http_get_policy_schema",
    method="GET",
    template="api/policy-schema.json",
    right=Right.READ_POLICIES,
    summary="Read the JSON Schema of policy files",
    parameters=NoParameters,
    body=NoBody,
    reply=PolicySchemaResource,
)

POLICY_CODE_ROUTES: tuple[Route[Parameters, Body], ...] = (EXPORT_POLICIES, IMPORT_POLICIES, GET_POLICY_SCHEMA)
FOLDER_TAKES_IF_MATCH = frozenset({IMPORT_POLICIES.name})
"""Routes whose ``If-Match`` names the state of all policies together, as export and diff give it."""
