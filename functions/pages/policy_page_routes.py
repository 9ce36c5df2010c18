"""The pages and forms of policies. All forms that change a policy share one template: each has a path of its own,
and at it the page of the policy, so that whoever has to sign in again comes back to where he was.
"""

from functions.models.policies import PolicyListParameters
from functions.models.shapes import NoParameters, Parameters
from functions.pages.forms import Form, NoForm
from functions.pages.policy_forms import (
    NewPolicyForm,
    NewPolicyParameters,
    PolicyChangeForm,
    PolicyPageParameters,
    SimulationForm,
    SimulationPageParameters,
)
from functions.pages.route import PageRoute
from shared.domain.roles import Right

POLICIES = PageRoute(
    name="http_page_policies",
    method="GET",
    template="policies",
    right=Right.READ_POLICIES,
    parameters=PolicyListParameters,
    form=NoForm,
)
POLICY = PageRoute(
    name="http_page_policy",
    method="GET",
    template="policies/{id}",
    right=Right.READ_POLICIES,
    parameters=PolicyPageParameters,
    form=NoForm,
)
TRY_POLICY = PageRoute(
    name="http_post_simulation",
    method="POST",
    template="policies/{id}",
    right=Right.READ_POLICIES,
    parameters=NoParameters,
    form=SimulationForm,
)
POLICY_CHANGE = PageRoute(
    name="http_page_policy_change",
    method="GET",
    template="policies/{id}/{change}",
    right=Right.READ_POLICIES,
    parameters=NoParameters,
    form=NoForm,
)
CHANGE_POLICY = PageRoute(
    name="http_post_policy_change",
    method="POST",
    template="policies/{id}/{change}",
    right=Right.WRITE_POLICIES,
    parameters=NoParameters,
    form=PolicyChangeForm,
)
# Not below policies/{id}: a policy may be called "new".
NEW_POLICY = PageRoute(
    name="http_page_new_policy",
    method="GET",
    template="new-policy",
    right=Right.WRITE_POLICIES,
    parameters=NewPolicyParameters,
    form=NoForm,
)
CREATE_POLICY = PageRoute(
    name="http_post_policy",
    method="POST",
    template="new-policy",
    right=Right.WRITE_POLICIES,
    parameters=NoParameters,
    form=NewPolicyForm,
)
SIMULATION = PageRoute(
    name="http_page_simulation",
    method="GET",
    template="simulations/{id}",
    right=Right.READ_ALERTS,
    parameters=SimulationPageParameters,
    form=NoForm,
)
SUGGESTIONS = PageRoute(
    name="http_page_suggestions",
    method="GET",
    template="alerts/{id}/suggestions",
    right=Right.READ_ALERTS,
    parameters=NoParameters,
    form=NoForm,
)
SUGGEST = PageRoute(
    name="http_post_suggestions",
    method="POST",
    template="alerts/{id}/suggestions",
    right=Right.READ_ALERTS,
    parameters=NoParameters,
    form=NoForm,
)

POLICY_PAGES: tuple[PageRoute[Parameters, Form], ...] = (
    POLICIES,
    POLICY,
    TRY_POLICY,
    POLICY_CHANGE,
    CHANGE_POLICY,
    NEW_POLICY,
    CREATE_POLICY,
    SIMULATION,
    SUGGESTIONS,
    SUGGEST,
)
