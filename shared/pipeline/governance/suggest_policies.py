"""What an alert suggests: drafts of policies, each with a simulation that is begun beside it. Nothing is saved."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import count, islice
from typing import Final

import msgspec
from msgspec import Struct

from shared.domain.alerts import Alert
from shared.domain.apps import App
from shared.domain.policy_book import PolicyBody
from shared.domain.roles import Caller
from shared.domain.simulations import USUAL_DAYS, Simulation
from shared.pipeline.detection.triage import UnknownAlert
from shared.pipeline.governance.check_definition import check_policy
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.rule_book import Rules
from shared.pipeline.governance.simulations import request_simulation
from shared.pipeline.services import Services
from shared.policies.facts import VOCABULARY
from shared.policies.policy_entries import PolicyEntry
from shared.policies.suggestions import Purpose, Shown, Suggestion, pattern_of
from shared.policies.variants import variants_of

_MOST_EVENTS: Final = 100
_MOST_OF_A_PURPOSE: Final = 2
"""Each costs a simulation, and who reads them wants a choice, not a catalogue."""
_LONGEST_STEM: Final = 70
_LONGEST_NAME: Final = 120
"""Of an app, in the title of an alert."""
_log = logging.getLogger(__name__)


class SuggestedPolicy(Struct, frozen=True, kw_only=True):
    """``simulation`` is None where the draft could not be simulated."""

    purpose: Purpose
    why: str
    definition: PolicyBody
    tuning: PolicyBody | None
    simulation: Simulation | None


async def suggest_policies(
    services: Services, alert_id: str, caller: Caller, now: datetime
) -> tuple[SuggestedPolicy, ...]:
    """The pattern first, then quieter and stricter variants. Asked again, the same simulations are told.

    Empty of an alert that shows nothing to go by, as one about the service itself. Raises UnknownAlert.
    """
    found = await services.alerts.get(alert_id)
    if found is None:
        raise UnknownAlert(alert_id)
    rules = await services.rule_book.refresh()
    shown = await _shown(services, rules, found.alert)
    suggestions = _suggestions(services, rules, found.alert, shown, now)
    return tuple([await _simulated(services, alert_id, one, caller, now) for one in suggestions])


async def _shown(services: Services, rules: Rules, alert: Alert) -> Shown:
    page = await services.alerts.evidence(alert.id, _MOST_EVENTS, None)
    measures = [each.measure for each in alert.joint_conditions if each.measure is not None]
    return Shown(
        title=_title_of(rules, alert),
        severity=alert.severity,
        events=[item.evidence.event for item in page.items if item.evidence is not None],
        app=await _app_of(services, alert),
        measure=max(measures, default=None),
        is_partial=page.next is not None,
    )


def _title_of(rules: Rules, alert: Alert) -> str:
    """Without the name of the app, which alerts on others would bear."""
    entry = rules.entries.get(alert.policy_id)
    if entry is not None and entry.policy is not None:
        return entry.policy.alert_title
    name = alert.app.display_name
    return alert.title.replace(name[:_LONGEST_NAME], "{app}") if name else alert.title


async def _app_of(services: Services, alert: Alert) -> App | None:
    app_id = alert.app.app_id
    return (await services.apps.get([app_id])).get(app_id) if app_id is not None else None


def _suggestions(services: Services, rules: Rules, alert: Alert, shown: Shown, now: datetime) -> Iterator[Suggestion]:
    pattern = pattern_of(shown, next(_free_ids(rules, f"like-{alert.policy_id}")), VOCABULARY, now)
    if pattern is not None:
        yield pattern
    entry = rules.entries.get(alert.policy_id)
    if entry is None or entry.policy is None:
        return
    for purpose in (Purpose.QUIETER, Purpose.STRICTER):
        names = _free_ids(rules, f"{alert.policy_id}-{purpose.value}")
        variants = variants_of(entry.policy, shown, alert.policy_id, is_bundled=entry.bundled is not None)
        sound = (one for one in variants if one.purpose is purpose and _can_be_saved(services, rules, one))
        for one, named in zip(islice(sound, _MOST_OF_A_PURPOSE), names, strict=False):
            yield replace(_on_top(entry, one), definition={**one.definition, "id": named})


def _can_be_saved(services: Services, rules: Rules, suggestion: Suggestion) -> bool:
    """Twice a duration may be longer than the language takes, and a route may be gone."""
    definition = suggestion.definition
    try:
        check_policy(definition, str(definition["id"]), rules.lists, services.routes, plays_tests=False)
    except PolicyRefused:
        return False
    return True


def _on_top(entry: PolicyEntry, suggestion: Suggestion) -> Suggestion:
    """A tuning is stored whole: what was chosen before, its state for one, stays beside what is suggested."""
    if suggestion.tuning is None or entry.stored is None:
        return suggestion
    before, after = entry.stored.body, suggestion.tuning
    tuning = {**before, **after}
    if "parameters" in after:
        tuning["parameters"] = {**(before.get("parameters") or {}), **after["parameters"]}
    return replace(suggestion, tuning=tuning)


def _free_ids(rules: Rules, wanted: str) -> Iterator[str]:
    """One for each draft of a purpose, so that several can be saved."""
    stem = wanted[:_LONGEST_STEM].rstrip("-")
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return (name for name in names if name not in rules.entries)


async def _simulated(
    services: Services, alert_id: str, suggestion: Suggestion, caller: Caller, now: datetime
) -> SuggestedPolicy:
    try:
        simulation = await request_simulation(
            services, suggestion.definition, USUAL_DAYS, caller, now, _key_of(alert_id, suggestion)
        )
    except PolicyRefused as error:
        # Told rather than raised: the other drafts are of use.
        _log.warning("a suggestion cannot be simulated", extra={"alert": alert_id, "reason": str(error)[:300]})
        simulation = None
    return SuggestedPolicy(
        purpose=suggestion.purpose,
        why=suggestion.why,
        definition=suggestion.definition,
        tuning=suggestion.tuning,
        simulation=simulation,
    )


def _key_of(alert_id: str, suggestion: Suggestion) -> str:
    """By what is drafted, so that a reload of the page begins nothing."""
    drafted = msgspec.json.encode(suggestion.definition, order="deterministic")
    return f"suggest/{alert_id}/{sha256(drafted).hexdigest()[:16]}"
