"""Alerts of Microsoft Defender, each as it is by now."""

from local.tenant.directory.collections import Object
from local.tenant.directory.defender import DEFENDER_ALERTS
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call
from local.tenant.graph.messages import Answer
from local.tenant.graph.pages import Key, cut, listing
from local.tenant.graph.query import read_query
from local.tenant.graph.schema import kind
from local.tenant.graph.shapes import project

_ADDED_LATER = frozenset({"microsoftDefenderForCloud", "microsoftSentinel", "microsoftThreatIntelligence"})
"""Sources that clients do not know which do not ask for them."""
_ENUMERATIONS = ("serviceSource", "detectionSource")


class AlertReads:
    """The operations on ``/security/alerts_v2``, ordered by id: no order is documented."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def list(self, call: Call) -> Answer:
        asked = kind("alert")
        query = read_query(call.request, asked)
        knows_all = "include-unknown-enum-members" in call.request.headers.get("prefer", "").lower()
        found, after = cut(self._tenant.newest_versions(DEFENDER_ALERTS), query, _id)
        values = [project(one if knows_all else _evolvable(one), asked, query.select) for one in found]
        return listing(call.request, asked, query, values, after)


def _evolvable(alert: Object) -> Object:
    unknown = {name: "unknownFutureValue" for name in _ENUMERATIONS if alert[name] in _ADDED_LATER}
    return {**alert, **unknown}


def _id(alert: Object) -> Key:
    return (alert["id"],)
