"""The list of policies: those that need somebody first, by state, with what each would do."""

from typing import Final

from functions.models.policies import PolicyListParameters, PolicyResource
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.policy_words import SOURCES, STATE_MEANS, action_words, scope_words
from functions.pages.visits import Visit
from functions.policy_listing import policy_listing
from shared.domain.policy_book import PolicySource
from shared.domain.severities import Severity
from shared.pipeline.services import Services

_FILTERS: Final = frozenset({"source", "state", "severity", "kind", "text"})


async def policies_view(services: Services, visit: Visit[PolicyListParameters, NoForm]) -> View:
    asked = visit.parameters
    listing = await policy_listing(services, asked)
    counts = listing.counts.model_dump()
    values = {
        "rows": [
            (one, scope_words(one.scope), [action_words(action) for action in one.actions])
            for one in sorted(listing.shown, key=_urgency)
        ],
        "broken": sum(bool(one.problems) for one in listing.shown),
        "tabs": [(None, "All", sum(counts.values()), visit.link(state=None))]
        + [(state.value, state.value, counts[state], visit.link(state=state.value)) for state in STATE_MEANS],
        "state": next(iter(asked.state), None) if asked.state is not None and len(asked.state) == 1 else None,
        "asked": asked,
        "sources": {source: SOURCES[source] for source in PolicySource},
        "severities": sorted(Severity, key=lambda severity: severity.rank, reverse=True),
        "is_filtered": any(name in _FILTERS for name, _ in visit.query),
    }
    return View(template="policies.html", values=values)


def _urgency(policy: PolicyResource) -> int:
    """Those that judge nothing, then those that lack something; the others keep their order."""
    return 0 if policy.problems else 1 if policy.warnings else 2
