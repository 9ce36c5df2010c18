"""GET api/alerts/{id}/history: who changed an alert, when and why."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.alert_details import HistoryList, HistoryResource
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from functions.routes import LIST_HISTORY
from shared.domain.history import first_broken
from shared.pipeline.detection.triage import UnknownAlert
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_HISTORY)
async def list_history(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    entries = await services.alerts.history(call.path["id"])
    if not entries:
        raise UnknownAlert
    value = [HistoryResource.model_validate(entry) for entry in entries]
    return Reply(content=HistoryList(value=value, first_broken=first_broken(entries)))
