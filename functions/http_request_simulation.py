"""POST api/simulations: see what a policy would have done."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.shapes import NoParameters
from functions.models.simulations import SimulationBody, SimulationResource
from functions.policy_calls import written_in
from functions.replies import Reply
from functions.requests import Call
from functions.simulation_routes import REQUEST_SIMULATION
from shared.pipeline.governance.simulations import request_simulation
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, REQUEST_SIMULATION)
async def request_one(call: Call[NoParameters, SimulationBody], services: Services) -> Reply:
    body = call.body
    asked = body.definition if body.definition is not None else str(body.policy_id)
    with written_in(_member(body)):
        simulation = await request_simulation(
            services, asked, body.days, call.caller, call.now, call.idempotency_key, body.tuning
        )
    address = call.address_of(f"/api/simulations/{simulation.id}")
    return Reply(
        content=SimulationResource.model_validate(simulation),
        status=202,
        location=address,
        headers={"Operation-Location": address},
    )


def _member(body: SimulationBody) -> str:
    if body.definition is not None:
        return "definition"
    return "policyId" if body.tuning is None else "tuning"
