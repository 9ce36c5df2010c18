"""What it takes to mirror the directory and to keep its apps; ``Services`` holds it with all the rest."""

from dataclasses import dataclass

from shared.pipeline.claims import RunClaims
from shared.pipeline.detection.services import DetectionServices
from shared.pipeline.inventory.ports import (
    AppJudging,
    AppList,
    AppRequests,
    DirectoryMirror,
    DirectoryReader,
    InventoryReads,
    StoredApps,
)
from shared.pipeline.ports import AlertList, Ledger, Watching


@dataclass(frozen=True, kw_only=True)
class InventoryServices(DetectionServices):
    """``directory`` is None while no tenant is connected: then nothing is read, and the list stays as it is.

    ``tenant_id`` tells the tenant's own apps from those of others.
    """

    apps: StoredApps
    queue: AppJudging
    alert_list: AlertList
    ledger: Ledger
    claims: RunClaims
    watch: Watching
    directory: DirectoryReader | None
    mirror: DirectoryMirror
    inventory_reads: InventoryReads
    app_requests: AppRequests
    app_list: AppList
    tenant_id: str
