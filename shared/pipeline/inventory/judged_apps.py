"""What the rules say of the apps of one partition."""

from collections.abc import Iterator, Sequence
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

_AT_ONCE: Final = 500
"""Apps whose baselines are held together: fewer than are kept in memory at all."""


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
        due=min(_moments(rules, watched, now), default=None),
    )
    compared = any(compares(bound) for bound in rules.in_force.values() if bound.policy.kind is Kind.APP)
    for some in batched(watched, _AT_ONCE, strict=False):
        if compared and services.usual is not None:
            await services.usual.hold([app.app_id for app in some], now)
        for app in some:
            _judge(judged, rules, app, now)
    return judged


def _judge(judged: JudgedApps, rules: RuleSet, app: App, now: datetime) -> None:
    judgement = rules.judge_app(app, now)
    judged.findings.extend(judgement.findings)
    judged.not_evaluated.extend(judgement.not_evaluated)
    judged.open.update((entry.policy_id, app.app_id) for entry in judgement.not_evaluated)
    judged.exempted.update({(entry.policy_id, app.app_id): entry for entry in judgement.exempted})


def _moments(rules: RuleSet, apps: Sequence[App], now: datetime) -> Iterator[datetime]:
    policies = [bound for bound in rules.in_force.values() if bound.policy.kind is Kind.APP]
    for app in apps:
        due = next_due(policies, rules.exemptions, app, now)
        if due is not None:
            yield due
