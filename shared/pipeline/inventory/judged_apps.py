"""What the rules say of the apps of one partition."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from typing import Final

from msgspec import Struct

from shared.domain.apps import App
from shared.domain.findings import Finding
from shared.pipeline.inventory.services import InventoryServices
from shared.policies.baseline_use import compares
from shared.policies.due import next_due
from shared.policies.judgements import Exempted, NotEvaluated
from shared.policies.model import Kind
from shared.policies.ruleset import RuleSet

_AT_ONCE: Final = 100
"""Apps that are judged together, with their baselines held: under many policies that takes a tenth of a second, and
others are served before the next.
"""


class JudgedApps(Struct, kw_only=True):
    """``apps`` are those that were judged, by appId; ``open`` are the pairs of policy and app that have no answer.

    ``due`` is when time alone may change an answer.
    """

    apps: dict[str, App]
    findings: list[Finding]
    not_evaluated: list[NotEvaluated]
    open: set[tuple[str, str]]
    exempted: dict[tuple[str, str], Exempted]
    due: datetime | None


async def judge_apps(services: InventoryServices, rules: RuleSet, apps: Sequence[App], now: datetime) -> JudgedApps:
    """Of those that are watched. Raises Unavailable where baselines cannot be read."""
    watched = [app for app in apps if app.is_watched]
    judged = JudgedApps(
        apps={app.app_id: app for app in watched},
        findings=[],
        not_evaluated=[],
        open=set(),
        exempted={},
        due=None,
    )
    policies = [bound for bound in rules.in_force.values() if bound.policy.kind is Kind.APP]
    compared = any(map(compares, policies))
    for some in batched(watched, _AT_ONCE, strict=False):
        if compared and services.usual is not None:
            await services.usual.hold([app.app_id for app in some], now)
        for app in some:
            _judge(judged, rules, app, now)
        due = (next_due(policies, rules.exemptions, app, now) for app in some)
        judged.due = min(filter(None, (judged.due, *due)), default=None)
        await asyncio.sleep(0)
    return judged


def _judge(judged: JudgedApps, rules: RuleSet, app: App, now: datetime) -> None:
    judgement = rules.judge_app(app, now)
    judged.findings.extend(judgement.findings)
    judged.not_evaluated.extend(judgement.not_evaluated)
    judged.open.update((entry.policy_id, app.app_id) for entry in judgement.not_evaluated)
    judged.exempted.update({(entry.policy_id, app.app_id): entry for entry in judgement.exempted})
