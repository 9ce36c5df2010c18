"""Pages and walks over one state of the list. All of it blocks: call it in threads."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from shared.domain.app_summaries import AppPage, AppQuery, AppSummary
from shared.storage.app_list_query import (
    Condition,
    Place,
    after_place,
    all_of,
    filters,
    included,
    order_of,
    place_of,
    token_of,
)
from shared.storage.app_list_rows import BATCH, bodies_of

_EVERYTHING = Condition("TRUE")


def page(connection: sqlite3.Connection, query: AppQuery, top: int, place: Place | None, now: datetime) -> AppPage:
    """Reads ``apps`` from end to end once, and of the bodies only those shown."""
    asked = list(filters(query, now))
    matching = all_of([*included(query), *asked])
    rest = after_place(place) if place else _EVERYTHING
    # What filters left is set aside, and counted there. Without filters that is nearly all: an index counts it sooner.
    kept, counted = ("MATERIALIZED", "matching") if asked else ("NOT MATERIALIZED", f"apps WHERE {matching.text}")
    found = connection.execute(
        f"WITH matching AS {kept} ({_matching(query, matching)}), total AS (SELECT count(*) AS total FROM {counted}),"  # noqa: S608 -- as below
        f" shown AS (SELECT * FROM matching WHERE {rest.text} ORDER BY {order_of(query)} LIMIT ?)"
        f" SELECT total, number, app_id, place FROM total LEFT JOIN shown ORDER BY {order_of(query)}",
        (*matching.values, *rest.values, top + 1),
    ).fetchall()
    listed = [row for row in found if row[1] is not None]
    shown = listed[:top]
    return AppPage(
        apps=bodies_of(connection, (number for _, number, _, _ in shown)),
        total=found[0][0],
        next=token_of(query, shown[-1][3], shown[-1][2]) if shown and len(listed) > top else None,
    )


def walk(connection: sqlite3.Connection, query: AppQuery, now: datetime) -> Iterator[tuple[AppSummary, ...]]:
    """All that match, a batch at a time."""
    matching = all_of([*included(query), *filters(query, now)])
    found = connection.execute(f"{_matching(query, matching)} ORDER BY {order_of(query)}", matching.values)
    while some := found.fetchmany(BATCH):
        yield bodies_of(connection, (number for number, _, _ in some))


def _matching(query: AppQuery, matching: Condition) -> str:
    """In the order of the table: an index on what nearly all apps have would lead to them one by one."""
    return f"SELECT number, app_id, {place_of(query)} AS place FROM apps NOT INDEXED WHERE {matching.text}"  # noqa: S608 -- text from fixed tables; values are bound
