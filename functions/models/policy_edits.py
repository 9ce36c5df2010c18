"""What a caller may change about policies."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, JsonValue, model_validator

from functions.models.alert_updates import LongText
from functions.models.policies import PolicyState
from functions.models.shapes import Body, Parameters, ShortText
from shared.domain.severities import Severity
from shared.pipeline.governance.edit_policies import TemplateChoice

type Definition = dict[str, JsonValue]
"""A policy with the keys of its YAML. What it says is checked where policies are, which name the place and the fix."""

Why = Annotated[LongText | None, Field(default=None, description="Stands in the history for good")]
_OF_TEMPLATE = ("parameters", "id", "title", "state", "severity", "scope", "actions", "auto_resolve")
_CHANGES = ("state", "severity", "scope", "actions", "auto_resolve")


class PolicyOrder(Body):
    """A new policy: either its whole ``definition``, or a ``template`` with what is chosen of it."""

    definition: Definition | None = None
    template: ShortText | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    id: ShortText | None = None
    title: ShortText | None = None
    state: PolicyState | None = None
    severity: Severity | None = None
    scope: Definition | None = None
    actions: list[JsonValue] | None = None
    auto_resolve: bool | None = None
    reason: Why = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.definition is None) == (self.template is None):
            raise ValueError("send either definition or template")
        odd = sorted(self.model_fields_set & set(_OF_TEMPLATE)) if self.definition is not None else []
        if odd:
            raise ValueError(f"write these into the definition: {', '.join(odd)}")
        return self

    def choice(self) -> TemplateChoice:
        """What was chosen of the template."""
        changes: dict[str, Any] = self.model_dump(
            mode="json", by_alias=True, include=set(_CHANGES) & self.model_fields_set, exclude_none=True
        )
        return TemplateChoice(
            template=self.template or "",
            parameters=dict(self.parameters),
            id=self.id,
            title=self.title,
            changes=changes,
        )


class PolicyUpdate(Body):
    """In place of what was: the whole ``definition`` of a policy of one's own, or the ``tuning`` of a bundled one."""

    definition: Definition | None = None
    tuning: Definition | None = None
    reason: Why = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.definition is None) == (self.tuning is None):
            raise ValueError("send either definition or tuning")
        return self

    @property
    def member(self) -> Literal["definition", "tuning"]:
        return "tuning" if self.tuning is not None else "definition"

    @property
    def body(self) -> dict[str, Any]:
        chosen = self.tuning if self.tuning is not None else self.definition
        return dict(chosen or {})


class PolicyCopy(Body):
    """The copy is inactive at first."""

    id: ShortText
    title: ShortText | None = None
    reason: Why = None


class Reason(Body):
    reason: Why = None


class ReasonParameters(Parameters):
    reason: Annotated[LongText | None, Field(description="Stands in the history for good")] = None


class Draft(Body):
    definition: Definition
