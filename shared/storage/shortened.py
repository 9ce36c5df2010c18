"""Rows of objects that may be larger than a row: the largest properties go, rather than the object or the work.

What is left out is unknown to whoever reads the row. The column ``cut`` names it, so that it can be told from what was
never there.
"""

import logging
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from shared.storage.errors import RowTooLarge
from shared.storage.rows import Column, Row, make_row

_log = logging.getLogger(__name__)


def make_row_of(
    partition: str, row: str, columns: Mapping[str, Column] | None, body: object, kept: Collection[str]
) -> Row:
    """As ``make_row``, for a JSON object of any size. Its properties ``kept`` are small and never left out."""
    try:
        return make_row(partition, row, columns, body)
    except RowTooLarge:
        left: dict[str, Any] = msgspec.to_builtins(body)
    sizes = {name: len(msgspec.json.encode(value)) for name, value in left.items() if name not in kept}
    cut: list[str] = []
    for name in sorted(sizes, key=lambda each: sizes[each], reverse=True):
        del left[name]
        cut.append(name)
        try:
            shortened = make_row(partition, row, {**(columns or {}), "cut": " ".join(cut)[:1000]}, left)
        except RowTooLarge:
            continue
        _log.warning("object too large for its row", extra={"row": row, "properties": len(cut)})
        return shortened
    raise RowTooLarge("an object is too large for its row by its ids alone")
