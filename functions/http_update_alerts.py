"""POST api/alerts/bulk: make the same changes to several alerts."""

import asyncio

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.alert_updates import BulkResult, BulkResultList, BulkUpdate
from functions.models.problems import FieldError
from functions.models.shapes import NoParameters
from functions.problems import invalid, problem_of
from functions.replies import Reply
from functions.requests import Call
from functions.routes import UPDATE_ALERTS
from shared.pipeline.detection.triage import update_alert
from shared.pipeline.services import Services

_AT_ONCE = 8
"""Enough to hide storage's latency, few enough that one caller does not take all of its connections."""

blueprint = func.Blueprint()


@endpoint(blueprint, UPDATE_ALERTS)
async def update_several(call: Call[NoParameters, BulkUpdate], services: Services) -> Reply:
    if call.if_match is not None:  # ignored, its sender would believe himself safe from overwriting others
        raise invalid(FieldError(field="If-Match", message="alerts share no version: change them one by one"))
    at_once = asyncio.Semaphore(_AT_ONCE)
    changes = call.body.triage_changes()

    async def update(alert_id: str) -> BulkResult:
        async with at_once:
            try:
                updated = await update_alert(services, alert_id, changes, call.caller, None, call.now)
            except Exception as error:  # one alert's failure is its own result
                problem = problem_of(error)
                return BulkResult(id=alert_id, status=problem.status, problem=problem)
        return BulkResult(id=alert_id, status=200, etag=updated.etag)

    return Reply(content=BulkResultList(value=await asyncio.gather(*map(update, dict.fromkeys(call.body.ids)))))
