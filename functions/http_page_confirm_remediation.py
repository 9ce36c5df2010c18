"""GET apps/{id}/{action}: what disabling or enabling an app would do."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.confirm_view import action_of, confirm_view
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.remediation_forms import ConfirmParameters
from functions.pages.routes import CONFIRM_REMEDIATION
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, CONFIRM_REMEDIATION)
async def show_plan(visit: Visit[ConfirmParameters, NoForm], services: Services) -> View:
    action = action_of(visit.path["action"])
    return await confirm_view(services, visit.path["id"], action, visit.parameters.alert_id, visit.now)
