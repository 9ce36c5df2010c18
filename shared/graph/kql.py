"""Queries in Kusto, and how a table is read by them: in slices, each from where the last one ended.

A table has no links of its own. One of ours says where the next page begins: the time of the last row, as it was
written, and its id. Whatever is put into a query is a literal that was checked before.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from shared.domain.errors import DeltaExpired

MOST_ROWS = 5_000
_FEWEST_ROWS = 50
_SMALLER = 10
"""By so much are a page and its slice of time smaller after one that was too much."""
_SHORTEST = timedelta(minutes=1)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z", re.ASCII)
_LONGEST_ID = 512


class Table(Struct, frozen=True, kw_only=True):
    """A table and the columns by which it is read; ``app_column`` holds appIds, where one does."""

    name: str
    time_column: str
    id_column: str
    app_column: str | None = None


class Position(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """After which row, or with an empty ``row_id`` from which time on, a page begins."""

    time: str
    row_id: str = ""

    @property
    def link(self) -> str:
        return msgspec.json.encode(self).decode()


def position_in(link: str) -> Position:
    """Raises DeltaExpired for what is no link of ours."""
    try:
        position = msgspec.json.decode(link, type=Position)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise DeltaExpired("the link is not one of a query") from None
    if not _is_time(position.time) or len(position.row_id) > _LONGEST_ID:
        raise DeltaExpired("the link leads to no row")
    return position


def instant(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def text(value: str) -> str:
    """A string literal: everything but plain ASCII is escaped, as are quotes and backslashes."""
    return '"' + "".join(_escaped(character) for character in value) + '"'


def page_query(table: Table, start: Position, end: str, most: int, own_app_ids: Sequence[str], *, closed: bool) -> str:
    """Rows from ``start`` to ``end`` (which is included if ``closed``), oldest first.

    Strings have no order in Kusto but that of ``strcmp``. What our own apps did is left out by the service already.
    """
    time, row_id = table.time_column, table.id_column
    since, until = _literal(start.time), _literal(end)
    begins = f"{time} >= {since}"
    if start.row_id:
        begins = f"{time} > {since} or ({time} == {since} and strcmp({row_id}, {text(start.row_id)}) > 0)"
    lines = [table.name, f"where {begins}", f"where {time} {'<=' if closed else '<'} {until}"]
    if table.app_column and own_app_ids:
        lines.append(f"where {table.app_column} !in~ ({', '.join(map(text, own_app_ids))})")
    return " | ".join([*lines, f"order by {time} asc, {row_id} asc", f"take {most}"])


class Slices:
    """How much one query asks for: less after one that was too much, and more again as long as that goes well."""

    def __init__(self, most: int) -> None:
        self.most = self._most = most
        self._span: timedelta | None = None

    def end_of(self, start: Position, end: datetime) -> tuple[str, bool]:
        """Where the slice that begins at ``start`` ends, and whether that is the end of all."""
        if self._span is None:
            return instant(end), True
        until = datetime.fromisoformat(start.time) + self._span
        return (instant(end), True) if until >= end else (instant(until), False)

    def shrink(self, whole: timedelta) -> bool:
        """After a query that was too much; False where there is nothing smaller to ask for."""
        span = self._span or whole
        if self.most <= _FEWEST_ROWS and span <= _SHORTEST:
            return False
        self.most = min(max(self.most // _SMALLER, _FEWEST_ROWS), self._most)
        self._span = max(span / _SMALLER, _SHORTEST)
        return True

    def grow(self) -> None:
        """After a query that went well."""
        self.most = min(self.most * 2, self._most)
        if self._span is not None:
            self._span = self._span * 2 if self._span < timedelta(days=1) else None


def next_position(last: Position | None, begun: Position, end: str, *, full: bool, closed: bool) -> Position | None:
    """Where the next page begins, None at the end. ``last`` is the last row; ``full`` says that there may be more.

    Raises ValueError where the rows lead nowhere: they would be read for ever.
    """
    if not full:
        return None if closed else Position(end)
    if last is None or not _is_time(last.time) or not last.row_id or len(last.row_id) > _LONGEST_ID:
        raise ValueError("the last row has no time or no id")
    if last == begun:
        raise ValueError("the rows do not go on")
    return last


def _literal(time: str) -> str:
    if not _is_time(time):
        raise ValueError("no time in UTC")
    return f"datetime({time})"


def _is_time(value: str) -> bool:
    try:
        return bool(_TIME.fullmatch(value) and datetime.fromisoformat(value))
    except ValueError:
        return False


def _escaped(character: str) -> str:
    if character.isascii() and character.isprintable() and character not in "\"\\'":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
