"""What an alert suggests: drafts of policies, each with its simulation."""

from datetime import datetime

from functions.pages.answers import View
from functions.pages.condition_tree import condition_tree, measure_line, words_of
from shared.domain.roles import Caller
from shared.pipeline.governance.suggest_policies import suggest_policies
from shared.pipeline.governance.written_policies import editor_text
from shared.pipeline.services import Services


async def suggestions_view(services: Services, alert_id: str, caller: Caller, now: datetime) -> View:
    """Simulations begin with the first visit; later ones find the same. Raises UnknownAlert."""
    drafts = [
        {
            "purpose": one.purpose,
            "why": one.why,
            "id": one.definition.get("id"),
            "title": one.definition.get("title") or one.definition.get("id"),
            "on": words_of(one.definition.get("on")),
            "measure": measure_line(one.definition),
            "conditions": condition_tree(one.definition),
            "is_tuning": one.tuning is not None,
            "simulation": one.simulation,
            "text": editor_text(str(one.definition.get("id")), one.definition),
        }
        for one in await suggest_policies(services, alert_id, caller, now)
    ]
    return View(template="suggestions.html", values={"alert_id": alert_id, "drafts": drafts})
