"""A scenario played to its end, and what the catalogue says of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.data_use import CLOUD_APP_EVENTS
from local.tenant.directory.scenario import Scenario
from local.tenant.directory.tenant import Tenant
from local.tenant.directory.unified_twins import ENTRA_AUDITS
from shared.domain.app_references import Alias
from shared.domain.apps import App
from shared.domain.events import Event
from shared.domain.findings import Finding
from shared.domain.known import UNKNOWN
from shared.domain.matches import Match
from shared.policies.baselines import Baseline
from shared.policies.judgements import NotEvaluated
from shared.policies.loader import load_catalogue
from shared.policies.ruleset import RuleSet, compile_policies
from shared.sources.aliases import resolve
from shared.sources.inventory import build_apps
from shared.sources.records import read_bytes

_TOLD_TWICE = (ENTRA_AUDITS, CLOUD_APP_EVENTS)
"""Logs that tell what others tell."""


@dataclass
class Played:
    """``app_ids`` are those of the scenario's cast; ``findings`` are about anybody."""

    app_ids: dict[str, str]
    events: list[Event]
    findings: list[Finding]
    not_evaluated: list[NotEvaluated]

    def fired(self, policy: str, app: str) -> set[str]:
        """The severities with which the policy fired on an app of the cast."""
        found = (one for one in self.findings if one.policy_id == policy)
        return {str(one.severity) for one in found if one.app.app_id == self.app_ids[app]}


def play(
    scenario: Scenario, tenant: Tenant, clock: ManualClock, usual: Mapping[str, Baseline] = MappingProxyType({})
) -> Played:
    """Plays all steps at their times, then judges what every log tells since, and the apps of the cast.

    ``usual`` is what every app does, by dimension (``app.networks``).
    """
    start = clock.now()
    run = scenario.run(tenant)
    while due := run.next_due():
        clock.advance(due - clock.now())
        run.advance(due)
    apps = _inventory(tenant)
    lookup = {alias.object_id: alias for alias in _aliases(apps.values())}.get
    logs = [tenant.audits, *(log for name, log in tenant.logs.items() if name not in _TOLD_TWICE)]
    records = [json.dumps(record).encode() for log in logs for record in log.every_record()]
    found = [resolve(event, lookup) for record in records for event in read_bytes(record)]
    events = [event for event in found if event.time is None or event.time >= start]
    played = Played(run.app_ids, events, [], [])
    rules = compile_policies(load_catalogue(), baselines=lambda dimension, _: usual.get(dimension, UNKNOWN))
    _judge(played, apps, rules, clock)
    return played


def _judge(played: Played, apps: dict[str, App], rules: RuleSet, clock: ManualClock) -> None:
    rows: dict[tuple[str, tuple[str, ...]], list[Match]] = {}
    judgements = [rules.judge_event(one, apps.get(one.app.app_id or ""), clock.now()) for one in played.events]
    cast = [apps[app_id] for app_id in played.app_ids.values() if app_id in apps]
    judgements += [rules.judge_app(app, clock.now()) for app in cast]
    for judgement in judgements:
        played.findings += judgement.findings
        played.not_evaluated += judgement.not_evaluated
        for match in judgement.matches:
            rows.setdefault((match.policy_id, match.group), []).append(match)
    played.findings += [found for one in rows.values() if isinstance(found := rules.correlate(one), Finding)]


def _inventory(tenant: Tenant) -> dict[str, App]:
    """The apps as a reader of all collections knows them, and those that were deleted."""
    kinds = {
        "servicePrincipals": [*tenant.service_principals.all(), *tenant.service_principals.deleted()],
        "applications": [*tenant.applications.all(), *tenant.applications.deleted()],
        "oauth2PermissionGrants": tenant.grants.all(),
        "appRoleAssignments": tenant.app_role_assignments.all(),
    }
    pages = [{"@odata.context": f"/$metadata#{kind}", "value": list(found)} for kind, found in kinds.items()]
    return build_apps(pages, tenant.tenant_id)


def _aliases(apps: Iterable[App]) -> Iterable[Alias]:
    for app in apps:
        for object_id in filter(None, (app.service_principal_id, app.application_object_id)):
            yield Alias(object_id, app.app_id, app.display_name)
