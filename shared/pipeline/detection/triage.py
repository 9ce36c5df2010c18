"""People change alerts: read, decide, commit with history, show.

The change and its history entry are one commit, conditional on what was read; so no change is lost, none is without a
name, and none rests on a state that its author had not seen, where he says which one that was.
"""

import asyncio
import logging
import random
from datetime import datetime

from shared.domain.alert_queries import ListedAlert
from shared.domain.alert_series import AlertChange
from shared.domain.errors import Conflict, Unavailable
from shared.domain.history import next_entry
from shared.domain.roles import Caller
from shared.domain.triage import TriageChanges, triage
from shared.pipeline.services import Services

_MOST_TRIES = 10
_LONGEST_PAUSE_SECONDS = 0.2
"""Of each other round. A pause of random length lets one of several writers through, who else fail together."""
_ANY_VERSION = "*"
_log = logging.getLogger(__name__)


class UnknownAlert(Exception):
    """There is no alert of this id."""


class StaleEtag(Exception):
    """The alert is no longer the version that the caller saw."""


async def update_alert(
    services: Services, alert_id: str, changes: TriageChanges, caller: Caller, if_match: str | None, now: datetime
) -> ListedAlert:
    """Change one alert and return it with its ETag. What is so already changes nothing and leaves no history.

    ``if_match`` is the ETag that the caller saw, None or ``*`` for any. Raises UnknownAlert, StaleEtag, TriageRefused,
    IllegalTransition, and Unavailable when storage is, or when others write all the time.
    """
    for _ in range(_MOST_TRIES):
        current = await services.alerts.get(alert_id)
        if current is None:
            raise UnknownAlert(alert_id)
        if if_match not in {None, _ANY_VERSION, current.etag}:
            raise StaleEtag(alert_id)
        triaged = triage(current.alert, changes, caller.name, now)
        if not triaged.edits:
            return ListedAlert(alert=current.alert, etag=current.etag)
        entry = next_entry(current.last_history, now, _signature(caller), "updated", triaged.edits, changes.reason)
        change = AlertChange(alert=triaged.alert, expected_version=current.series_version, history=(entry,))
        try:
            return await _write(services, change, now)
        except Conflict:
            # New evidence, or another person: the next round reads it, and looks at the ETag again.
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 -- guards nothing
    raise Unavailable(f"alert {alert_id} changed {_MOST_TRIES} times meanwhile")


async def _write(services: Services, change: AlertChange, now: datetime) -> ListedAlert:
    """The intent comes first, so that a crash after the commit leaves a trace for the sweeper."""
    alert = change.alert
    await services.intents.open(alert.id, now)
    etag = await services.alerts.commit(change)
    try:
        # The message tells the routes and closes the intent; projecting here shows the change in the list at once.
        await services.queue.settle(alert.id)
        await services.alert_list.project(alert, etag)
    except (Conflict, Unavailable) as error:
        # Not the caller's failure: the change is made, and its intent makes the lists follow.
        _log.warning("the lists will follow later", extra={"alert": alert.id, "reason": str(error)})
    return ListedAlert(alert=alert, etag=etag)


def _signature(caller: Caller) -> str:
    """The name for people, the object id for certainty: names change, and two people may share one."""
    return f"{caller.name} ({caller.id})"
