"""One stream of sign-ins, from beta: version 1.0 tells of interactive ones alone."""

from functools import partial

from shared.graph import queries
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import SIGN_INS
from shared.graph.log_pages import LogPages


class GraphSignIns(LogPages):
    """``kind`` is Graph's word: interactiveUser, nonInteractiveUser, servicePrincipal or managedIdentity.

    Graph gives one kind at a time: a filter with two of them is refused.
    """

    def __init__(self, connection: GraphConnection, kind: str) -> None:
        super().__init__(connection, SIGN_INS, partial(queries.sign_ins_path, kind))
