"""What it takes to ask for remediations and to carry them out; ``Services`` holds it with all the rest."""

from dataclasses import dataclass

from shared.domain.remediation_guards import GuardSettings
from shared.pipeline.inventory.ports import InventoryReads
from shared.pipeline.ports import Alerts, Aliases, Apps, IntentLog
from shared.pipeline.remediation.ports import (
    AppSwitch,
    Ceiling,
    RemediationHints,
    RemediationList,
    Remediations,
    RequestKeys,
    StopSwitchStore,
    WriteLog,
)


@dataclass(frozen=True, kw_only=True)
class RemediationServices:
    """``app_switch`` is None in a process that holds no write permission: it can ask, and carries nothing out."""

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
    guards: GuardSettings
    app_switch: AppSwitch | None
