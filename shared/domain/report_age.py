"""For how long the reports of use are believed once they stop coming.

When a permission or a licence is lost, what an app did afterwards is not known: that its last sign-in lies far back
says nothing any more. So each app carries when a complete report last told of it, or was silent about it.
"""

from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from shared.domain.apps import App

NOTED_ANEW_AFTER: Final = timedelta(days=7)
"""Reports come every six hours. To note each one would write every app each time."""
BELIEVED_FOR: Final = NOTED_ANEW_AFTER + timedelta(days=2)
"""What is noted late, and two days of outages, are no reason to doubt."""


def is_believed(read: datetime | None, now: datetime) -> bool:
    """Whether a report noted as of ``read`` may still be taken for the present state; None: there was none."""
    return read is not None and now - read <= BELIEVED_FOR


def is_to_be_noted(read: datetime | None, started: datetime) -> bool:
    return read is None or started - read > NOTED_ANEW_AFTER


def is_only_noted(before: App, after: App, now: datetime) -> bool:
    """Whether a later report was noted with the app and nothing follows from it: what is judged stays the same."""
    reads = ((before.use_read, after.use_read), (before.credential_use_read, after.credential_use_read))
    same = replace(before, use_read=after.use_read, credential_use_read=after.credential_use_read)
    return same == after and all(is_believed(old, now) is is_believed(new, now) for old, new in reads)
