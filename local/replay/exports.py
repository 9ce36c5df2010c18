"""Reads exported logs: JSON, JSON Lines and CSV, plain or gzipped, one record at a time.

Nothing is held but the record in hand, so a file of any size is read in the same memory. Each record comes with its
place (file and line, or file and number) so that a malformed one can be named.
"""

import codecs
import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import ijson
import msgspec

from local.replay.csv_rows import rows_of
from local.replay.query_tables import table_rows

_ENDINGS = (".json", ".jsonl", ".ndjson", ".log", ".csv")
_MOST_LINE = 8 * 1024 * 1024
_OPENING, _CLOSING = {"start_map", "start_array"}, {"end_map", "end_array"}
_DEEPEST = 100
_LISTS = ("value", "records", "results", "Results")
"""Where exports keep their records: a page of Graph, a blob of diagnostic settings, a hunting answer, and what
PowerShell makes of a query of Log Analytics."""
_TABLES = "tables"
"""Where the query API of Log Analytics keeps its rows, which ``query_tables`` puts together."""


class Found(msgspec.Struct, frozen=True):
    """A record as it stood."""

    place: str
    record: Mapping[str, object]


class Malformed(msgspec.Struct, frozen=True):
    """Something that is no record."""

    place: str
    reason: str


type Read = Found | Malformed


def files_below(paths: list[Path]) -> list[Path]:
    """The files themselves, and of folders every file whose name says that it is an export. Sorted, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(each for each in path.rglob("*") if each.is_file() and _is_export(each))
        found.update(dict.fromkeys(inside if path.is_dir() else [path]))
    return list(found)


def read_file(path: Path) -> Iterator[Read]:
    """Every record of one file. A file that cannot be opened or decoded is one Malformed; what came before counts."""
    try:
        yield from _read(path)
    except (OSError, EOFError, UnicodeError, csv.Error, ijson.JSONError, RecursionError) as error:
        yield Malformed(str(path), f"cannot be read from here on: {str(error)[:200]}")


def _read(path: Path) -> Iterator[Read]:
    if path.name.removesuffix(".gz").lower().endswith(".csv"):
        return _csv_rows(path)
    with _opened(path) as stream:
        first, second = _first_line(stream), _first_line(stream)
    value = _decoded(first)
    if isinstance(value, Mapping) and isinstance(value.get(_TABLES), list):
        return _query_answer(path)
    if value is not None or _is_broken_line(first, second):
        return _json_lines(path)
    return _json_document(path) if first else iter(())


def _is_export(path: Path) -> bool:
    return path.name.removesuffix(".gz").lower().endswith(_ENDINGS)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file's bytes as UTF-8 without a byte order mark; PowerShell exports UTF-16."""
    with cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb") as stream:
        head = stream.read(3)
        stream.seek(len(codecs.BOM_UTF8) if head == codecs.BOM_UTF8 else 0)
        if head[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            yield io.BufferedReader(_Utf8(io.TextIOWrapper(stream, encoding="utf-16", newline="")))
        else:
            yield stream


class _Utf8(io.RawIOBase):
    """Text as a stream of its UTF-8 bytes."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer will do; we are given views
        # A character takes at most four bytes.
        encoded = self._text.read(len(buffer) // 4).encode()
        buffer[: len(encoded)] = encoded
        return len(encoded)


def _csv_rows(path: Path) -> Iterator[Read]:
    csv.field_size_limit(_MOST_LINE)
    with _opened(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        for line, row in rows_of(text):
            place = f"{path}:{line}"
            if row is None:
                yield Malformed(place, "the row has not as many cells as the header")
            else:
                yield Found(place, row)


def _query_answer(path: Path) -> Iterator[Read]:
    with _opened(path) as stream:
        for number, row in enumerate(table_rows(stream), start=1):
            place = f"{path} row {number}"
            yield Malformed(place, "the row does not fit the table's columns") if row is None else Found(place, row)


def _first_line(stream: IO[bytes]) -> bytes:
    """The first line that is not blank, or as much of it as a record may have; empty at the end."""
    while line := stream.readline(_MOST_LINE):
        if line.strip():
            return line
    return b""


def _is_broken_line(first: bytes, second: bytes) -> bool:
    """Whether the first is a broken record of JSON Lines, and not the opening of a document on several lines."""
    return not first.rstrip().endswith((b"[", b"{", b",", b":")) and isinstance(_decoded(second), Mapping)


def _json_lines(path: Path) -> Iterator[Read]:
    with _opened(path) as stream:
        number = 0
        while line := stream.readline(_MOST_LINE):
            number += 1
            if line.strip():
                yield from _unwrapped(f"{path}:{number}", _decoded(line))


def _unwrapped(place: str, value: object) -> Iterator[Read]:
    """One line may be a record, a list of records, or a page that holds such a list."""
    if isinstance(value, Mapping):
        listed = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
        if listed is None:
            yield Found(place, value)
            return
        value = listed
    if not isinstance(value, list):
        yield Malformed(place, "not a JSON object")
        return
    for position, item in enumerate(value, start=1):
        yield from _one(f"{place} item {position}", item)


def _one(place: str, value: object) -> Iterator[Read]:
    yield Found(place, value) if isinstance(value, Mapping) else Malformed(place, "not a JSON object")


def _decoded(line: bytes) -> object:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _json_document(path: Path) -> Iterator[Read]:
    """A list, a page with a list inside, tables, or objects spread over several lines, one after another."""
    with _opened(path) as stream:
        depth = _depth_of_records(stream)
    if depth is None:
        yield from _query_answer(path)
        return
    with _opened(path) as stream:
        for number, value in enumerate(_values_at(stream, depth), start=1):
            yield from _one(f"{path} record {number}", value)


def _depth_of_records(stream: IO[bytes]) -> int | None:
    """0: at the top; 1: in a list at the top; 2: in a list of a page; None: tables. Reads no further than it must."""
    depth, key = 0, ""
    for event, value in ijson.basic_parse(stream, use_float=True, multiple_values=True):
        if event == "map_key" and depth == 1:
            key = value
        elif event in _OPENING:
            if event == "start_array" and (depth == 0 or (depth == 1 and key in _LISTS)):
                return depth + 1
            if event == "start_array" and depth == 1 and key == _TABLES:
                return None
            depth += 1
        elif event in _CLOSING:
            depth -= 1
            if depth == 0:
                break
    return 0


def _values_at(stream: IO[bytes], base: int) -> Iterator[object]:
    """Every value at this depth, built one at a time. Raises ijson.JSONError where the document is broken.

    Nesting is bounded here: a document of nothing but brackets would otherwise eat the machine's memory.
    """
    depth, key = 0, ""
    builder: ijson.ObjectBuilder | None = None
    for event, value in ijson.basic_parse(stream, use_float=True, multiple_values=True):
        if event == "map_key" and depth == 1:
            key = value
        if builder is None and depth == base and event not in _CLOSING and (base < 2 or key in _LISTS):
            builder = ijson.ObjectBuilder()
        if builder is not None:
            builder.event(event, value)
        depth += (event in _OPENING) - (event in _CLOSING)
        if depth > _DEEPEST:
            raise ijson.JSONError(f"nested deeper than {_DEEPEST}")
        if builder is not None and depth == base:
            yield builder.value
            builder = None
