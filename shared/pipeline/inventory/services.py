"""What it takes to mirror the directory and to keep its apps; ``Services`` holds it with all the rest."""

from dataclasses import dataclass
from typing import Protocol

from shared.pipeline.claims import RunClaims
from shared.pipeline.detection.services import DetectionServices
from shared.pipeline.inventory.judging_ports import JudgedPartitions, StandingFindings
from shared.pipeline.inventory.list_ports import (
    AppHistory,
    AppList,
    ExportFiles,
    ExportHints,
    Exports,
    People,
    Timelines,
)
from shared.pipeline.inventory.ports import (
    AppInfoReader,
    AppJudging,
    AppRequests,
    DirectoryMirror,
    DirectoryReader,
    InventoryReads,
    StoredApps,
    UsageReader,
    UsageReads,
)
from shared.pipeline.ports import AlertList, Ledger, Watching


class InventoryQueue(AppJudging, ExportHints, Protocol):
    """The hints that the inventory gives."""


@dataclass(frozen=True, kw_only=True)
class InventoryServices(DetectionServices):
    """``directory``, ``usage`` and ``app_info`` are None while no tenant is connected: then nothing is read, and the
    list stays as it is.

    ``tenant_id`` tells the tenant's own apps from those of others. ``priority_users`` are object ids or user principal
    names (in lower case) of priority accounts, ``priority_group_ids`` groups whose members are.
    """

    apps: StoredApps
    queue: InventoryQueue
    alert_list: AlertList
    ledger: Ledger
    claims: RunClaims
    watch: Watching
    standing: StandingFindings
    judged_partitions: JudgedPartitions
    directory: DirectoryReader | None
    usage: UsageReader | None
    app_info: AppInfoReader | None
    mirror: DirectoryMirror
    inventory_reads: InventoryReads
    usage_reads: UsageReads
    app_requests: AppRequests
    app_list: AppList
    history: AppHistory
    timelines: Timelines
    people: People
    exports: Exports
    export_files: ExportFiles
    tenant_id: str
    priority_users: frozenset[str]
    priority_group_ids: tuple[str, ...]
