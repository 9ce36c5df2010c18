"""The OpenAPI 3.1 document, made from the table of routes and the models that validate requests."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from functions.inventory_routes import EXPORT_TAKES_KEY, GIVES_FILE, MAY_FIND_NOTHING
from functions.models.alerts import AlertResource
from functions.models.export_files import MEDIA_TYPES
from functions.models.problems import Problem, ProblemKind
from functions.models.service import HealthResource
from functions.models.shapes import Body, Parameters, Sent
from functions.policy_code_routes import FOLDER_TAKES_IF_MATCH
from functions.policy_routes import CREATES, GIVES_CSV, MAY_CONFLICT, TAKES_IF_MATCH, VERSIONED
from functions.remediation_routes import TAKES_KEY
from functions.route import Open, Route
from functions.routes import ROUTES
from functions.simulation_routes import SIMULATION_TAKES_KEY
from shared.domain.roles import Right

_TAKES_KEY = TAKES_KEY | EXPORT_TAKES_KEY | SIMULATION_TAKES_KEY
_VERSIONED = VERSIONED | {AlertResource}

type Json = dict[str, Any]
type AnyRoute = Route[Parameters, Body]


def document() -> Json:
    """The whole document; the same for the same code."""
    schemas = _schemas()
    paths: dict[str, Json] = {}
    for route in ROUTES:
        paths.setdefault(f"/{route.template}", {})[route.method.lower()] = _operation(route, schemas)
    parameters = {route.parameters.__name__ for route in ROUTES}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Consentry",
            "version": "1",
            "description": "Alerts about the OAuth apps of one Microsoft 365 tenant.",
        },
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in schemas.items() if name not in parameters},
            "responses": _problems(),
            "securitySchemes": {"entra": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _schemas() -> dict[str, Json]:
    """The schemas of all models and of what they refer to, by name."""
    sent: set[type[Sent]] = {Problem, *(route.reply for route in ROUTES if route.reply)}
    sent |= {route.accepted for route in ROUTES if route.accepted}
    received: set[type[Body | Parameters]] = {route.parameters for route in ROUTES}
    received |= {route.body for route in ROUTES if route.reads_body}
    models: list[tuple[type[BaseModel], Literal["serialization", "validation"]]] = []
    models += [(model, "serialization") for model in sent]
    models += [(model, "validation") for model in received]
    _, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")
    return {name: _without_titles(schema) for name, schema in sorted(definitions["$defs"].items())}


def _operation(route: AnyRoute, schemas: Mapping[str, Json]) -> Json:
    operation: Json = {
        "operationId": route.name.removeprefix("http_"),
        "summary": route.summary,
        "security": [] if isinstance(route.right, Open) else [{"entra": []}],
        "parameters": [*map(_path_parameter, route.path_parameters), *_query(route, schemas), *_headers(route)],
        "responses": _responses(route),
    }
    if isinstance(route.right, Right):
        operation["description"] = f"Needs the right: {route.right.value}."
    if route.reads_body:
        operation["requestBody"] = {"required": True, "content": _content("application/json", route.body)}
    return operation


def _path_parameter(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(route: AnyRoute, schemas: Mapping[str, Json]) -> list[Json]:
    properties = schemas[route.parameters.__name__].get("properties", {})
    return [_query_parameter(name, schema) for name, schema in properties.items()]


def _query_parameter(name: str, schema: Json) -> Json:
    # A parameter that may be left out is no parameter that may be null.
    own = next((one for one in schema.get("anyOf", []) if one.get("type") != "null"), schema)
    parameter: Json = {"name": name, "in": "query", "schema": {k: v for k, v in own.items() if k != "description"}}
    if "description" in schema:
        parameter["description"] = schema["description"]
    if own.get("type") == "array":
        parameter |= {"style": "form", "explode": False}
    return parameter


def _headers(route: AnyRoute) -> list[Json]:
    headers: list[Json] = []
    if route.method == "PATCH" or route.name in TAKES_IF_MATCH | FOLDER_TAKES_IF_MATCH:
        description = "The ETag that was seen; the change is made only if it is still the same"
        headers.append(_header("If-Match", description, {"type": "string"}))
    if route.name in GIVES_FILE:
        headers.append(_header("Range", "One range of bytes; of a longer one the first 8 MiB", {"type": "string"}))
        headers.append(_header("If-Range", "The ETag that was seen: else Range does not count", {"type": "string"}))
    if route.name in _TAKES_KEY:
        description = "Of your choice: sent again with the same request, it begins nothing more"
        headers.append(_header("Idempotency-Key", description, {"type": "string", "minLength": 1, "maxLength": 128}))
    return headers


def _header(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "header", "description": description, "schema": schema}


def _responses(route: AnyRoute) -> Json:
    problems: Json = {status: {"$ref": f"#/components/responses/Problem{status}"} for status in _statuses(route)}
    if route.accepted is not None:
        problems["202"] = {
            "description": "It is begun; its address tells how it goes on",
            "content": _content("application/json", route.accepted),
            "headers": {"Location": {"description": "Where to look", "schema": {"type": "string"}}},
        }
    if route.name in GIVES_FILE:
        file: Json = {media_type.partition(";")[0]: {"schema": {}} for media_type in MEDIA_TYPES.values()}
        whole, part = ({"description": said, "content": file} for said in ("All of it", "A part of it"))
        return {"200": whole, "206": part, **problems}
    if route.name in GIVES_CSV:
        return {"200": {"description": "All of it", "content": {"text/csv": {"schema": {}}}}, **problems}
    if route.reply is None:
        return problems if route.accepted else {"204": {"description": "Something answers"}, **problems}
    answer: Json = {"description": "What was asked for", "content": _content("application/json", route.reply)}
    if route.reply in _VERSIONED:
        answer["headers"] = {"ETag": {"description": "Its version", "schema": {"type": "string"}}}
    if route.reply is HealthResource:
        said = answer["content"] | _content("application/problem+json", Problem)
        problems["503"] = {"description": "Not all is well, or the page cannot be read", "content": said}
    if route.name in CREATES:
        location = {"Location": {"description": "Where it is", "schema": {"type": "string"}}}
        return {"201": {**answer, "headers": {**answer.get("headers", {}), **location}}, **problems}
    return {"200": answer, **problems}


def _problems() -> Json:
    """One response for each status, which may have several kinds of problems behind it."""
    meanings: dict[int, list[str]] = {}
    for kind in ProblemKind:
        meanings.setdefault(kind.status.value, []).append(kind.meaning)
    content = _content("application/problem+json", Problem)
    return {
        f"Problem{status}": {"description": ". ".join(said), "content": content} for status, said in meanings.items()
    }


def _statuses(route: AnyRoute) -> list[str]:
    """Which of the problems this route can answer with."""
    statuses = {"400", "413", "500"}
    if isinstance(route.right, Right):
        statuses |= {"401", "403", "503"}
    if route.path_parameters or route.name in MAY_FIND_NOTHING:
        statuses.add("404")
    if route.name in GIVES_FILE:
        statuses.add("416")
    if route.reads_body:
        statuses.add("415")
    if route.method == "PATCH" or route.name in MAY_CONFLICT | FOLDER_TAKES_IF_MATCH:
        statuses |= {"409", "412"}
    if route.accepted is not None:
        statuses.add("409")
    if route.name in _TAKES_KEY:
        statuses.add("422")
    return sorted(statuses)


def _content(media_type: str, model: type) -> Json:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}


def _without_titles(schema: Any) -> Any:
    """pydantic titles every member with its own name again; a member named ``title`` stays."""
    if isinstance(schema, list):
        return [_without_titles(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _members(value) if name == "properties" else _without_titles(value)
        for name, value in schema.items()
        if name != "title"
    }


def _members(properties: Json) -> Json:
    return {name: _without_titles(schema) for name, schema in properties.items()}
