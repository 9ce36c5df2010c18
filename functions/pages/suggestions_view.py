"""What an alert suggests: drafts of policies, each with its simulation."""

from datetime import datetime

import msgspec

from functions.pages.answers import View
from functions.pages.condition_tree import condition_tree, measure_line, words_of
from shared.domain.roles import Caller
from shared.pipeline.governance.policy_view import PolicyView, view_of
from shared.pipeline.governance.suggest_policies import suggest_policies
from shared.pipeline.governance.written_policies import editor_text
from shared.pipeline.services import Services


async def suggestions_view(services: Services, alert_id: str, caller: Caller, now: datetime) -> View:
    """Simulations begin with the first visit; later ones find the same. Raises UnknownAlert."""
    # Looked at first: a policy that changes while drafts are made of it is not tuned by them.
    tuned = await _policy_of(services, alert_id)
    drafts = [
        {
            "purpose": one.purpose,
            "why": one.why,
            "id": one.definition.get("id"),
            "title": one.definition.get("title") or one.definition.get("id"),
            "on": words_of(one.definition.get("on")),
            "measure": measure_line(one.definition),
            "conditions": condition_tree(one.definition),
            "tuning": msgspec.json.encode(one.tuning).decode() if one.tuning is not None else None,
            "simulation": one.simulation,
            "text": editor_text(str(one.definition.get("id")), one.definition),
        }
        for one in await suggest_policies(services, alert_id, caller, now)
    ]
    return View(template="suggestions.html", values={"alert_id": alert_id, "drafts": drafts, "policy": tuned})


async def _policy_of(services: Services, alert_id: str) -> PolicyView | None:
    """The one that raised it, None where it is gone."""
    found = await services.alerts.get(alert_id)
    rules = await services.rule_book.refresh()
    entry = rules.entries.get(found.alert.policy_id) if found is not None else None
    return view_of(entry, rules) if entry is not None else None
