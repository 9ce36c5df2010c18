"""Tuning: what may be chosen of a bundled policy, without becoming its author."""

from dataclasses import replace
from typing import Annotated, Any

import msgspec
from pydantic import Field, ValidationError

from shared.domain.severities import Severity
from shared.policies.errors import PolicyError, Problem
from shared.policies.loader import problem_of
from shared.policies.model import Action, Name, Parameter, Part, Policy, Scalar, Scope, State
from shared.policies.vocabulary import suggestion


class Tuning(Part):
    """What is not given stays as it is bundled; ``parameters`` are values by name."""

    state: State | None = None
    severity: Severity | None = None
    auto_resolve: bool | None = None
    scope: Scope | None = None
    actions: Annotated[tuple[Action, ...], Field(max_length=8)] | None = None
    parameters: dict[Name, Scalar | tuple[Scalar, ...]] = Field(default_factory=dict)


def parse_tuning(raw: object, policy_id: str) -> Tuning:
    """From plain values. Raises PolicyError with key paths."""
    try:
        return Tuning.model_validate_json(msgspec.json.encode(raw))
    except ValidationError as error:
        keys = frozenset(field.alias or name for name, field in Tuning.model_fields.items())
        told = (problem_of(dict(each), policy_id, keys) for each in error.errors(include_url=False))
        raise PolicyError(*told) from None
    except UnicodeEncodeError:
        raise PolicyError(Problem("the text holds half of a surrogate pair", (), policy_id)) from None


def tuned(policy: Policy, tuning: Tuning, version: int) -> Policy:
    """The bundled policy as it was tuned. Raises PolicyError for a parameter that it does not have."""
    chosen = {
        "version": version,
        "state": tuning.state or policy.state,
        "scope": tuning.scope if tuning.scope is not None else policy.scope,
        "actions": tuning.actions if tuning.actions is not None else policy.actions,
        "parameters": _parameters(policy, tuning),
        "alert": policy.alert.model_copy(
            update={
                "severity": tuning.severity or policy.alert.severity,
                "auto_resolve": policy.alert.auto_resolve if tuning.auto_resolve is None else tuning.auto_resolve,
            }
        ),
    }
    return policy.model_copy(update=chosen)


def in_words_of_tuning(error: PolicyError, policy: Policy) -> PolicyError:
    """The same problems by what a tuning is made of: a condition has the place of the parameter that it reads."""
    written = policy.model_dump(mode="json", by_alias=True)
    return PolicyError(*(_by_parameter(problem, written) for problem in error.problems))


def _by_parameter(problem: Problem, written: Any) -> Problem:
    for key in problem.path:
        try:
            written = written[key]
        except (LookupError, TypeError):
            return problem
        match written:
            case {"parameter": str(name)}:
                return replace(problem, path=("parameters", name))
    return problem


def _parameters(policy: Policy, tuning: Tuning) -> dict[str, Parameter]:
    unknown = [name for name in tuning.parameters if name not in policy.parameters]
    if unknown:
        raise PolicyError(
            *(
                Problem(
                    f"unknown parameter {name:.80}{suggestion(name, policy.parameters)}",
                    ("parameters", name),
                    policy.id,
                )
                for name in unknown
            )
        )
    return {
        name: parameter.model_copy(update={"default": tuning.parameters.get(name, parameter.default)})
        for name, parameter in policy.parameters.items()
    }
