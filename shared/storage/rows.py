"""What a table row looks like: two keys, the schema, columns to filter by, and a body of JSON.

A property holds at most 32 Ki UTF-16 units, so the body is cut over ``body_00``, ``body_01`` and so on. A row holds
at most 1 MiB; Azurite does not always check that, so it is checked here.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from azure.data.tables import TableEntity

from shared.storage.errors import NewerSchema, RowTooLarge

type Column = str | int | bytes
"""Integers are stored as 32 bits: larger numbers belong into the body."""
type Row = dict[str, Column]

SCHEMA = 1
KEYS = ("PartitionKey", "RowKey", "schema")
MOST_ROW_BYTES = 900 * 1024
MOST_PROPERTY_BYTES = 64 * 1024
_MOST_UNITS = 32_000
_MOST_PIECES = 15
_BYTES_OF_UNIT = 2


def make_row(
    partition: str, row: str, columns: Mapping[str, Column] | None = None, body: object = None, name: str = "body"
) -> Row:
    """A row ready to be written; ``body`` is anything that msgspec encodes. Raises RowTooLarge."""
    made: Row = {"PartitionKey": partition, "RowKey": row, "schema": SCHEMA, **(columns or {})}
    if body is not None:
        text = msgspec.json.encode(body).decode()
        made.update({f"{name}_{number:02}": piece for number, piece in enumerate(_pieces(text))})
    sizes = [_stored_bytes(value) for value in made.values()]
    if sum(sizes) > MOST_ROW_BYTES or max(sizes) > MOST_PROPERTY_BYTES:
        raise RowTooLarge(f"a row of {sum(sizes)} bytes with a property of {max(sizes)} is too large")
    return made


def read_body[T](row: TableEntity, kind: type[T], name: str = "body") -> T:
    """The body of a row as read. Raises NewerSchema for a row that a newer version wrote."""
    check_schema(row)
    text = "".join(row[column] for column in body_columns(name) if column in row)
    return msgspec.json.decode(text, type=kind)


def body_columns(name: str = "body") -> tuple[str, ...]:
    """The columns that may hold a body, for queries that select."""
    return tuple(f"{name}_{number:02}" for number in range(_MOST_PIECES))


def check_schema(row: Mapping[str, Any]) -> None:
    """Raises NewerSchema rather than misread a row."""
    if row["schema"] > SCHEMA:
        raise NewerSchema(f"a row has schema {row['schema']}; this version reads up to {SCHEMA}")


def version_of(row: TableEntity) -> str:
    """The ETag of a row as read. A query that selects columns must select ``Timestamp`` for it."""
    etag = row.metadata["etag"]
    if etag is None:
        raise KeyError("the row was read without its Timestamp")
    return etag


def wire_bytes(row: Row) -> int:
    """About how much a row adds to a request: clients send JSON with every non-ASCII unit as six characters."""
    return sum(
        len(name) + len(b64encode(value) if isinstance(value, bytes) else json.dumps(value))
        for name, value in row.items()
    )


def _stored_bytes(value: Column) -> int:
    if isinstance(value, int):
        return 4
    return len(value if isinstance(value, bytes) else value.encode("utf-16-le", "surrogatepass"))


def _pieces(text: str) -> Iterator[str]:
    """Cut by UTF-16 units, never between the two that make one character."""
    encoded = text.encode("utf-16-le")
    start = 0
    while start < len(encoded):
        end = min(start + _BYTES_OF_UNIT * _MOST_UNITS, len(encoded))
        high_surrogate_is_last = 0xD8 <= encoded[end - 1] <= 0xDB
        if high_surrogate_is_last:
            end -= _BYTES_OF_UNIT
        yield encoded[start:end].decode("utf-16-le")
        start = end
