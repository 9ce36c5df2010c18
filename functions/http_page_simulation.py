"""GET simulations/{id}: what a policy would have done."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.policy_forms import SimulationPageParameters
from functions.pages.policy_page_routes import SIMULATION
from functions.pages.simulation_view import simulation_view
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, SIMULATION)
async def show_simulation(visit: Visit[SimulationPageParameters, NoForm], services: Services) -> View:
    return await simulation_view(services, visit.path["id"], visit.now, visit.parameters.refresh)
