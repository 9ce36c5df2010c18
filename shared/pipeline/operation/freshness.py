"""How old what we know is: every answer says it, since an answer from a stale inventory looks like any other."""

from datetime import datetime, timedelta

from shared.domain.errors import Unavailable
from shared.pipeline.ports import Ledger

_REMEMBERED = timedelta(seconds=30)
"""In between, an answer costs no read of storage."""


class Freshness:
    """The earliest last complete read of all sources that are on and not optional, remembered here for 30 seconds."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._read: datetime | None = None
        self._known: datetime | None = None

    async def last_complete_read(self, now: datetime) -> datetime | None:
        """None where a source was never read completely, no tenant is connected, or nobody can say."""
        if self._read is None or now - self._read >= _REMEMBERED:
            try:
                states = await self._ledger.source_states()
            except Unavailable:
                return None
            reads = [state.last_complete_read for state in states if not (state.optional or state.off)]
            known = [read for read in reads if read is not None]
            self._known = min(known) if reads and len(known) == len(reads) else None
            self._read = now
        return self._known
