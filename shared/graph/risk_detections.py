"""What Identity Protection detected of service principals."""

from shared.graph import queries
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import RISK_DETECTIONS
from shared.graph.listed_risks import ListedRisks
from shared.sources.identity_risk import DETECTION_CHANGED


class GraphRiskDetections(ListedRisks):
    """By the time at which a detection changed: its fields fill in within half an hour, and each version is told."""

    def __init__(self, connection: GraphConnection) -> None:
        super().__init__(connection, RISK_DETECTIONS, queries.risk_detections_path(), DETECTION_CHANGED)
