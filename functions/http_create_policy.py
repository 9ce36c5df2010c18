"""POST api/policies: a new policy."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_edits import PolicyOrder
from functions.models.shapes import NoParameters
from functions.policy_calls import created, edit_of, template_named, written_in
from functions.policy_routes import CREATE_POLICY
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.acting_policies import permitted
from shared.pipeline.governance.edit_policies import create_from_template, create_policy
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, CREATE_POLICY)
async def create_one(call: Call[NoParameters, PolicyOrder], services: Services) -> Reply:
    order, edit = call.body, edit_of(call, call.body.reason)
    if order.definition is not None:
        definition = dict(order.definition)
        edit = await permitted(services, edit, definition)
        with written_in("definition"):
            return await created(call, services, await create_policy(services, definition, edit))
    choice = order.choice()
    edit = await permitted(services, edit, template_named(choice.template).policy, choice.changes)
    return await created(call, services, await create_from_template(services, choice, edit))
