"""How often a client may ask, what it is told when that is too often, and the counts of it all."""

import math
from collections.abc import Mapping
from random import Random

from local.tenant.graph.counts import RequestCounts
from local.tenant.graph.limits import Limit, Waits, Window
from local.tenant.graph.messages import GraphError
from local.tenant.graph.routes import Route

_NEARLY_USED = 0.8


class Throttling:
    """Counts and limits the requests of each client.

    ``families`` are the limits in requests of what is counted apart: five in ten seconds for audit logs and reports,
    one a second for Identity Protection, and so on. ``directory`` is that of identity and access for tenants of more
    than 500 users, in resource units.
    """

    def __init__(self, tenant_id: str, seed: int) -> None:
        self.counts = RequestCounts()
        self.families = {
            "reports": Window(Limit(5, 10)),
            "identityProtection": Window(Limit(1, 1)),
            "security": Window(Limit(150, 60)),
            "hunting": Window(Limit(45, 60)),
            "auditSearch": Window(Limit(100, 60)),
        }
        self.directory = Window(Limit(8000, 10))
        self._tenant_id = tenant_id
        self._waits = Waits()
        self._random = Random(seed)

    def admit(self, endpoint: str, client_id: str, retry_after: int) -> None:
        """Count a request. Raises GraphError (429) for who was told to wait and does not: the wait begins anew."""
        self.counts.requests[endpoint] += 1
        if self._waits.is_early(client_id, endpoint):
            self.counts.early += 1
            raise self.told(endpoint, client_id, self.refusal(client_id, retry_after))

    def charge(self, route: Route, query: Mapping[str, str], client_id: str) -> dict[str, str]:
        """Take the price from the limit; the headers that tell of it. Raises GraphError (429) when it is used up."""
        units = _price(route, query)
        self.counts.units[route.endpoint] += units
        self.counts.reports += route.family == "reports"
        window = self.families[route.family] if route.family else self.directory
        share = window.use(client_id, 1 if route.family else units)
        if share > 1 and window.limit is not None:
            # Audit logs and reports often do not say how long, and Identity Protection never does.
            chance = {"identityProtection": 1.0, "reports": 0.5}.get(route.family or "", 0.0)
            is_silent = self._random.random() < chance
            wait = None if is_silent else math.ceil(window.limit.seconds)
            raise self.told(route.endpoint, client_id, self.refusal(client_id, wait))
        warning = {"x-ms-throttle-limit-percentage": f"{share:.2f}"} if share >= _NEARLY_USED else {}
        return {"x-ms-resource-unit": str(units), **warning}

    def told(self, endpoint: str, client_id: str, error: GraphError) -> GraphError:
        """The error, on its way to the client: if it says how long to wait, that is remembered."""
        if "Retry-After" in error.headers:
            self._waits.tell(client_id, endpoint, error.headers["Retry-After"])
        return error

    def refusal(self, client_id: str, retry_after: int | None) -> GraphError:
        """429, with the seconds to wait or without."""
        headers = {
            "x-ms-throttle-scope": f"Tenant_Application/ReadWrite/{client_id}/{self._tenant_id}",
            "x-ms-throttle-information": "ResourceUnitLimitExceeded",
            **({} if retry_after is None else {"Retry-After": str(retry_after)}),
        }
        message = f"Too many requests from Identifier:{client_id} under category:aadgraph.app.tenant_large."
        return GraphError(429, "TooManyRequests", message, headers)


def _price(route: Route, query: Mapping[str, str]) -> int:
    """Resource units: less for a selection or a small page, more for an expansion, never below one."""
    top = query.get("$top", "")
    is_small = top.isdecimal() and int(top) < 20
    return max(route.units - ("$select" in query) + ("$expand" in query) - is_small, 1)
