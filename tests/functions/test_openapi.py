"""The OpenAPI document is valid, and every route answers as it says."""

import json
import re
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from functions.openapi import document
from functions.routes import ROUTES
from shared.bootstrap import Application
from tests.functions.api import Api, header
from tests.functions.conftest import Raise
from tests.functions.inventory import MAILER_ID, NOW, store_inventory, with_services
from tests.functions.remediations import Remediations
from tests.local.host.sample_host import Answer

STORED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
MISSING = f"{'a' * 32}-1"
DOCUMENT = document()
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]

SWITCHES = ("activate", "audit", "deactivate")


def soon() -> str:
    return (NOW + timedelta(days=1)).isoformat()


# One request that succeeds and, where there can be one, one that does not, for each operation.
BODIES: dict[tuple[str, str], tuple[object, object]] = {
    ("/api/alerts/{id}", "patch"): ({"comment": "As documented."}, {"status": "closed"}),
    ("/api/apps/{id}/remediations", "post"): (
        {"action": "disable", "reason": "As documented.", "dryRun": True},
        {"action": "delete", "reason": "As documented."},
    ),
    ("/api/exports", "post"): ({"format": "csv"}, {"format": "xlsx"}),
    ("/api/policies", "post"): (
        {"definition": {"id": "documented", "kind": "app", "when": {"app.consentedUsers": {"ge": 5}}}},
        {"definition": {"id": "documented-2", "kind": "app"}},
    ),
    ("/api/policies/validate", "post"): ({"definition": {"id": "draft", "kind": "app"}}, {"definition": []}),
    ("/api/policies/{id}", "put"): (
        {"definition": {"kind": "app", "when": {"app.consentedUsers": {"ge": 6}}}, "reason": "As documented."},
        {"tuning": {"state": "audit"}},
    ),
    **{(f"/api/policies/{{id}}/{verb}", "post"): ({"reason": "As documented."}, {"why": ""}) for verb in SWITCHES},
    ("/api/policies/{id}/duplicate", "post"): ({"id": "documented-copy"}, {"id": "Not an id"}),
    ("/api/policies/{id}/versions/{version}/restore", "post"): ({"reason": "As documented."}, {"reason": ""}),
    ("/api/exemptions", "post"): (
        {"policyId": "*", "appId": MAILER_ID, "reason": "As documented.", "expiresDateTime": soon()},
        {"policyId": "*", "appId": MAILER_ID, "reason": "As documented.", "expiresDateTime": "2020-01-01T00:00:00Z"},
    ),
    ("/api/lists/{name}", "put"): ({"values": ["Contoso"]}, {"values": ["Contoso", "Contoso"]}),
    ("/api/policy-files", "post"): (
        {"files": [{"name": "tuning.yaml", "text": "tune: credential-added\nseverity: low\n"}], "mode": "diff"},
        {"files": [], "mode": "diff"},
    ),
    ("/api/simulations", "post"): (
        {"policyId": "credential-added", "days": 1},
        {"policyId": "credential-added", "days": 91},
    ),
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
        "/api/simulations/{id}": lambda: simulated(api),
        "/api/apps/{id}/timeline": lambda: remediations.register().app_id,
        "/api/apps/{id}/users": lambda: remediations.register().app_id,
        **{
            path: lambda: drafted(api, method == "delete")
            for path, _ in OPERATIONS
            if path.startswith("/api/policies/{id}")
        },
        "/api/policy-templates/{id}": lambda: str(api.get("/api/policy-templates").json()["value"][0]["id"]),
        "/api/exemptions/{id}": lambda: exempted(api),
        "/api/lists/{name}": lambda: listed(api),
        "/api/apps/{id}": lambda: remediations.register().app_id,
        "/api/apps/{id}/remediations": lambda: remediations.register().app_id,
        "/api/remediations/{id}": remediations.disabled,
        "/api/remediations/{id}/undo": remediations.disabled,
    }
    made = ids.get(path, lambda: raise_alert(f"Documented {path} {method}"))
    concrete = fill(path, made()) if "{" in path else path
    good, bad = BODIES.get((path, method), (None, None))
    # What deletes is refused first: afterwards there is nothing to refuse it of.
    for body, success in ((good, True), (bad, False))[:: -1 if method == "delete" else 1]:
        answer = (
            api.send_json(method.upper(), concrete, body)
            if body is not None
            else ask(api, method, concrete, QUERIES.get(path, {}) if success else {"unknown": "1"})
        )
        assert (answer.status < 300) is success
        conform(path, method, answer.status, header(answer, "content-type"), answer.body)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_its_refusals_are_in_the_document(api: Api, path: str, method: str) -> None:
    missing = str(uuid4()) if "exports" in path else MISSING
    for persona in ("none", "nobody", "security-administrator"):
        answer = api.request(method.upper(), fill(path, missing), persona=persona)
        conform(path, method, answer.status, header(answer, "content-type"), answer.body)


def fill(path: str, value: str) -> str:
    """The path with its parameters: a policy is asked for its first version."""
    return re.sub(r"{\w+}", value, path.replace("{version}", "1"))


def ask(api: Api, method: str, path: str, query: Mapping[str, str]) -> Answer:
    return api.request(method.upper(), f"{path}?{urlencode(query)}" if query else path)


@cache
def drafted(api: Api, _is_deleted: bool) -> str:
    """The id of a policy that somebody wrote; what deletes it takes one of its own."""
    definition = {"id": f"drafted-{uuid4().hex[:8]}", "kind": "app", "when": {"app.consentedUsers": {"ge": 5}}}
    return str(api.send_json("POST", "/api/policies", {"definition": definition}).json()["id"])


def exempted(api: Api) -> str:
    """The id of an exemption."""
    order = {"policyId": "*", "appId": MAILER_ID, "reason": "As documented.", "expiresDateTime": soon()}
    return str(api.send_json("POST", "/api/exemptions", order).json()["id"])


def listed(api: Api) -> str:
    """The name of a list that is stored."""
    return str(api.send_json("PUT", "/api/lists/documented", {"values": ["Contoso"]}).json()["name"])


def exported(api: Api) -> str:
    """The id of an export whose file is there."""
    export_id = str(api.send_json("POST", "/api/exports", {"format": "json"}).json()["id"])
    for _ in range(300):
        if api.get(f"/api/exports/{export_id}").json()["state"] == "ready":
            return export_id
        time.sleep(0.1)
    raise AssertionError("the export was not built in time")


def simulated(api: Api) -> str:
    """The id of a simulation."""
    return str(api.send_json("POST", "/api/simulations", {"policyId": "credential-added", "days": 1}).json()["id"])


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
    if media_type is not None and media_type.startswith("text/csv"):
        assert "text/csv" in response["content"]
        return
    schema = response["content"][media_type]["schema"]
    OAS31Validator({**schema, "components": DOCUMENT["components"]}).validate(json.loads(body))
