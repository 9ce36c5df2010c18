"""GET api/openapi.json: the description of this API."""

from functools import cache

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.service import OpenApiDocument
from functions.models.shapes import NoBody, NoParameters
from functions.openapi import document
from functions.replies import Reply
from functions.requests import Call
from functions.routes import GET_OPENAPI
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_OPENAPI)
async def get_openapi(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    return Reply(content=_described())


@cache
def _described() -> OpenApiDocument:
    return OpenApiDocument.model_validate(document())
