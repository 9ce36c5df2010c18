"""A file of the list, made of all stored apps: first each by itself, then what apps reach by way of apps they own."""

import asyncio
import sqlite3
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from datetime import datetime
from itertools import batched
from pathlib import Path

from shared.domain.apps import App
from shared.domain.escalation import MOST_TAKEN_OVER, EscalationTarget, can_take_over_owned, own_targets
from shared.domain.summarize import summary_of
from shared.storage.app_list_file import ListBuilder
from shared.storage.app_list_rows import BATCH, ListedApp
from shared.storage.apps import TableApps

_AGAIN = 100
"""Apps that are read once more at a time."""

_STEPS = (
    "CREATE TEMP TABLE reached (app_id TEXT, target TEXT, PRIMARY KEY (app_id, target)) WITHOUT ROWID",
    # By the object id of the service principal, since that is what owns.
    "CREATE TEMP TABLE takers (principal_id TEXT PRIMARY KEY, app_id TEXT) WITHOUT ROWID",
)
_REACHED_THROUGH = """
WITH RECURSIVE
    taken (taker, app_id) AS (
        SELECT takers.app_id, apps.app_id
        FROM takers JOIN owners ON owner_id = principal_id JOIN apps USING (number)
        WHERE apps.deleted IS NULL
    ),
    everything (app_id, target, depth) AS (
        SELECT app_id, target, 0 FROM reached
        UNION
        SELECT taker, target, depth + 1 FROM everything JOIN taken USING (app_id) WHERE depth < ?
    )
SELECT app_id, group_concat(target, ' ')
FROM (SELECT app_id, target FROM everything EXCEPT SELECT app_id, target FROM reached)
GROUP BY app_id
"""
"""As deep as the paths of one app, so that apps which own each other come to an end. Deleted apps lead nowhere."""


async def build_anew(path: Path, apps: TableApps, now: datetime) -> int:
    """Returns how many apps the file lists. Holds one batch of apps in memory, and the few that reach something."""
    with ListBuilder(path) as builder:
        for step in _STEPS:
            builder.connection.execute(step)
        listed = 0
        async for some in _batched(apps.all(), BATCH):
            await asyncio.to_thread(_write, builder, some, now)
            listed += len(some)
        gained = await asyncio.to_thread(_reached_through, builder.connection)
        for app_ids in batched(gained, _AGAIN, strict=False):
            found = (await apps.get(app_ids)).values()
            rows = [ListedApp(summary_of(app, now, gained[app.app_id]), owners_of(app)) for app in found]
            await asyncio.to_thread(builder.rows.replace, rows)
        await asyncio.to_thread(builder.finish)
        return listed


def owners_of(app: App) -> tuple[str, ...]:
    """Those that are service principals."""
    return tuple(owner.id for owner in app.owners or () if owner.kind == "servicePrincipal")


def _write(builder: ListBuilder, apps: Iterable[App], now: datetime) -> None:
    listed, takers = [], []
    reached: set[tuple[str, str]] = set()
    for app in apps:
        listed.append(ListedApp(summary_of(app, now), owners_of(app)))
        reached.update((app.app_id, target.value) for target in own_targets(app))
        if app.service_principal_id and app.deleted is None and can_take_over_owned(app):
            takers.append((app.service_principal_id, app.app_id))
    builder.rows.add(listed)
    builder.connection.executemany("INSERT INTO reached VALUES (?, ?)", reached)
    builder.connection.executemany("INSERT OR REPLACE INTO takers VALUES (?, ?)", takers)


def _reached_through(connection: sqlite3.Connection) -> dict[str, frozenset[EscalationTarget]]:
    """What apps reach only through others."""
    return {
        app_id: frozenset(map(EscalationTarget, targets.split()))
        for app_id, targets in connection.execute(_REACHED_THROUGH, (MOST_TAKEN_OVER,))
    }


async def _batched(apps: AsyncIterable[App], size: int) -> AsyncIterator[list[App]]:
    some: list[App] = []
    async for app in apps:
        some.append(app)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some
