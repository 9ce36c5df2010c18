"""What goes into one run of a function, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as the function sees it: header names in lower case, one value a query parameter."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    route: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message as the function sees it, its body decoded."""

    id: str
    body: str
    dequeue_count: int
    inserted: datetime
    expires: datetime
    next_visible: datetime
    pop_receipt: str


@dataclass(frozen=True, slots=True)
class TimerStatus:
    """When a timer last ran and next comes due. ``last`` is None before the first run."""

    last: datetime | None
    next: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick of a timer; ``status`` is None for timers whose status is not kept."""

    past_due: bool
    status: TimerStatus | None = None


type Payload = HttpRequest | QueueMessage | Tick


@dataclass(frozen=True, slots=True)
class TraceContext:
    """The W3C trace context of a run."""

    parent: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer to a request."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class OutputMessage:
    """A text that the function put on a queue, by the name of its binding."""

    binding: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: ``error`` is None where it succeeded."""

    error: str | None = None
    response: HttpResponse | None = None
    messages: tuple[OutputMessage, ...] = ()
