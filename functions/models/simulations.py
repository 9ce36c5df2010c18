"""Simulations as the API shows them."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, JsonValue, model_validator

from functions.models.alerts import ConditionResource
from functions.models.shapes import Body, Sent, ShortText
from shared.domain.severities import Severity
from shared.domain.simulations import MOST_DAYS, USUAL_DAYS, Simulation, SimulationResult, SimulationState


class SimulationBody(Body):
    """Either a ``definition``, which needs no id and is saved nowhere, or the ``policyId`` of a policy.

    ``tuning`` is of that policy, in place of what it is tuned to.
    """

    definition: dict[str, JsonValue] | None = None
    policy_id: ShortText | None = None
    tuning: dict[str, JsonValue] | None = None
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="Days of UTC to look at, today included")] = USUAL_DAYS

    @model_validator(mode="after")
    def _one_policy(self) -> Self:
        if (self.definition is None) == (self.policy_id is None):
            raise ValueError("write exactly one of definition, policyId")
        if self.tuning is not None and self.policy_id is None:
            raise ValueError("tuning belongs to a policyId; a definition says all itself")
        return self


class DayResource(Sent):
    """``alerts`` are those that begin on the day."""

    day: date
    alerts: int
    matches: int


class SimulatedAppResource(Sent):
    """``appId`` is an object id where no record told the appId, null where the alerts are about no app."""

    app_id: str | None
    display_name: str | None
    alerts: int
    matches: int
    first_day: date


class ExampleEvidenceResource(Sent):
    event_id: str
    time: datetime | None
    activity: str
    step: str | None
    conditions: list[ConditionResource]


class ExampleAlertResource(Sent):
    """An alert that would have been raised. Titles and names come from whoever named the app: they are text."""

    title: str
    severity: Severity
    app_id: str | None
    display_name: str | None
    first_date_time: Annotated[datetime, Field(validation_alias="first")]
    last_date_time: Annotated[datetime, Field(validation_alias="last")]
    matches: int
    conditions: list[ConditionResource]
    evidence: list[ExampleEvidenceResource]


class WouldBeActionResource(Sent):
    """``day`` is that of the first alert on the app. ``protected``: a guard of remediation would refuse it."""

    action: str
    route: str | None
    app_id: str | None
    display_name: str | None
    day: date
    protected: bool


class ReasonResource(Sent):
    reason: str
    count: int


class StreamResource(Sent):
    """``hours`` are those with events."""

    stream: str
    hours: int
    events: int


class LookedAtResource(Sent):
    """``judged`` are the events of activities that the policy looks at."""

    first_day: date
    last_day: date
    hours: int
    events: int
    judged: int
    apps: int
    streams: list[StreamResource]


class SimulationResultResource(Sent):
    """``apps`` are the first 100 of ``appCount``, ``actions`` the first 200 of ``actionCount``, ``examples`` 20 alerts.

    ``notEvaluated`` counts by its reason what could not be judged, ``exempted`` what exemptions left out. ``notes``
    say in sentences what has to be known to read the rest rightly.
    """

    alerts: int
    matches: int
    days: list[DayResource]
    apps: list[SimulatedAppResource]
    app_count: int
    examples: list[ExampleAlertResource]
    actions: list[WouldBeActionResource]
    action_count: int
    not_evaluated: list[ReasonResource]
    exempted: int
    looked_at: LookedAtResource
    notes: list[str]


class SimulationResource(Sent):
    """``progress`` is from 0 to 100, ``done`` says what that means. ``policyId`` is null of a draft.

    ``reason`` says why it failed, or why it is tried again. It is gone after ``expiresDateTime``.
    """

    id: str
    policy_id: str | None
    days: int
    state: SimulationState
    progress: int
    done: str
    created_date_time: Annotated[datetime, Field(validation_alias="created")]
    completed_date_time: Annotated[datetime | None, Field(validation_alias="completed")]
    expires_date_time: Annotated[datetime, Field(validation_alias="expires")]
    reason: str | None


class SimulationDetails(SimulationResource):
    """``definition`` is the policy as it was judged. ``result`` is null until the simulation is ready."""

    definition: Annotated[dict[str, JsonValue], Field(validation_alias="policy")]
    result: SimulationResultResource | None = None


def simulation_details(simulation: Simulation, result: SimulationResult | None) -> SimulationDetails:
    shown = SimulationDetails.model_validate(simulation)
    if result is None:
        return shown
    return shown.model_copy(update={"result": SimulationResultResource.model_validate(result)})
