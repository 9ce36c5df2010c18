"""Answers of the Log Analytics query API: tables whose columns are named once and whose rows are lists of values."""

from collections.abc import Iterator
from typing import IO

import ijson

_COLUMNS, _COLUMN_NAME, _ROW = "tables.item.columns", "tables.item.columns.item.name", "tables.item.rows.item"
_DEEPEST = 20
"""Values of type dynamic are JSON in a string: a row is a flat list."""


def table_rows(stream: IO[bytes]) -> Iterator[dict[str, object] | None]:
    """Each row under the names of its columns; None for a row that does not fit them. Raises ijson.JSONError.

    The API writes a table's columns before its rows, so that one row at a time is held.
    """
    columns: list[str] = []
    row: ijson.ObjectBuilder | None = None
    depth = 0
    for prefix, event, value in ijson.parse(stream, use_float=True, multiple_values=True):
        depth += (event in {"start_map", "start_array"}) - (event in {"end_map", "end_array"})
        if depth > _DEEPEST:
            raise ijson.JSONError(f"nested deeper than {_DEEPEST}")
        if prefix == _COLUMNS and event == "start_array":
            columns = []
        elif prefix == _COLUMN_NAME:
            columns.append(str(value))
        elif row is None and prefix == _ROW:
            row = ijson.ObjectBuilder()
        if row is not None:
            row.event(event, value)
        if row is not None and prefix == _ROW and not event.startswith("start_"):
            yield _named(columns, row.value)
            row = None


def _named(columns: list[str], row: object) -> dict[str, object] | None:
    return dict(zip(columns, row, strict=True)) if isinstance(row, list) and len(row) == len(columns) else None
