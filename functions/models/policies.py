"""Policies and detections as the API shows them."""

from typing import Annotated, Any

from pydantic import AliasPath, Field, JsonValue, field_validator

from functions.models.shapes import Sent
from shared.domain.severities import Severity


class ParameterResource(Sent):
    """A value that the owner of the tenant may tune."""

    default: JsonValue
    description: str
    unit: str | None


class PolicyResource(Sent):
    """One policy or detection: what it looks for, why, and what to do when it fires."""

    id: str
    kind: str
    title: Annotated[str, Field(validation_alias="alert_title")]
    version: int
    status: str
    severity: Annotated[Severity, Field(validation_alias=AliasPath("alert", "severity"))]
    description: str | None
    why: str | None
    false_positives: list[str]
    triage: list[str]
    attack: list[str]
    sources: list[str]
    licence: str | None
    parameters: dict[str, ParameterResource]

    @field_validator("false_positives", "triage", "attack", "sources", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        return list(value)


class PolicyList(Sent):
    """All policies in force, by id."""

    value: list[PolicyResource]
