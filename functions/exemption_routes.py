"""The routes of what policies leave alone, and of the lists that they refer to."""

from functions.models.exemptions import ExemptionList, ExemptionListParameters, ExemptionOrder, ExemptionResource
from functions.models.named_lists import NamedListCollection, NamedListOrder, NamedListResource
from functions.models.policy_edits import ReasonParameters
from functions.models.shapes import Body, NoBody, NoParameters, Parameters
from functions.route import Route
from shared.domain.roles import Right

_MOST_LIST_BYTES = 1_048_576
"""A list holds up to 2,000 values of 256 characters."""

LIST_EXEMPTIONS = Route(
    name="http_list_exemptions",
    method="GET",
    template="api/exemptions",
    right=Right.READ_POLICIES,
    summary="List which apps policies leave alone, until when and at whose word",
    parameters=ExemptionListParameters,
    body=NoBody,
    reply=ExemptionList,
)
CREATE_EXEMPTION = Route(
    name="http_create_exemption",
    method="POST",
    template="api/exemptions",
    right=Right.WRITE_POLICIES,
    summary="Have one policy, or all, leave an app alone for a while; whoever asks answers for it",
    parameters=NoParameters,
    body=ExemptionOrder,
    reply=ExemptionResource,
)
END_EXEMPTION = Route(
    name="http_end_exemption",
    method="DELETE",
    template="api/exemptions/{id}",
    right=Right.WRITE_POLICIES,
    summary="End an exemption before its time",
    parameters=ReasonParameters,
    body=NoBody,
    reply=None,
)
LIST_NAMED_LISTS = Route(
    name="http_list_named_lists",
    method="GET",
    template="api/lists",
    right=Right.READ_POLICIES,
    summary="List the lists that policies refer to by name",
    parameters=NoParameters,
    body=NoBody,
    reply=NamedListCollection,
)
GET_NAMED_LIST = Route(
    name="http_get_named_list",
    method="GET",
    template="api/lists/{name}",
    right=Right.READ_POLICIES,
    summary="Read one list",
    parameters=NoParameters,
    body=NoBody,
    reply=NamedListResource,
)
PUT_NAMED_LIST = Route(
    name="http_put_named_list",
    method="PUT",
    template="api/lists/{name}",
    right=Right.WRITE_POLICIES,
    summary="Write a list, in place of what it was",
    parameters=NoParameters,
    body=NamedListOrder,
    reply=NamedListResource,
    most_body_bytes=_MOST_LIST_BYTES,
)
DELETE_NAMED_LIST = Route(
    name="http_delete_named_list",
    method="DELETE",
    template="api/lists/{name}",
    right=Right.WRITE_POLICIES,
    summary="Delete a list that no policy refers to",
    parameters=ReasonParameters,
    body=NoBody,
    reply=None,
)

EXEMPTION_ROUTES: tuple[Route[Parameters, Body], ...] = (
    LIST_EXEMPTIONS,
    CREATE_EXEMPTION,
    END_EXEMPTION,
    LIST_NAMED_LISTS,
    GET_NAMED_LIST,
    PUT_NAMED_LIST,
    DELETE_NAMED_LIST,
)
