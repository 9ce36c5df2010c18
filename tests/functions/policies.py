"""Policies that tests of the API write and read."""

from typing import Any
from uuid import uuid4

from tests.functions.api import Api

DISABLE = {"do": "disableApp"}


def draft(**keys: object) -> dict[str, Any]:
    """A sound definition of an id of its own."""
    named = {"id": f"draft-{uuid4().hex[:10]}", "kind": "app", "title": "Many users"}
    return {**named, "when": {"app.consentedUsers": {"ge": 500}}, **keys}


def create(api: Api, persona: str | None = None, **keys: object) -> dict[str, Any]:
    """The policy as the API answers it."""
    answer = api.send_json("POST", "/api/policies", {"definition": draft(**keys)}, persona=persona)
    assert answer.status == 201, answer
    made: dict[str, Any] = answer.json()
    return made
