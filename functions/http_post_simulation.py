"""POST policies/{id}: try a policy on the past."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import Answer, SeeOther
from functions.pages.page import page
from functions.pages.policy_forms import SimulationForm
from functions.pages.policy_page_routes import SIMULATION, TRY_POLICY
from functions.pages.policy_refusals import message_of, troubles_of
from functions.pages.policy_view import Refused, policy_view
from functions.pages.visits import Visit
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.simulations import request_simulation
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, TRY_POLICY)
async def try_policy(visit: Visit[NoParameters, SimulationForm], services: Services) -> Answer:
    policy_id, form = visit.path["id"], visit.form
    try:
        begun = await request_simulation(services, policy_id, form.days, visit.caller, visit.now, form.request_key)
    except PolicyRefused as error:
        message, status = message_of(error)
        refused = Refused(change=None, message=message, status=status, troubles=troubles_of(error))
        return await policy_view(services, policy_id, visit.now, refused=refused)
    return SeeOther(SIMULATION.address(id=begun.id))
