"""The routes of simulations: asking for one, reading what came of it, and what an alert suggests.

What came of it tells of apps and events: to read that takes the right to read alerts, which writing policies does not
bring.
"""

from functions.models.shapes import Body, NoBody, NoParameters, Parameters
from functions.models.simulations import SimulationBody, SimulationDetails, SimulationResource
from functions.models.suggestions import SuggestionList
from functions.route import MOST_POLICY_BODY_BYTES, Route
from shared.domain.roles import Right

REQUEST_SIMULATION = Route(
    name="http_request_simulation",
    method="POST",
    template="api/simulations",
    right=Right.READ_POLICIES,
    summary="See what a draft or a saved policy would have done over the last days; nothing is written",
    parameters=NoParameters,
    body=SimulationBody,
    reply=None,
    accepted=SimulationResource,
    most_body_bytes=MOST_POLICY_BODY_BYTES,
)
GET_SIMULATION = Route(
    name="http_get_simulation",
    method="GET",
    template="api/simulations/{id}",
    right=Right.READ_ALERTS,
    summary="See how a simulation goes on, and its result once it is ready",
    parameters=NoParameters,
    body=NoBody,
    reply=SimulationDetails,
)
SUGGEST_POLICY = Route(
    name="http_suggest_policy",
    method="POST",
    template="api/alerts/{id}/suggest-policy",
    right=Right.READ_ALERTS,
    summary="Draft policies from what an alert shows, each with its simulation; nothing is saved",
    parameters=NoParameters,
    body=NoBody,
    reply=SuggestionList,
)

SIMULATION_ROUTES: tuple[Route[Parameters, Body], ...] = (REQUEST_SIMULATION, GET_SIMULATION, SUGGEST_POLICY)

SIMULATION_TAKES_KEY = frozenset({REQUEST_SIMULATION.name})
"""Routes that take an ``Idempotency-Key``. Without one, asking a second time begins another simulation."""
