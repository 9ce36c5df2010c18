"""An entry in the history of an alert, beside whatever others do to it meanwhile."""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from shared.domain.alert_series import AlertChange
from shared.domain.alerts import HistoryEntry
from shared.domain.episodes import next_version_time
from shared.domain.errors import Conflict, Unavailable
from shared.pipeline.remediation.services import RemediationServices

_MOST_TRIES = 10
_LONGEST_PAUSE_SECONDS = 0.2

type NextEntry = Callable[[Sequence[HistoryEntry]], HistoryEntry | None]
"""The entry that follows this history; None where it tells of that already."""


async def tell_alert(services: RemediationServices, alert_id: str, entry_after: NextEntry, now: datetime) -> None:
    """Raises Unavailable when storage is, or when others change the alert all the time."""
    for _ in range(_MOST_TRIES):
        current = await services.alerts.get(alert_id)
        entry = entry_after(await services.alerts.history(alert_id))
        if current is None or entry is None:
            return
        await services.intents.open(alert_id, now)
        told = AlertChange(
            alert=replace(current.alert, last_update_date_time=next_version_time(current.alert, now)),
            expected_version=current.series_version,
            history=(entry,),
        )
        try:
            await services.alerts.commit(told)
        except Conflict:
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 -- guards nothing
            continue
        await services.queue.settle(alert_id)
        return
    raise Unavailable(f"alert {alert_id} changed {_MOST_TRIES} times meanwhile")
