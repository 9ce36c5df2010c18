"""The OpenAPI document is valid, and every route answers as it says."""

import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from functions.openapi import document
from functions.routes import ROUTES
from shared.bootstrap import Application
from tests.functions.api import Api, header
from tests.functions.conftest import Raise
from tests.functions.inventory import NOW, store_inventory, with_services
from tests.functions.remediations import Remediations

STORED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
MISSING = f"{'a' * 32}-1"
DOCUMENT = document()
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]

# One request that succeeds and, where there can be one, one that does not, for each operation.
BODIES: dict[tuple[str, str], tuple[object, object]] = {
    ("/api/alerts/{id}", "patch"): ({"comment": "As documented."}, {"status": "closed"}),
    ("/api/apps/{id}/remediations", "post"): (
        {"action": "disable", "reason": "As documented.", "dryRun": True},
        {"action": "delete", "reason": "As documented."},
    ),
    ("/api/exports", "post"): ({"format": "csv"}, {"format": "xlsx"}),
    ("/api/remediations/{id}/undo", "post"): ({"reason": "As documented."}, {"reason": ""}),
    ("/api/remediation-stop", "put"): ({"stopped": False, "reason": "As documented."}, {"stopped": "no"}),
    ("/api/alerts/bulk", "post"): ({"ids": [MISSING], "comment": "As documented."}, {"ids": []}),
}

# What a request cannot do without.
QUERIES = {"/api/insights/changes": {"since": "2026-03-03"}}


@pytest.fixture(scope="module", autouse=True)
def kept_day(account: dict[str, str]) -> None:
    """A list of apps that is kept for today, so that there is something to compare with."""

    async def keep(application: Application) -> None:
        await application.services.history.record(NOW)

    store_inventory(account)
    with_services(account, keep)


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_every_route_is_in_it_and_nothing_else() -> None:
    assert sorted(OPERATIONS) == sorted((f"/{route.template}", route.method.lower()) for route in ROUTES)


def test_the_service_gives_the_document_that_is_stored(api: Api) -> None:
    assert api.get("/api/openapi.json").json() == json.loads(STORED.read_text(encoding="utf-8")) == DOCUMENT


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_a_route_answers_as_the_document_says(
    api: Api, raise_alert: Raise, remediations: Remediations, path: str, method: str
) -> None:
    ids = {
        "/api/exports/{id}": lambda: exported(api),
        "/api/exports/{id}/content": lambda: exported(api),
        "/api/apps/{id}/timeline": lambda: remediations.register().app_id,
        "/api/apps/{id}/users": lambda: remediations.register().app_id,
        "/api/policies/{id}": lambda: "credential-added",
        "/api/apps/{id}": lambda: remediations.register().app_id,
        "/api/apps/{id}/remediations": lambda: remediations.register().app_id,
        "/api/remediations/{id}": remediations.disabled,
        "/api/remediations/{id}/undo": remediations.disabled,
    }
    made = ids.get(path, lambda: raise_alert(f"Documented {path} {method}"))
    concrete = path.replace("{id}", made()) if "{id}" in path else path
    good, bad = BODIES.get((path, method), (None, None))
    for body, success in ((good, True), (bad, False)):
        answer = (
            api.send_json(method.upper(), concrete, body)
            if body is not None
            else api.get(concrete, QUERIES.get(path) if success else {"unknown": 1})
        )
        assert (answer.status < 300) is success
        conform(path, method, answer.status, header(answer, "content-type"), answer.body)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_its_refusals_are_in_the_document(api: Api, path: str, method: str) -> None:
    missing = str(uuid4()) if "exports" in path else MISSING
    for persona in ("none", "nobody", "security-administrator"):
        answer = api.request(method.upper(), path.replace("{id}", missing), persona=persona)
        conform(path, method, answer.status, header(answer, "content-type"), answer.body)


def exported(api: Api) -> str:
    """The id of an export whose file is there."""
    export_id = str(api.send_json("POST", "/api/exports", {"format": "json"}).json()["id"])
    for _ in range(300):
        if api.get(f"/api/exports/{export_id}").json()["state"] == "ready":
            return export_id
        time.sleep(0.1)
    raise AssertionError("the export was not built in time")


def conform(path: str, method: str, status: int, media_type: str | None, body: bytes) -> None:
    """The document knows this status for the operation, and its schema fits the body."""
    responses: dict[str, Any] = DOCUMENT["paths"][path][method]["responses"]
    assert str(status) in responses, f"{method} {path} answered {status}"
    response = responses[str(status)]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "content" not in response:
        assert body == b""
        return
    schema = response["content"][media_type]["schema"]
    OAS31Validator({**schema, "components": DOCUMENT["components"]}).validate(json.loads(body))
