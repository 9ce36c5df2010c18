"""Everything the verbs work with, in one value. ``shared/bootstrap/`` builds it once; tests build their own."""

from dataclasses import dataclass
from typing import Protocol

from shared.pipeline.activity.services import ActivityServices
from shared.pipeline.claims import RunClaims
from shared.pipeline.collection.services import CollectionServices
from shared.pipeline.delivery.ports import HeldDeliveries, RoutePace, RouteStatuses
from shared.pipeline.detection.services import DetectionServices
from shared.pipeline.governance.ports import SimulationHints, Simulations
from shared.pipeline.governance.services import GovernanceServices
from shared.pipeline.inventory.ports import AppRequests
from shared.pipeline.inventory.services import InventoryQueue
from shared.pipeline.operation.freshness import Freshness
from shared.pipeline.ports import Alerts, Archive, Intents, OperatorConditions, StateStore, WorkQueue
from shared.pipeline.remediation.ports import RemediationHints
from shared.pipeline.remediation.services import RemediationServices

__all__ = ["DetectionServices", "Services"]


class Queues(WorkQueue, InventoryQueue, RemediationHints, SimulationHints, Protocol):
    """Hints of every kind of work."""


@dataclass(frozen=True, kw_only=True)
class Services(GovernanceServices, RemediationServices, CollectionServices, ActivityServices):
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
    simulations: Simulations
