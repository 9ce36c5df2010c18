"""Graph as a whole: who calls, may they, too often, and then the operation. No wire in here."""

from dataclasses import replace
from random import Random

from local.tenant.directory.errors import Refused
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.batch import answer_batch
from local.tenant.graph.calls import Call
from local.tenant.graph.deltas import expired
from local.tenant.graph.faults import BROKEN, PAGES, REFUSALS, Fault, Faults
from local.tenant.graph.messages import Answer, GraphError, Request, envelope, stamp
from local.tenant.graph.permissions import check_permission
from local.tenant.graph.replicas import Replicas
from local.tenant.graph.routes import Routes
from local.tenant.graph.throttling import Throttling
from local.tenant.graph.tokens import Caller, Tokens

_BATCH = "POST /$batch"


class Graph:
    """Answers requests; never raises. ``seed`` draws what the service leaves to chance."""

    def __init__(self, tenant: Tenant, tokens: Tokens, faults: Faults, seed: int) -> None:
        self.replicas = Replicas(tenant)
        self.throttling = Throttling(tenant.tenant_id, seed)
        self._tenant = tenant
        self._tokens = tokens
        self._faults = faults
        self._routes = Routes(tenant, self.replicas, seed)
        self._random = Random(seed)

    def answer(self, request: Request) -> Answer:
        """The answer to a request that came over the wire."""
        try:
            caller = self._tokens.caller(request)
            if f"{request.method} {request.path}" == _BATCH:
                return self._batch(request, caller)
        except GraphError as error:
            return envelope(error, request.headers)
        return self._single(request, caller, is_inner=False)

    def _batch(self, request: Request, caller: Caller) -> Answer:
        self.throttling.admit(_BATCH, caller.client_id, self._faults.retry_after)
        fault = self._draw(_BATCH, caller, REFUSALS | BROKEN)
        answer = answer_batch(request, lambda inner: self._single(inner, caller, is_inner=True), self._random)
        return replace(answer, headers=stamp(request.headers), broken=fault)

    def _single(self, request: Request, caller: Caller, *, is_inner: bool) -> Answer:
        """One request, alone or of a batch."""
        try:
            return self._operate(request, caller, is_inner=is_inner)
        except GraphError as error:
            return envelope(error, request.headers)
        except Refused as error:
            return envelope(GraphError(error.status, error.code, error.message), request.headers)

    def _operate(self, request: Request, caller: Caller, *, is_inner: bool) -> Answer:
        route, names = self._routes.find(request.method, request.path, is_beta=request.is_beta)
        call = Call(request, caller, names)
        self.throttling.admit(route.endpoint, caller.client_id, self._faults.retry_after)
        check_permission(route.endpoint, call, self._tenant)
        headers = self.throttling.charge(route, request.query, caller.client_id)
        fault = self._draw(route.endpoint, caller, _possible(request, is_inner=is_inner))
        if fault is Fault.DELTA_EXPIRED:
            raise expired(request, in_place=False)
        answer = route.operation(call)
        self.replicas.observe()
        if fault in PAGES:
            answer = self._faults.page(fault, request, answer)
        broken = fault if fault in BROKEN else None
        return replace(answer, headers={**answer.headers, **headers, **stamp(request.headers)}, broken=broken)

    def _draw(self, endpoint: str, caller: Caller, possible: frozenset[Fault]) -> Fault | None:
        """What goes wrong with this request. Raises GraphError for what is refused before anything happens."""
        fault = self._faults.draw(endpoint, possible)
        if fault is None or fault not in REFUSALS | {Fault.THROTTLED_INSIDE}:
            return fault
        throttled = self.throttling.refusal(caller.client_id, None)
        raise self.throttling.told(endpoint, caller.client_id, self._faults.refusal(fault, throttled))


def _possible(request: Request, *, is_inner: bool) -> frozenset[Fault]:
    """What can go wrong: a batch is cut off as a whole only, and only lists have pages."""
    if is_inner:
        return frozenset({Fault.THROTTLED_INSIDE})
    is_delta = request.query.get("$deltatoken", "latest").lower() != "latest"
    expiry = frozenset({Fault.DELTA_EXPIRED} if is_delta else ())
    return REFUSALS | BROKEN | expiry | (PAGES if request.method == "GET" else frozenset())
