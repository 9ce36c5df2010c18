"""Rows of exported CSV files, in the dialects that portals, PowerShell and spreadsheets write."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TextIO

_TYPE_LINE = "#TYPE "
"""How Export-Csv of Windows PowerShell begins a file unless it is told not to."""

_UTC = " [UTC]"
"""What the portal of Log Analytics adds to the names of columns that hold times."""

_AMERICAN = re.compile(r"\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d:\d\d(\.\d{1,6})? [AP]M", re.ASCII)


def rows_of(text: TextIO) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Each row with the number of its last line; None for one that has not as many cells as the header.

    Raises csv.Error.
    """
    header, skipped = _header_line(text)
    if not header:
        return
    rows = csv.DictReader(_with_first(header, text), delimiter=max(",;\t", key=header.count))
    for row in rows:
        is_whole = None not in row and None not in row.values()
        yield rows.line_num + skipped, _plain(row) if is_whole else None


def _header_line(text: TextIO) -> tuple[str, int]:
    first = text.readline()
    return (text.readline(), 1) if first.startswith(_TYPE_LINE) else (first, 0)


def _with_first(line: str, rest: TextIO) -> Iterator[str]:
    yield line
    yield from rest


def _plain(row: dict[str, str]) -> dict[str, str]:
    """The row under the columns' own names.

    The portal writes times as the reader's region does. Only the American form, which no other region shares, is
    understood; a column in any other keeps its odd name, so that the record is undated rather than dated wrongly.
    """
    return dict(_plain_cell(name, value) for name, value in row.items())


def _plain_cell(name: str, value: str) -> tuple[str, str]:
    if name.endswith(_UTC) and _AMERICAN.fullmatch(value):
        told = value if "." in value else value.replace(" AM", ".0 AM").replace(" PM", ".0 PM")
        try:
            moment = datetime.strptime(told, "%m/%d/%Y, %I:%M:%S.%f %p").replace(tzinfo=UTC)
        except ValueError:
            return name, value
        return name.removesuffix(_UTC), moment.isoformat()
    return name, value
