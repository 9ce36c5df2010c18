"""Whether a report of use, by not naming an app, says that the app was not used.

It does so only if every row of it was understood: one that was not may have been of any app.
"""

from msgspec.structs import replace

from shared.domain.inventory_reads import PartState
from shared.domain.ledger import SourceHealth
from shared.domain.usage_reads import ReportRead
from shared.sources.sign_in_activity import ReadRows

_MOST_UNREAD = 500
"""Apps that are kept with the state of the run, which is one row."""


def after_page(running: ReportRead, read: ReadRows, rows: int) -> ReportRead:
    unread = sorted(read.unread.union(running.unread))[: _MOST_UNREAD + 1]
    return replace(running, rows=running.rows + rows, unread=tuple(unread), nameless=running.nameless + read.nameless)


def why_void(running: ReportRead) -> str | None:
    """Of a report that was read to its end: why nothing follows from its silence; None if something does."""
    if running.rows == 0:
        return "the report has no rows, so it is not taken to say that nothing is used"
    if running.nameless:
        return f"{running.nameless} rows do not tell which app they are of, so what no row names is not called unused"
    if len(running.unread) > _MOST_UNREAD:
        return f"rows of more than {_MOST_UNREAD} apps cannot be read, so what no row names is not called unused"
    return None


def part_after(running: ReportRead) -> PartState:
    """An empty report is no failure: in a small tenant there may be nothing to tell."""
    void = why_void(running)
    left_out = f"rows of {len(running.unread)} apps cannot be read, so of these the last use is not known"
    return PartState(
        last_read=running.started,
        health=SourceHealth.FAILING if void and running.rows else SourceHealth.OK,
        reason=void or (left_out if running.unread else None),
        objects=running.rows,
    )
