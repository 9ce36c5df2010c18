"""The schema of policy files takes what the service takes, and refuses what an editor should mark."""

from functools import cache
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from shared.policies.documents import read_document
from shared.policies.loader import catalogue_texts
from shared.policies.policy_schema import policy_schema
from shared.policies.tuning import Tuning

APP = "id: a\nkind: app\n"
EVENT = "id: a\nkind: event\non: [app.added]\n"


@cache
def validator() -> OAS31Validator:
    schema = policy_schema()
    OAS31Validator.check_schema(schema)
    return OAS31Validator(schema)


def errors_in(text: str) -> list[Any]:
    return list(validator().iter_errors(read_document(text, "policy.yaml").value))


@pytest.mark.parametrize(("name", "text"), [*catalogue_texts()], ids=lambda part: part if "\n" not in part else "")
def test_every_bundled_policy_fits(name: str, text: str) -> None:
    assert [f"{name}: {error.json_path}: {error.message}" for error in errors_in(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "tune: credential-added\nstate: audit\nscope: {except: {list: protectedApps}}\nparameters: {days: 7}\n",
        "lists:\n  offices: [FR, 'NO']\n  banned: {description: Gone., values: []}\n",
        f"{APP}when: {{not: {{app.publisher.verified: {{eq: true}}}}}}\n",
        f"{APP}when: {{any: {{of: app.credentials, where: {{lifetime: {{gt: 180d}}}}}}}}\n",
        f"{APP}when: {{app.registered: {{olderThan: {{parameter: age}}}}}}\n",
        "- {id: a, kind: app, when: {app.age: {lt: 7d}}}\n- {tune: credential-added, severity: low}\n",
        f"{EVENT}when: {{event.ipAddress: {{notIn: {{baseline: app.ipAddresses}}}}}}\n",
    ],
)
def test_what_the_service_takes_fits(text: str) -> None:
    assert errors_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "id: a\n",
        "7\n",
        "[]\n",
        f"{APP}when: {{app.agee: {{lt: 7d}}}}\n",
        f"{APP}when: {{app.age: {{contains: a}}}}\n",
        f"{APP}when: {{app.age: {{lt: 7}}}}\n",
        f"{APP}when: {{app.age: {{lt: 7 days}}}}\n",
        f"{APP}when: {{app.publisher.verified: {{eq: 'no'}}}}\n",
        f"{APP}when: {{event.country: {{eq: FR}}}}\n",
        f"{APP}when: {{app.age: {{lt: 7d}}, app.risk: {{gt: 3}}}}\n",
        f"{APP}when: {{all: []}}\n",
        f"{APP}when: {{app.age: {{lt: 7d}}}}\non: [app.added]\n",
        f"{APP}when: {{app.age: {{lt: 7d}}}}\nversion: 3\n",
        f"{APP}when: {{app.age: {{lt: 7d}}}}\nstate: on\n",
        f"{APP}when: {{app.age: {{lt: 7d}}}}\nactions: [{{do: delete}}]\n",
        f"{APP}when: {{any: {{of: app.credentials, where: {{app.age: {{lt: 7d}}}}}}}}\n",
        "id: a\nkind: event\non: [app.aded]\n",
        f"{EVENT}when: {{event.country: {{in: []}}}}\n",
        f"{EVENT}when: {{event.country: {{in: {{baseline: app.contries}}}}}}\n",
        f"{EVENT}within: 1h\n",
        "tune: credential-aded\nstate: audit\n",
        "tune: credential-added\n",
        "tune: credential-added\ntitle: Mine\n",
        "lists: {}\n",
        "lists: {Offices: [FR]}\n",
        "lists: {offices: [1]}\n",
        "lists: {offices: [FR]}\nid: a\n",
    ],
)
def test_what_is_wrong_is_marked(text: str) -> None:
    assert errors_in(text)


def test_a_tuning_completes_every_key_that_it_has() -> None:
    keys = {field.alias for field in Tuning.model_fields.values()}
    assert set(policy_schema()["$defs"]["Tuning"]["properties"]) == {"tune", *keys}
