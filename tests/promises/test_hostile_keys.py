"""Text of all kinds as name, id and search: it finds its own row and nothing else."""

from collections.abc import Callable, Iterator
from itertools import batched
from random import Random

import pytest

from shared.bootstrap import Application
from shared.storage.filters import Filter
from shared.storage.keys import key
from shared.storage.rows import make_row
from shared.storage.table import Table, upserts_of
from tests.conftest import RecordFigure

_PARTS = [
    *("'", "''", '"', "`", "’", "%27", "%2527", "\\'", " or ", " and ", " eq ", " ne ", " not ", "true", "(", ")"),
    *("PartitionKey", "RowKey", "name", "@p0", "@p1", "guid'", "datetime'", "X'", ";", "--", "/*", "$filter=", "&"),
    *("/", "\\", "#", "?", "|", "~", "~7c~", "~.", "\x00", "\x1f", "\x7f", "\x85", "\r\n", "\t", "\u2028", "\ufeff"),
    *("\u202e", "e\u0301", "é", "ﬁ", "ＡＢ", "İ", "ß", "漢", "😀", "\U0010ffff", "a", "A", " ", "", "x" * 200),
]
_MOST_PARTS = 6
_ROWS_OF_A_PARTITION = 100
_PARTITIONS_OF_A_TABLE = 10
_SEARCHED = 10
"""One text in so many is searched for as well; all are read by their keys."""


async def test_no_text_finds_a_row_that_is_not_its_own(
    application: Application, unique: Callable[[str], str], record_figure: RecordFigure
) -> None:
    await every_text_finds_its_own_row(application, unique("texts"), 1000, record_figure)


@pytest.mark.soak
async def test_none_of_a_hundred_thousand_texts_does(
    application: Application, unique: Callable[[str], str], record_figure: RecordFigure
) -> None:
    await every_text_finds_its_own_row(application, unique("texts"), 100_000, record_figure)


async def every_text_finds_its_own_row(
    application: Application, table_name: str, count: int, record_figure: RecordFigure
) -> None:
    texts = list(texts_of(count))
    wrong = 0
    for number, some in enumerate(batched(texts, _ROWS_OF_A_PARTITION, strict=False)):
        # The emulator looks at every row of a table for each search.
        table = await application.connection.table(f"{table_name}{number // _PARTITIONS_OF_A_TABLE}")
        wrong += await strangers_among(table, some)
    assert len({key(text) for text in texts}) == count, "two texts share a key"
    assert wrong == 0
    record_figure("S1", "texts tried", count)
    record_figure("S1", "rows that were not their own", wrong)


async def strangers_among(table: Table, texts: tuple[str, ...]) -> int:
    """How often one of the texts, as a key or in a filter, finds another row than its own or misses that."""
    partition = key("hostile", texts[0])
    for batch in upserts_of(make_row(partition, key(text), {"name": text}) for text in texts):
        await table.commit(batch)
    names = {row["RowKey"]: row["name"] async for row in table.query(Filter.partition(partition))}
    wrong: int = sum(names.get(key(text)) != text for text in texts) + len(names) - len(texts)
    for text in texts[::_SEARCHED]:
        found = [row["name"] async for row in table.query(Filter().where("name", "eq", text))]
        wrong += found != [text]
        of_key = Filter.partition(partition).where("RowKey", "eq", key(text))
        wrong += [row["name"] async for row in table.query(of_key)] != [text]
    return wrong


def texts_of(count: int) -> Iterator[str]:
    """All different, from a seed."""
    random, seen = Random(7), set[str]()
    while len(seen) < count:
        text = "".join(random.choice(_PARTS) for _ in range(random.randint(1, _MOST_PARTS)))
        if text not in seen:
            seen.add(text)
            yield text
