"""The OpenAPI document is valid, and every route answers as it says."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from functions.openapi import document
from functions.routes import ROUTES
from tests.functions.api import Api, header
from tests.functions.conftest import Raise
from tests.functions.remediations import Remediations

STORED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
MISSING = f"{'a' * 32}-1"
OPERATIONS = [(path, method) for path, methods in document()["paths"].items() for method in methods]

# One request that succeeds and, where there can be one, one that does not, for each operation.
BODIES: dict[tuple[str, str], tuple[object, object]] = {
    ("/api/alerts/{id}", "patch"): ({"comment": "As documented."}, {"status": "closed"}),
    ("/api/apps/{id}/remediations", "post"): (
        {"action": "disable", "reason": "As documented.", "dryRun": True},
        {"action": "delete", "reason": "As documented."},
    ),
    ("/api/remediations/{id}/undo", "post"): ({"reason": "As documented."}, {"reason": ""}),
    ("/api/remediation-stop", "put"): ({"stopped": False, "reason": "As documented."}, {"stopped": "no"}),
    ("/api/alerts/bulk", "post"): ({"ids": [MISSING], "comment": "As documented."}, {"ids": []}),
}


def test_the_document_is_valid() -> None:
    validate(document())


def test_every_route_is_in_it_and_nothing_else() -> None:
    assert sorted(OPERATIONS) == sorted((f"/{route.template}", route.method.lower()) for route in ROUTES)


def test_the_service_gives_the_document_that_is_stored(api: Api) -> None:
    assert api.get("/api/openapi.json").json() == json.loads(STORED.read_text(encoding="utf-8")) == document()


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_a_route_answers_as_the_document_says(
    api: Api, raise_alert: Raise, remediations: Remediations, path: str, method: str
) -> None:
    ids = {
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
            else api.get(concrete, None if success else {"unknown": 1})
        )
        assert (answer.status < 300) is success
        conform(path, method, answer.status, header(answer, "content-type"), answer.body)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_its_refusals_are_in_the_document(api: Api, path: str, method: str) -> None:
    for persona in ("none", "nobody", "security-administrator"):
        answer = api.request(method.upper(), path.replace("{id}", MISSING), persona=persona)
        conform(path, method, answer.status, header(answer, "content-type"), answer.body)


def conform(path: str, method: str, status: int, media_type: str | None, body: bytes) -> None:
    """The document knows this status for the operation, and its schema fits the body."""
    whole = document()
    responses: dict[str, Any] = whole["paths"][path][method]["responses"]
    assert str(status) in responses, f"{method} {path} answered {status}"
    response = responses[str(status)]
    if "$ref" in response:
        response = whole["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "content" not in response:
        assert body == b""
        return
    schema = response["content"][media_type]["schema"]
    OAS31Validator({**schema, "components": whole["components"]}).validate(json.loads(body))
