"""One run of a collector at a time, across all hosts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4


class RunClaims(Protocol):
    async def claim(self, name: str, run_id: str, until: datetime, now: datetime) -> bool:
        """Take the name for this run; False while another holds it. Its holder may take it again for longer."""
        ...

    async def release(self, name: str, run_id: str) -> None:
        """Give it back; nothing happens if another run has taken it over."""
        ...


@asynccontextmanager
async def claimed(claims: RunClaims, name: str, now: datetime, length: timedelta) -> AsyncIterator[bool]:
    """Whether this run holds the name, until the end of the block.

    A run that dies keeps the name for ``length``, which must be longer than a run may take. It is no fence: what a
    run writes must be conditional on what it read, for one that stood still may outlive its claim.
    """
    run_id = uuid4().hex
    if not await claims.claim(name, run_id, now + length, now):
        yield False
        return
    try:
        yield True
    except Exception:
        await claims.release(name, run_id)
        raise
    await claims.release(name, run_id)
