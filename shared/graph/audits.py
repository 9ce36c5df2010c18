"""The directory's audit log."""

from shared.graph import queries
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import AUDITS
from shared.graph.log_pages import LogPages


class GraphAudits(LogPages):
    """Oldest first."""

    def __init__(self, connection: GraphConnection) -> None:
        super().__init__(connection, AUDITS, queries.audits_path)
