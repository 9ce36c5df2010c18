"""The pages and forms of what policies leave alone, and of the lists that they refer to."""

from functions.models.shapes import NoParameters, Parameters
from functions.pages.exemption_forms import (
    MOST_LIST_BYTES,
    AppExemptionForm,
    ExemptionForm,
    ExemptionsPageParameters,
    NamedListForm,
    SavedParameters,
)
from functions.pages.forms import Form, NoForm
from functions.pages.route import PageRoute
from shared.domain.roles import Right

NAMED_LISTS = PageRoute(
    name="http_page_named_lists",
    method="GET",
    template="lists",
    right=Right.READ_POLICIES,
    parameters=SavedParameters,
    form=NoForm,
)
CREATE_NAMED_LIST = PageRoute(
    name="http_post_named_list",
    method="POST",
    template="lists",
    right=Right.WRITE_POLICIES,
    parameters=NoParameters,
    form=NamedListForm,
    most_form_bytes=MOST_LIST_BYTES,
)
NAMED_LIST = PageRoute(
    name="http_page_named_list",
    method="GET",
    template="lists/{name}",
    right=Right.READ_POLICIES,
    parameters=SavedParameters,
    form=NoForm,
)
CHANGE_NAMED_LIST = PageRoute(
    name="http_post_named_list_change",
    method="POST",
    template="lists/{name}",
    right=Right.WRITE_POLICIES,
    parameters=NoParameters,
    form=NamedListForm,
    most_form_bytes=MOST_LIST_BYTES,
)
EXEMPTIONS = PageRoute(
    name="http_page_exemptions",
    method="GET",
    template="exemptions",
    right=Right.READ_POLICIES,
    parameters=ExemptionsPageParameters,
    form=NoForm,
)
CHANGE_EXEMPTIONS = PageRoute(
    name="http_post_exemption",
    method="POST",
    template="exemptions",
    right=Right.WRITE_POLICIES,
    parameters=NoParameters,
    form=ExemptionForm,
)
EXEMPT_APP = PageRoute(
    name="http_post_app_exemption",
    method="POST",
    template="apps/{id}",
    right=Right.WRITE_POLICIES,
    parameters=NoParameters,
    form=AppExemptionForm,
)

EXEMPTION_PAGES: tuple[PageRoute[Parameters, Form], ...] = (
    NAMED_LISTS,
    CREATE_NAMED_LIST,
    NAMED_LIST,
    CHANGE_NAMED_LIST,
    EXEMPTIONS,
    CHANGE_EXEMPTIONS,
    EXEMPT_APP,
)
