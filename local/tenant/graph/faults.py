"""What goes wrong between a client and Graph, on demand: each kind by name, from a seed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from random import Random
from urllib.parse import quote

from local.tenant.graph.messages import Answer, GraphError, Request


class Fault(StrEnum):
    """One thing that goes wrong."""

    # Refused, and nothing has happened.
    THROTTLED = "throttled"  # Retry-After in seconds
    THROTTLED_UNTIL = "throttledUntil"  # Retry-After as a date
    THROTTLED_SILENTLY = "throttledSilently"  # no Retry-After
    THROTTLED_INSIDE = "throttledInside"  # one request of a batch, which itself succeeds
    SERVER_ERROR = "serverError"
    BAD_GATEWAY = "badGateway"
    UNAVAILABLE = "unavailable"
    GATEWAY_TIMEOUT = "gatewayTimeout"
    DELTA_EXPIRED = "deltaExpired"
    # A list that goes on otherwise than it should.
    EMPTY_PAGE = "emptyPage"  # and the page itself behind the next link
    REPEATED_PAGE = "repeatedPage"  # and again behind the next link
    NEXT_LINK_LOOP = "nextLinkLoop"
    FOREIGN_NEXT_LINK = "foreignNextLink"
    # It has happened, and the answer is lost on the way.
    RESET = "reset"  # in the middle of the body
    TRUNCATED = "truncated"  # half of the JSON, as if it were all
    HTML = "html"  # with status 200
    HANG = "hang"
    HUGE = "huge"
    GZIP_BOMB = "gzipBomb"
    DEEP = "deep"  # JSON of ten thousand levels


_REFUSALS = {
    Fault.SERVER_ERROR: (500, "InternalServerError"),
    Fault.BAD_GATEWAY: (502, "BadGateway"),
    Fault.UNAVAILABLE: (503, "ServiceUnavailable"),
    Fault.GATEWAY_TIMEOUT: (504, "GatewayTimeout"),
}
_THROTTLES = frozenset({Fault.THROTTLED, Fault.THROTTLED_UNTIL, Fault.THROTTLED_SILENTLY})
REFUSALS = frozenset(_REFUSALS) | _THROTTLES
PAGES = frozenset({Fault.EMPTY_PAGE, Fault.REPEATED_PAGE, Fault.NEXT_LINK_LOOP, Fault.FOREIGN_NEXT_LINK})
BROKEN = frozenset(Fault) - REFUSALS - PAGES - {Fault.THROTTLED_INSIDE, Fault.DELTA_EXPIRED}
RIDDEN_OUT = (REFUSALS | PAGES | BROKEN | {Fault.THROTTLED_INSIDE}) - {
    Fault.NEXT_LINK_LOOP,
    Fault.FOREIGN_NEXT_LINK,
    Fault.HANG,
    Fault.HUGE,
    Fault.GZIP_BOMB,
    Fault.DEEP,
}
"""Those after which a patient client still gets everything, and soon."""


@dataclass(slots=True)
class _Plan:
    kinds: tuple[Fault, ...]
    share: float
    endpoint: str | None
    times: int | None


class Faults:
    """Which requests fail, and how. Without a plan none does.

    ``retry_after`` (whole seconds), ``foreign_address``, ``hang_seconds`` and ``huge_bytes`` may be set at any time.
    """

    def __init__(self, seed: int = 0) -> None:
        self.retry_after = 1
        self.foreign_address = "https://graph.example.net"
        self.hang_seconds = 300.0
        self.huge_bytes = 1 << 30
        self._random = Random(seed)
        self._plans: list[_Plan] = []
        self._pages = 0

    def mix(self, share: float, kinds: Collection[Fault] = RIDDEN_OUT, endpoint: str | None = None) -> None:
        """Let this share of the requests (of one endpoint, like ``GET /servicePrincipals``) fail in these ways."""
        self._plans.append(_Plan(tuple(sorted(kinds)), share, endpoint, None))

    def once(self, kind: Fault, endpoint: str | None = None, times: int = 1) -> None:
        """Let the next request (of this endpoint) fail so, or the next few."""
        self._plans.append(_Plan((kind,), 1, endpoint, times))

    def clear(self) -> None:
        """From now on nothing fails."""
        self._plans.clear()

    def draw(self, endpoint: str, possible: Collection[Fault]) -> Fault | None:
        """What goes wrong with this request, of what can go wrong with it."""
        for plan in self._plans:
            kinds = [kind for kind in plan.kinds if kind in possible]
            if not kinds or plan.endpoint not in (None, endpoint) or plan.times == 0:
                continue
            if self._random.random() < plan.share:
                if plan.times is not None:
                    plan.times -= 1
                return self._random.choice(kinds)
        return None

    def refusal(self, kind: Fault, throttled: GraphError) -> GraphError:
        """The error of a refused request; ``throttled`` is what the service says when it throttles."""
        if kind in _REFUSALS:
            status, code = _REFUSALS[kind]
            return GraphError(status, code, "The service failed to answer.")
        headers = dict(throttled.headers)
        if kind in (Fault.THROTTLED, Fault.THROTTLED_INSIDE):
            headers["Retry-After"] = str(self.retry_after)
        if kind is Fault.THROTTLED_UNTIL:
            until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=self.retry_after)
            headers["Retry-After"] = format_datetime(until, usegmt=True)
        return GraphError(429, throttled.code, throttled.message, headers)

    def page(
        self,
        kind: Fault,
        request: Request,
        answer: Answer,
        link_name: str = "@odata.nextLink",
        *,
        in_header: bool = False,
    ) -> Answer:
        """The answer with a next link that misleads, or that leads to what it should have held; only lists change.

        ``link_name`` is the property of the link, or the header of a list that has it there.
        """
        if in_header:
            headers = {**answer.headers, link_name: self._link(kind, request)}
            return replace(answer, body=[] if kind is Fault.EMPTY_PAGE else answer.body, headers=headers)
        if not isinstance(answer.body, dict) or "value" not in answer.body:
            return answer
        body = {name: value for name, value in answer.body.items() if not name.endswith("Link")}
        body[link_name] = self._link(kind, request)
        if kind is Fault.EMPTY_PAGE:
            body["value"] = []
        return replace(answer, body=body)

    def _link(self, kind: Fault, request: Request) -> str:
        options = [(name, value) for name, value in request.query.items() if name != "page"]
        own = "".join(f"{quote(name, safe='$')}={quote(value)}&" for name, value in options)
        self._pages += 1
        links = {
            Fault.NEXT_LINK_LOOP: f"{request.base}{request.path}?{own}",
            Fault.FOREIGN_NEXT_LINK: f"{self.foreign_address}/v1.0{request.path}?$skiptoken=next",
        }
        # A link of its own for each, so that it is no loop.
        return links.get(kind, f"{request.base}{request.path}?{own}page={self._pages}")
