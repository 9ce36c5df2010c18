"""Policies that an alert suggests, as the API shows them."""

from typing import Literal

from pydantic import JsonValue

from functions.models.shapes import Sent
from functions.models.simulations import SimulationResource
from shared.pipeline.governance.suggest_policies import SuggestedPolicy


class SuggestedSimulation(SimulationResource):
    """``url`` is where it goes on and where its result will be."""

    url: str


class SuggestionResource(Sent):
    """A draft, saved nowhere. ``definition`` is a whole policy, inactive, to be sent to ``POST api/policies``.

    ``purpose`` is ``pattern`` (catches what the alert shows, wherever it happens), or a ``quieter`` or ``stricter``
    variant of the policy that raised it. ``tuning`` says how a bundled policy would be tuned instead.
    """

    purpose: Literal["pattern", "quieter", "stricter"]
    why: str
    definition: dict[str, JsonValue]
    tuning: dict[str, JsonValue] | None
    simulation: SuggestedSimulation | None


class SuggestionList(Sent):
    """Empty where the alert shows nothing to go by, as one about the service itself."""

    value: list[SuggestionResource]


def suggestion_resource(suggested: SuggestedPolicy, url: str) -> SuggestionResource:
    """``url`` is that of its simulation."""
    simulation = None
    if suggested.simulation is not None:
        shown = SimulationResource.model_validate(suggested.simulation)
        simulation = SuggestedSimulation(**shown.model_dump(by_alias=False), url=url)
    return SuggestionResource(
        purpose=suggested.purpose.value,
        why=suggested.why,
        definition=suggested.definition,
        tuning=suggested.tuning,
        simulation=simulation,
    )
