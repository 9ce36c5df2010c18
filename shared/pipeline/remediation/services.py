"""What it takes to ask for remediations and to carry them out; ``Services`` holds it with all the rest."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.domain.remediation_guards import GuardSettings
from shared.pipeline.inventory.ports import InventoryReads
from shared.pipeline.ports import Alerts, Aliases, Apps, IntentLog
from shared.pipeline.remediation.ports import (
    AppSwitch,
    Ceiling,
    NamedLists,
    RemediationHints,
    RemediationList,
    Remediations,
    RequestKeys,
    StopSwitchStore,
    WriteLog,
)
from shared.policies.ruleset import RuleSet


@dataclass(frozen=True, kw_only=True)
class RemediationServices:
    """``app_switch`` is None in a process that holds no write permission: it can ask, and carries nothing out.

    ``rules`` are those of the last ``refresh_rules``: what a policy asked for is looked at again before it is done.
    """

    rules: Callable[[], RuleSet]
    refresh_rules: Callable[[], Awaitable[object]]
    apps: Apps
    aliases: Aliases
    inventory_reads: InventoryReads
    alerts: Alerts
    intents: IntentLog
    queue: RemediationHints
    remediations: Remediations
    remediation_list: RemediationList
    remediation_writes: WriteLog
    request_keys: RequestKeys
    ceiling: Ceiling
    stop_switch: StopSwitchStore
    named_lists: NamedLists
    guards: GuardSettings
    app_switch: AppSwitch | None
