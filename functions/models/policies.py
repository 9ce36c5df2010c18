"""Policies and detections as the API shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, JsonValue

from functions.models.shapes import Parameters, Sent, ShortText, listed
from shared.domain.alert_queries import PolicyAlerts
from shared.domain.policy_book import PolicyBody, PolicySource
from shared.domain.severities import Severity
from shared.pipeline.governance.policy_view import PolicyView
from shared.pipeline.governance.told_problems import ToldProblem, told

type PolicyState = Literal["active", "audit", "inactive"]
type PolicyKind = Literal["app", "event", "window", "sequence"]


class ParameterResource(Sent):
    """A value that the owner of the tenant may tune."""

    default: JsonValue
    description: str
    unit: str | None


class PlaceResource(Sent):
    """What is wrong or missing at one place: ``field`` is the path of keys, as ``when.all[2].app.age.lt``."""

    field: str
    message: str


class AlertCounts(Sent):
    """``active`` are not resolved. Where ``isComplete`` is false, only the newest were counted."""

    active: int
    total: int
    last: datetime | None
    is_complete: bool


class PolicyResource(Sent):
    """One policy or detection: what it looks for, why, what it does, and what to do when it fires.

    ``problems`` say why a policy cannot be used: it judges nothing then. ``warnings`` say what it lacks here, such as a
    source that is not connected. ``modifiedDateTime`` and the like are null while nobody changed what is bundled.
    """

    id: str
    kind: str
    title: str
    version: int
    status: str
    source: PolicySource
    state: PolicyState
    severity: Severity
    auto_resolve: bool
    description: str | None
    why: str | None
    false_positives: list[str]
    triage: list[str]
    attack: list[str]
    sources: list[str]
    licence: str | None
    parameters: dict[str, ParameterResource]
    scope: JsonValue
    actions: list[JsonValue]
    problems: list[PlaceResource]
    warnings: list[PlaceResource]
    template: str | None
    from_code: bool
    created_date_time: datetime | None
    created_by: str | None
    modified_date_time: datetime | None
    modified_by: str | None
    alerts: AlertCounts


class PolicyDetails(PolicyResource):
    """``definition`` is the policy as it is in force, with the keys of its YAML. ``tuning`` is what was chosen of a
    bundled one, null where nothing was.
    """

    definition: dict[str, JsonValue]
    tuning: dict[str, JsonValue] | None


class StateCounts(Sent):
    active: int = 0
    audit: int = 0
    inactive: int = 0


class PolicyList(Sent):
    """All policies that match. ``counts`` are by state, of those that match all other filters."""

    value: list[PolicyResource]
    counts: StateCounts


class PolicyListParameters(Parameters):
    """Filters; all must hold. Several values are joined by commas. ``text`` is looked for in id, title, description."""

    source: Annotated[frozenset[PolicySource], BeforeValidator(listed)] | None = None
    state: Annotated[frozenset[PolicyState], BeforeValidator(listed)] | None = None
    severity: Annotated[frozenset[Severity], BeforeValidator(listed)] | None = None
    kind: Annotated[frozenset[PolicyKind], BeforeValidator(listed)] | None = None
    text: ShortText | None = None
    sort: Literal["id", "modified"] = "id"


class ValidationResource(Sent):
    """``valid``: it could be saved. ``warnings`` do not stand in the way."""

    valid: bool
    problems: list[PlaceResource]
    warnings: list[PlaceResource]


def policy_resource(view: PolicyView, alerts: PolicyAlerts, warnings: Iterable[ToldProblem]) -> PolicyResource:
    return PolicyResource(**_shown(view, alerts, warnings))


def policy_details(view: PolicyView, alerts: PolicyAlerts, warnings: Iterable[ToldProblem]) -> PolicyDetails:
    return PolicyDetails(**_shown(view, alerts, warnings), definition=view.definition, tuning=view.tuning)


def places(problems: Iterable[ToldProblem]) -> list[PlaceResource]:
    return [PlaceResource.model_validate(problem) for problem in problems]


def parameter_resources(definition: PolicyBody) -> dict[str, ParameterResource]:
    """Of any text: what is no parameter is left out."""
    parameters = definition.get("parameters")
    found = parameters.items() if isinstance(parameters, dict) else ()
    return {
        name: ParameterResource(
            default=each.get("default"), description=_text(each, "description") or "", unit=_text(each, "unit")
        )
        for name, each in found
        if isinstance(each, dict)
    }


def _shown(view: PolicyView, alerts: PolicyAlerts, warnings: Iterable[ToldProblem]) -> dict[str, Any]:
    """A broken policy may hold anything anywhere, and is shown as far as it makes sense."""
    definition = view.definition
    alert = definition.get("alert")
    actions = definition.get("actions")
    return {
        "id": view.id,
        "kind": view.kind,
        "title": view.title,
        "version": view.version,
        "status": _text(definition, "status") or "experimental",
        "source": view.source,
        "state": view.state.value,
        "severity": view.severity,
        "auto_resolve": isinstance(alert, dict) and alert.get("autoResolve") is True,
        "description": _text(definition, "description"),
        "why": _text(definition, "why"),
        "false_positives": _texts(definition, "falsePositives"),
        "triage": _texts(definition, "triage"),
        "attack": _texts(definition, "attack"),
        "sources": _texts(definition, "sources"),
        "licence": _text(definition, "licence"),
        "parameters": parameter_resources(definition),
        "scope": definition.get("scope"),
        "actions": actions if isinstance(actions, list) else [],
        "problems": places(told(view.problems)),
        "warnings": places(warnings),
        "template": view.template,
        "from_code": view.from_code,
        "created_date_time": view.created,
        "created_by": view.created_by,
        "modified_date_time": view.modified,
        "modified_by": view.modified_by,
        "alerts": AlertCounts.model_validate(alerts),
    }


def _text(values: PolicyBody, name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None


def _texts(values: PolicyBody, name: str) -> list[str]:
    value = values.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
