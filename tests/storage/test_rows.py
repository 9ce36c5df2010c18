"""Rows: what is written is read back, whatever the text, up to the size that Table Storage takes."""

from datetime import UTC, datetime

import pytest
from azure.data.tables import TableEntity
from hypothesis import given
from hypothesis import strategies as st

from shared.storage.connection import StorageConnection
from shared.storage.errors import NewerSchema, RowTooLarge
from shared.storage.filters import Filter
from shared.storage.keys import key, time_text
from shared.storage.rows import MOST_ROW_BYTES, make_row, read_body

BOUNDARY = 32_000
TEXTS = [
    pytest.param("a" * 31_998 + "😀" * 3, id="astral over the boundary"),
    pytest.param("a" * 31_997 + "😀" * 40_000, id="astral far over the boundary"),
    pytest.param("漢" * 100_000, id="chinese, japanese, korean"),
    pytest.param("\x00\r\n\u2028\ufeff\uffff", id="controls and separators"),
    pytest.param("e\u0301é" * 20_000, id="combining, both forms"),
    pytest.param("x" * 420_000, id="nearly a full row"),
]


def as_read(row: dict[str, str | int | bytes]) -> TableEntity:
    return TableEntity(row)


@given(st.integers(-4, 4), st.text(max_size=12), st.sampled_from(["a", "é", "漢", "😀"]))
def test_a_body_is_read_back_whatever_stands_at_the_boundary(shift: int, text: str, filling: str) -> None:
    units = len(filling.encode("utf-16-le")) // 2
    body = filling * (BOUNDARY // units + shift) + text
    row = make_row("p", "r", body=body)
    assert read_body(as_read(row), str) == body
    assert all(len(value.encode("utf-16-le")) <= 64 * 1024 for value in row.values() if isinstance(value, str))


@pytest.mark.parametrize("text", TEXTS)
async def test_the_service_returns_the_body_it_was_given(connection: StorageConnection, text: str) -> None:
    table = await connection.table("rows")
    await table.upsert(make_row("p", "r", {"packed": b"\x00\xff", "text": "'"}, text))
    row = await table.get("p", "r")
    assert row is not None
    assert read_body(row, str) == text
    assert (row["packed"], row["text"], row["schema"]) == (b"\x00\xff", "'", 1)


def test_a_row_beyond_the_limit_is_refused_before_it_is_sent() -> None:
    make_row("p", "r", body="x" * (MOST_ROW_BYTES // 2 - 100))
    with pytest.raises(RowTooLarge):
        make_row("p", "r", body="x" * (MOST_ROW_BYTES // 2))
    with pytest.raises(RowTooLarge):
        make_row("p", "r", {"text": "😀" * 16_385})
    with pytest.raises(RowTooLarge):
        make_row("p", "r", {"packed": bytes(64 * 1024 + 1)})


def test_a_row_of_a_newer_version_is_refused_plainly() -> None:
    row = make_row("p", "r", {"schema": 2}, "text")
    with pytest.raises(NewerSchema, match="schema 2"):
        read_body(as_read(row), str)


HOSTILE = [
    "' or PartitionKey ne '",
    "''",
    "%27",
    "x' or true or 'x' eq 'x",
    "’or’",
    "\x00",
    "a/b\\c#d?e",
    "@p0 and @p1",
    "\u202ereversed",
    "A" * 1024,
    "",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_is_only_ever_a_value(connection: StorageConnection, text: str) -> None:
    table = await connection.table("hostile")
    partition = f"p|{key(text)}"
    await table.upsert(make_row("p|other", "row", {"name": "other"}, "secret"))
    await table.upsert(make_row(partition, f"r|{key(text)}", {"name": text}, "own"))
    by_key = [row async for row in table.query(Filter.partition(partition))]
    by_column = [row async for row in table.query(Filter().where("name", "eq", text))]
    assert [read_body(row, str) for row in by_key] == ["own"]
    assert [read_body(row, str) for row in by_column] == ["own"]
    assert await table.get(partition, f"r|{key(text)}") is not None


async def test_text_of_32_kib_is_a_key_of_its_own_and_no_filter(connection: StorageConnection) -> None:
    table = await connection.table("long")
    text = "A" * 32 * 1024
    await table.upsert(make_row("p", key(text), {"name": text}))
    row = await table.get("p", key(text))
    assert row is not None
    assert row["name"] == text
    assert await table.get("p", key(text[1:])) is None
    with pytest.raises(ValueError, match="too many to filter by"):
        Filter().where("name", "eq", text)


async def test_any_of_several_values_is_one_bracketed_condition(connection: StorageConnection) -> None:
    table = await connection.table("several")
    for row, status in enumerate(["new", "resolved", "inProgress"]):
        await table.upsert(make_row("p", str(row), {"status": status}))
        await table.upsert(make_row("q", str(row), {"status": status}))
    where = Filter.partition("p").any_of("status", {"new", "resolved"})
    assert [(row["PartitionKey"], row["status"]) async for row in table.query(where)] == [
        ("p", "new"),
        ("p", "resolved"),
    ]


async def test_a_range_of_row_keys_holds_its_first_but_not_its_end(connection: StorageConnection) -> None:
    table = await connection.table("range")
    hours = [time_text(datetime(2026, 3, 2, hour, tzinfo=UTC)) for hour in range(4)]
    for hour in hours:
        await table.upsert(make_row("p", hour))
    found = [row["RowKey"] async for row in table.query(Filter.partition("p", hours[1], hours[3]))]
    assert found == hours[1:3]
