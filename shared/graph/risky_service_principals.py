"""Service principals at risk, by Identity Protection."""

from shared.graph import queries
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import RISKY_SERVICE_PRINCIPALS
from shared.graph.listed_risks import ListedRisks
from shared.sources.identity_risk import PRINCIPAL_CHANGED


class GraphRiskyServicePrincipals(ListedRisks):
    """By the time at which their risk changed."""

    def __init__(self, connection: GraphConnection) -> None:
        super().__init__(
            connection, RISKY_SERVICE_PRINCIPALS, queries.risky_service_principals_path(), PRINCIPAL_CHANGED
        )
