"""Everything the verbs work with, in one value. ``shared/bootstrap.py`` builds it once; tests build their own."""

from dataclasses import dataclass
from typing import Protocol

from shared.pipeline.audit_services import AuditServices
from shared.pipeline.claims import RunClaims
from shared.pipeline.detection_services import DetectionServices
from shared.pipeline.directory_ports import AppJudging, AppRequests
from shared.pipeline.freshness import Freshness
from shared.pipeline.inventory_services import InventoryServices
from shared.pipeline.ports import Alerts, Archive, Intents, OperatorConditions, StateStore, WorkQueue
from shared.pipeline.remediation_ports import RemediationHints
from shared.pipeline.remediation_services import RemediationServices
from shared.pipeline.route_ports import HeldDeliveries, RoutePace, RouteStatuses

__all__ = ["DetectionServices", "Services"]


class Queues(WorkQueue, AppJudging, RemediationHints, Protocol):
    """Hints of every kind of work."""


@dataclass(frozen=True, kw_only=True)
class Services(InventoryServices, RemediationServices, AuditServices):
    """All of it: collecting, judging, lists, triage, telling people, and remediation."""

    state: StateStore
    alerts: Alerts
    intents: Intents
    queue: Queues
    archive: Archive
    claims: RunClaims
    app_requests: AppRequests
    conditions: OperatorConditions
    freshness: Freshness
    pace: RoutePace
    held: HeldDeliveries
    route_statuses: RouteStatuses
