"""Keeping each day's list of apps, and removing what is too old."""

from datetime import datetime

from shared.domain.inventory_days import InventoryDay
from shared.pipeline.inventory.services import InventoryServices


async def record_day(services: InventoryServices, now: datetime) -> InventoryDay | None:
    """Once a UTC day; None if there was nothing to do.

    Before the directory was read as a whole, and while apps of a later read are only beginning to show, the list holds
    some of the apps: a day of that would tell of apps that came or went, though none did. It waits until the list shows
    what was read.
    """
    state = (await services.inventory_reads.state()).state
    if state.last_complete_read is None or state.list_is_stale:
        return None
    return await services.history.record(now)


async def purge_history(services: InventoryServices, now: datetime) -> int:
    """Returns how many snapshots and days were removed."""
    return await services.history.purge(now)
