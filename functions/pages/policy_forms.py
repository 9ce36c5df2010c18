"""What the pages of policies read, and what their forms send."""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from functions.models.alert_updates import LongText
from functions.models.shapes import Parameters, ShortText
from functions.pages.app_forms import Day
from functions.pages.forms import Form
from shared.domain.severities import Severity
from shared.domain.simulations import MOST_DAYS, USUAL_DAYS
from shared.pipeline.governance.written_policies import State

PARAMETER: Final = "parameter."
"""Begins the name of a field that holds the value of a parameter; an empty one means the default."""

PolicyText = Annotated[str, StringConstraints(min_length=1, max_length=70_000)]
Etag = Annotated[str, StringConstraints(min_length=1, max_length=256)]


NO_VERSION: Final = '""'
"""A form always says what it was made of; one that does not is never of the newest version."""


class PolicyChange(StrEnum):
    """What a form on the page of a policy asks for: the last part of its path."""

    STATE = "state"
    TUNING = "tuning"
    SUGGESTION = "suggestion"
    DEFINITION = "definition"
    COPY = "copy"
    REMOVAL = "removal"
    RESTORE = "restore"
    EXEMPT = "exempt"
    END_EXEMPTION = "end-exemption"


class PolicyPageParameters(Parameters):
    """``saved`` tells whoever comes from a form that it is done."""

    saved: bool = False


class NewPolicyParameters(Parameters):
    """Which template; without one they are listed."""

    template: ShortText | None = None


class _WithValues(Form):
    """A form that has a field for each parameter of a policy besides its own."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="after")
    def _no_other_fields(self) -> Self:
        if any(not name.startswith(PARAMETER) for name in self.model_extra or {}):
            raise ValueError("the form has a field that is not known here")
        return self

    @property
    def values(self) -> dict[str, str]:
        """What was typed, by parameter."""
        return {name.removeprefix(PARAMETER): str(value) for name, value in (self.model_extra or {}).items()}


class PolicyChangeForm(_WithValues):
    """The fields of all forms on the page of a policy; each sends those of its own. ``etag`` is of what it showed."""

    etag: Etag | None = None
    reason: LongText | None = None
    state: State | None = None
    severity: Severity | None = None
    except_: Annotated[LongText | None, Field(alias="except")] = None
    auto_resolve: bool = False
    disable_app: bool = False
    ask_for_approval: bool = False
    text: PolicyText | None = None
    id: ShortText | None = None
    title: ShortText | None = None
    version: Annotated[int, Field(ge=1, lt=10**9)] | None = None
    app_id: ShortText | None = None
    expires: Day | None = None
    exemption_id: ShortText | None = None


class NewPolicyForm(_WithValues):
    """Either ``template`` with what is chosen of it, or the whole policy as ``text``. ``check`` saves nothing."""

    template: ShortText | None = None
    text: PolicyText | None = None
    id: ShortText | None = None
    title: ShortText | None = None
    state: State = State.INACTIVE
    severity: Severity | None = None
    condition: PolicyText | None = None
    reason: LongText | None = None
    check: bool = False


class SimulationForm(Form):
    """``requestKey`` is new on each page, so that a form that is sent twice begins one simulation."""

    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = USUAL_DAYS
    request_key: ShortText


class SimulationPageParameters(Parameters):
    """``refresh`` is false for whoever does not want the page to load itself again while something runs."""

    refresh: bool = True
