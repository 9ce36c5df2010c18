"""A little of Kusto's query language, over rows in memory: what readers of logs ask, and no more.

Stages: where, project, order by, take, summarize arg_max(…, *) by. All else is refused, as the service refuses what it
cannot resolve.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.tenant.directory.collections import Object
from local.tenant.graph.kusto_conditions import KustoError, Reader, condition_of, place

__all__ = ["KustoError", "ask"]


def ask(query: str, tables: Mapping[str, Callable[[], Sequence[Object]]]) -> list[Object]:
    """The rows that the query finds; the tables by name. Raises KustoError."""
    reader = Reader(query)
    table = reader.name()
    if table not in tables:
        raise KustoError(f"Failed to resolve table or column expression named '{table}'")
    rows = list(tables[table]())
    while reader.takes("|"):
        rows = _stage(reader, rows)
    if reader.left:
        raise KustoError(f"A recognition error occurred near '{reader.left[0][1]}'")
    return rows


def _stage(reader: Reader, rows: list[Object]) -> list[Object]:
    stage = reader.name()
    if stage not in _STAGES:
        raise KustoError(f"The operator '{stage}' is not supported")
    return _STAGES[stage](reader, rows)


def _where(reader: Reader, rows: list[Object]) -> list[Object]:
    condition = condition_of(reader)
    return [row for row in rows if condition(row)]


def _project(reader: Reader, rows: list[Object]) -> list[Object]:
    names = reader.names()
    return [{name: row.get(name) for name in names} for row in rows]


def _order(reader: Reader, rows: list[Object]) -> list[Object]:
    reader.expect("by")
    columns: list[tuple[str, bool]] = []
    while not columns or reader.takes(","):
        name = reader.name()
        # Descending is the default.
        columns.append((name, not reader.takes("asc")))
        reader.takes("desc")
    for name, is_descending in reversed(columns):
        rows = sorted(rows, key=lambda row, name=name: place(row.get(name)), reverse=is_descending)  # type: ignore[misc]  # mypy infers no type for a lambda with a default
    return rows


def _take(reader: Reader, rows: list[Object]) -> list[Object]:
    return rows[: int(reader.next("number"))]


def _summarize(reader: Reader, rows: list[Object]) -> list[Object]:
    for token in ("arg_max", "("):
        reader.expect(token)
    greatest = reader.name()
    for token in (",", "*", ")", "by"):
        reader.expect(token)
    key = reader.name()
    latest: dict[Any, Object] = {}
    for row in rows:
        known = latest.get(row.get(key))
        if known is None or place(row.get(greatest)) > place(known.get(greatest)):
            latest[row.get(key)] = row
    return list(latest.values())


_STAGES = {"where": _where, "project": _project, "order": _order, "sort": _order, "take": _take, "limit": _take} | {
    "summarize": _summarize
}
