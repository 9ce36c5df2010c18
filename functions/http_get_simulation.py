"""GET api/simulations/{id}: how a simulation goes on, and its result."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.shapes import NoBody, NoParameters
from functions.models.simulations import simulation_details
from functions.replies import Reply
from functions.requests import Call
from functions.simulation_routes import GET_SIMULATION
from shared.pipeline.governance.simulations import get_simulation
from shared.pipeline.services import Services

_ASK_AGAIN = {"Retry-After": "2"}

blueprint = func.Blueprint()


@endpoint(blueprint, GET_SIMULATION)
async def get_one(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    simulation, result = await get_simulation(services, call.path["id"], call.now)
    headers = {} if simulation.is_finished else _ASK_AGAIN
    return Reply(content=simulation_details(simulation, result), headers=headers)
