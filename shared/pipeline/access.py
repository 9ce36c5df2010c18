"""Who may come in at all: how callers are identified, and whether the API is open."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from shared.domain.probes import ProbeOutcome, ProbeResult
from shared.domain.roles import Caller

_FRESH = timedelta(seconds=30)
"""How old a result may be that an instance remembers; in between, a request costs no read of storage."""


class ProbeResults(Protocol):
    """The last conclusive probe, shared by all instances."""

    async def last(self) -> ProbeResult | None: ...

    async def record(self, result: ProbeResult) -> None: ...


class FormTokens(Protocol):
    """Tokens that a form carries, so that no other site can send it in a visitor's name."""

    async def issue(self, caller_id: str, now: datetime) -> str: ...

    async def accepts(self, token: str, caller_id: str, now: datetime) -> bool: ...


class Gate:
    """Closed while the last probe says that a forged identity is believed."""

    def __init__(self, results: ProbeResults) -> None:
        self._results = results
        self._known: ProbeResult | None = None
        self._read: datetime | None = None

    async def is_closed(self, now: datetime) -> bool:
        """Raises Unavailable when storage is: nobody is let in on a guess."""
        result = await self.last(now)
        return result is not None and result.outcome is ProbeOutcome.ACCEPTED

    async def last(self, now: datetime) -> ProbeResult | None:
        """The last conclusive result, at most half a minute late; None before the first probe."""
        if self._read is None or now - self._read >= _FRESH:
            self._known = await self._results.last()
            self._read = now
        return self._known

    async def record(self, result: ProbeResult) -> None:
        await self._results.record(result)
        self._known, self._read = result, result.time


@dataclass(frozen=True, kw_only=True)
class Access:
    """What the HTTP functions and the probe need; ``shared/bootstrap/`` builds it.

    ``identify`` takes a request's headers, names in lower case, and raises what ``shared/identity`` says. ``probe``
    calls our own address with a forged identity.
    """

    identify: Callable[[Mapping[str, str]], Awaitable[Caller]]
    probe: Callable[[], Awaitable[ProbeOutcome]]
    gate: Gate
    form_tokens: FormTokens
