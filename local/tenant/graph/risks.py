"""Identity Protection for workloads: detections, and the principals at risk, each as it is by now."""

from local.tenant.directory.collections import Object
from local.tenant.directory.risks import RISK_DETECTIONS, RISKY_PRINCIPALS
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call
from local.tenant.graph.messages import Answer
from local.tenant.graph.pages import Key, cut, listing
from local.tenant.graph.query import read_query
from local.tenant.graph.schema import kind
from local.tenant.graph.shapes import project


class RiskReads:
    """The operations below ``/identityProtection``. Lists are ordered by id: no order is documented."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def detections(self, call: Call) -> Answer:
        return self._page(call, "servicePrincipalRiskDetection", RISK_DETECTIONS)

    def principals(self, call: Call) -> Answer:
        return self._page(call, "riskyServicePrincipal", RISKY_PRINCIPALS)

    def _page(self, call: Call, name: str, log: str) -> Answer:
        asked = kind(name)
        query = read_query(call.request, asked)
        found, after = cut(self._tenant.newest_versions(log), query, _id)
        return listing(call.request, asked, query, [project(one, asked, query.select) for one in found], after)


def _id(found: Object) -> Key:
    return (found["id"],)
