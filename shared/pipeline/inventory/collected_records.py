"""What of the record of activity was collected, and since when: what is not there may never have been read."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from shared.domain.app_activity import CollectedDays
from shared.domain.ledger import SourceState
from shared.domain.permission_activity import PermissionActivity
from shared.domain.streams import Stream

_REQUESTS: Final = (Stream.GRAPH_ACTIVITY, Stream.GRAPH_ACTIVITY_LOGS)
"""Those that bring every request to Microsoft Graph."""
_ITEMS: Final = (Stream.EXCHANGE_AUDITS, Stream.SHAREPOINT_AUDITS, Stream.CLOUD_APP_EVENTS, Stream.AUDIT_SEARCH)
"""Those that tell of items, in mailboxes and on sites."""
_DAY: Final = timedelta(days=1)


def watched(logs: Collection[Stream], states: Mapping[str, SourceState], through: date) -> PermissionActivity:
    """What is collected of requests, up to the end of the last complete day."""
    midnight = datetime.combine(through + _DAY, time(), UTC)
    streams = tuple(map(str, logs))
    for state in (states[stream] for stream in _REQUESTS if stream in logs and stream in states):
        since = _collected_since(state)
        if since and state.read_until and state.read_until >= midnight and since < midnight:
            return PermissionActivity(through=midnight, since=since, streams=streams)
    return PermissionActivity(through=midnight, streams=streams)


def collected_days(
    logs: Collection[Stream], states: Mapping[str, SourceState], requests: PermissionActivity
) -> CollectedDays:
    """Of several streams that tell of items, the one that began last: each tells of other items."""
    of_items = (states[stream] for stream in _ITEMS if stream in logs and stream in states)
    since = max((since for state in of_items if (since := _collected_since(state))), default=None)
    return CollectedDays(
        calls=_first_whole_day(requests.since) if requests.since else None,
        items=_first_whole_day(since) if since else None,
    )


def _first_whole_day(since: datetime) -> date:
    at = since.astimezone(UTC)
    return at.date() if at.time() == time() else at.date() + _DAY


def _collected_since(state: SourceState) -> datetime | None:
    """Since the first read began, or the end of the last gap. None where that is not known."""
    return max([state.since, *(gap.end for gap in state.gaps)]) if state.since else None
