"""The page of a policy: what it looks for in words, how it stands, its versions, exemptions and newest alerts."""

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from functions.models.policies import PolicyDetails
from functions.pages.answers import View
from functions.pages.condition_tree import condition_tree, measure_line, step_trees, words_of
from functions.pages.policy_forms import PolicyChange, PolicyChangeForm
from functions.pages.policy_words import KINDS, STATE_MEANS, action_words, excepted_apps, parameter_fields, scope_words
from functions.pages.version_changes import changed_versions
from functions.policy_calls import details_of
from shared.domain.alert_queries import AlertQuery
from shared.domain.exemptions import Exemption
from shared.domain.policy_book import PolicyBody
from shared.domain.severities import Severity
from shared.domain.simulations import MOST_DAYS, USUAL_DAYS
from shared.pipeline.governance.errors import UnknownPolicy
from shared.pipeline.governance.exemptions import list_exemptions
from shared.pipeline.governance.policy_history import read_history
from shared.pipeline.governance.policy_list import read_policy
from shared.pipeline.governance.policy_view import PolicyView
from shared.pipeline.governance.written_policies import ActionKind, PolicyEntry, Trouble, editor_text
from shared.pipeline.services import Services

_MOST_ALERTS: Final = 5
_MOST_EXEMPTIONS: Final = 50
_USUAL_EXEMPTION: Final = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A form that changed nothing, with all that was typed. ``form`` is None where it was not on this page."""

    change: PolicyChange | None
    message: str
    status: int
    troubles: Sequence[Trouble] = ()
    form: PolicyChangeForm | None = None


async def policy_view(
    services: Services, policy_id: str, now: datetime, *, is_saved: bool = False, refused: Refused | None = None
) -> View:
    """Of one that is gone, its versions. Raises UnknownPolicy."""
    try:
        view = (await read_policy(services, policy_id)).policy
    except UnknownPolicy:
        return await _gone(services, policy_id, refused)
    details, history, exemptions, alerts = await asyncio.gather(
        details_of(services, view),
        read_history(services, policy_id),
        list_exemptions(services, now, policy_id),
        services.alert_list.page(AlertQuery(policy_id=policy_id), _MOST_ALERTS, None),
    )
    entry = services.rule_book.current.entries.get(policy_id)
    shown = exemptions[:_MOST_EXEMPTIONS]
    values: dict[str, Any] = {
        "policy": details,
        "etag": view.etag,
        **_in_words(view.definition, details),
        "versions": changed_versions(history.versions),
        "broken": history.first_broken,
        "exemptions": [(one, one.holds(now)) for one in shown],
        "app_names": await _names(services, shown),
        "alerts": [listed.alert for listed in alerts.alerts],
        "is_saved": is_saved,
        "refused": refused,
        "request_key": secrets.token_urlsafe(16),
        "days": USUAL_DAYS,
        "most_days": MOST_DAYS,
        "latest": (now + _USUAL_EXEMPTION).date(),
        **_forms(view, entry, refused),
    }
    return View(template="policy.html", values=values, status=refused.status if refused is not None else 200)


def _in_words(definition: PolicyBody, details: PolicyDetails) -> dict[str, Any]:
    alert = definition.get("alert")
    by = definition.get("by") or (alert.get("by") if isinstance(alert, dict) else None)
    return {
        "kind_means": KINDS.get(details.kind, details.kind),
        "state_means": STATE_MEANS,
        "scope": scope_words(details.scope),
        "actions": [action_words(action) for action in details.actions],
        "on": words_of(definition.get("on")),
        "by": words_of(by),
        "within": parameter_fields({"within": {"default": definition.get("within")}})[0].default,
        "measure": measure_line(definition),
        "conditions": condition_tree(definition),
        "steps": step_trees(definition),
        "parameters": parameter_fields(definition.get("parameters")),
    }


def _forms(view: PolicyView, entry: PolicyEntry | None, refusal: Refused | None) -> dict[str, Any]:
    """What the forms offer. A policy whose id the product took can be neither tuned nor rewritten.

    What was typed is offered again by the form that was refused, and by no other: saved there it would undo a choice.
    """
    typed = refusal.form if refusal is not None else None
    tuned = refusal.form if refusal is not None and refusal.change is PolicyChange.TUNING else None
    written = refusal.form if refusal is not None and refusal.change is PolicyChange.DEFINITION else None
    bundled = entry.bundled if entry is not None else None
    stored = entry.stored if entry is not None else None
    tuning = view.tuning or {}
    chosen = tuning.get("parameters")
    kinds = {str(one.get("do")) for one in view.definition.get("actions") or () if isinstance(one, dict)}
    return {
        "can_tune": bundled is not None and (stored is None or stored.is_tuning),
        "can_write": bundled is None and stored is not None and not stored.is_tuning,
        "is_bundled": bundled is not None,
        "is_stored": stored is not None,
        "states": STATE_MEANS,
        "severities": sorted(Severity, key=lambda severity: severity.rank, reverse=True),
        "bundled_severity": bundled.alert.severity if bundled is not None else None,
        "tuned": parameter_fields(
            bundled.model_dump(mode="json")["parameters"] if bundled is not None else {},
            chosen if isinstance(chosen, dict) else None,
            tuned.values if tuned is not None else None,
        ),
        "typed": typed,
        "chosen_severity": (tuned.severity if tuned is not None else tuning.get("severity")) or "",
        "left_out": (tuned.except_ or "") if tuned is not None else excepted_apps(view.definition),
        "disables": tuned.disable_app if tuned is not None else ActionKind.DISABLE_APP.value in kinds,
        "asks": tuned.ask_for_approval if tuned is not None else ActionKind.ASK_FOR_APPROVAL.value in kinds,
        "text": (written.text if written is not None else None) or editor_text(view.id, view.definition),
    }


async def _gone(services: Services, policy_id: str, refused: Refused | None) -> View:
    """Raises UnknownPolicy where there never was one."""
    history = await read_history(services, policy_id)
    values = {
        "policy_id": policy_id,
        "versions": changed_versions(history.versions),
        "broken": history.first_broken,
        "refused": refused,
        "etag": "",
    }
    return View(template="policy_gone.html", values=values, status=refused.status if refused is not None else 200)


async def _names(services: Services, exemptions: Iterable[Exemption]) -> dict[str, str | None]:
    ids = sorted({one.app_id for one in exemptions})
    return {app_id: app.display_name for app_id, app in (await services.apps.get(ids)).items()} if ids else {}
