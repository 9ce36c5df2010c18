"""Exports come in many shapes; every record is found once, with its place, and nothing malformed is silent."""

import gzip
import json
from pathlib import Path

import pytest

from local.replay.exports import Found, Malformed, files_below, read_file

RECORDS = [{"id": "1"}, {"id": "2"}, {"id": "3"}]
LINES = "\n".join(map(json.dumps, RECORDS))


def found(path: Path) -> list[object]:
    return [dict(read.record) for read in read_file(path) if isinstance(read, Found)]


def malformed(path: Path) -> list[Malformed]:
    return [read for read in read_file(path) if isinstance(read, Malformed)]


def written(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        LINES,
        LINES + "\n\n",
        "\n\n" + LINES,
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        json.dumps({"@odata.context": "x", "value": RECORDS}),
        json.dumps({"@odata.context": "x", "value": RECORDS}, indent=2),
        json.dumps({"records": RECORDS}, indent=1),
        "\n".join(json.dumps(record, indent=2) for record in RECORDS),
        "[\n" + ",\n".join(map(json.dumps, RECORDS)) + "\n]",
    ],
    ids=["lines", "blank end", "blank start", "list", "spread list", "page", "spread page", "blob", "objects", "rows"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_shape_and_encoding_gives_every_record_once(tmp_path: Path, content: str, encoding: str) -> None:
    assert found(written(tmp_path, "export.json", content.encode(encoding))) == RECORDS


def test_a_gzipped_export_is_read(tmp_path: Path) -> None:
    assert found(written(tmp_path, "export.jsonl.gz", gzip.compress(LINES.encode()))) == RECORDS


def test_a_csv_row_is_a_record_with_its_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "audit.csv", 'Operation,AuditData\r\nSend,"{""Id"": ""1""}"\r\n')
    assert found(path) == [{"Operation": "Send", "AuditData": '{"Id": "1"}'}]


@pytest.mark.parametrize(
    "content",
    [
        '#TYPE Deserialized.AuditRecord\r\n"Operation","UserId"\r\n"Send","ada"\r\n',
        "Operation;UserId\r\nSend;ada\r\n",
        "Operation\tUserId\r\nSend\tada\r\n",
    ],
    ids=["type line of PowerShell", "semicolons", "tabs"],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_csv_is_read_in_the_dialects_of_powershell_and_spreadsheets(
    tmp_path: Path, content: str, encoding: str
) -> None:
    assert found(written(tmp_path, "audit.csv", content.encode(encoding))) == [{"Operation": "Send", "UserId": "ada"}]


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        ("7/19/2026, 2:46:48.608 PM", "TimeGenerated", "2026-07-19T14:46:48.608000+00:00"),
        ("12/1/2026, 12:00:05 AM", "TimeGenerated", "2026-12-01T00:00:05+00:00"),
        ("19/07/2026, 14:46:48.608", "TimeGenerated [UTC]", "19/07/2026, 14:46:48.608"),
        ("13/7/2026, 2:46:48 PM", "TimeGenerated [UTC]", "13/7/2026, 2:46:48 PM"),
    ],
)
def test_only_a_time_of_the_portal_that_can_be_read_in_one_way_is_read(
    tmp_path: Path, cell: str, column: str, value: str
) -> None:
    path = written(tmp_path, "query.csv", f'"TimeGenerated [UTC]",Id\r\n"{cell}",1\r\n')
    assert found(path) == [{column: value, "Id": "1"}]


def test_the_line_of_a_csv_row_counts_the_type_line(tmp_path: Path) -> None:
    [bad] = malformed(written(tmp_path, "audit.csv", "#TYPE X\na,b\n1\n2,3\n"))
    assert bad.place.endswith("audit.csv:3")


@pytest.mark.parametrize("indent", [None, 2])
def test_tables_of_the_log_analytics_api_give_their_rows_under_their_columns(
    tmp_path: Path, indent: int | None
) -> None:
    first = {"name": "PrimaryResult", "columns": [{"name": "id", "type": "string"}], "rows": [["1"], ["2", "x"], ["2"]]}
    second = {"name": "Second", "columns": [{"name": "other", "type": "long"}], "rows": [[3]]}
    path = written(tmp_path, "answer.json", json.dumps({"tables": [first, second]}, indent=indent))
    assert found(path) == [{"id": "1"}, {"id": "2"}, {"other": 3}]
    assert [bad.place.rpartition(" ")[2] for bad in malformed(path)] == ["2"]


@pytest.mark.parametrize("broken", ['{"id": "0", "na', 'me": "x"}'])
def test_a_broken_first_line_does_not_take_the_rest_with_it(tmp_path: Path, broken: str) -> None:
    path = written(tmp_path, "x.jsonl", f"{broken}\n{LINES}")
    assert found(path) == RECORDS
    assert [bad.place.rpartition(":")[2] for bad in malformed(path)] == ["1"]


def test_a_page_of_one_record_on_a_line_of_its_own_is_a_page(tmp_path: Path) -> None:
    path = written(tmp_path, "x.json", '{"value": [\n{"id": "1"}\n]}')
    assert (found(path), malformed(path)) == ([{"id": "1"}], [])


def test_a_csv_row_with_missing_cells_is_named(tmp_path: Path) -> None:
    [bad] = malformed(written(tmp_path, "audit.csv", "a,b\n1\n2,3\n"))
    assert bad.place.endswith("audit.csv:2")


def test_a_malformed_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, "x.jsonl", '{"id": "1"}\n{broken\n"text"\n{"id": "2"}\n')
    assert found(path) == [{"id": "1"}, {"id": "2"}]
    assert [bad.place.rpartition(":")[2] for bad in malformed(path)] == ["2", "3"]


def test_a_truncated_document_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "x.json", json.dumps(RECORDS, indent=2)[:-8])
    assert found(path) == RECORDS[:2]
    assert len(malformed(path)) == 1


@pytest.mark.parametrize("content", [b"", b"\n\n", b" "])
def test_an_empty_file_holds_nothing(tmp_path: Path, content: bytes) -> None:
    assert list(read_file(written(tmp_path, "x.json", content))) == []


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xfe\xff", b"PK\x03\x04zip", b"[" * 100_000])
def test_bytes_that_are_no_export_are_named_never_fatal(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, "x.json", content)
    assert found(path) == []
    assert len(malformed(path)) == 1


def test_folders_are_searched_and_each_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    inner = written(tmp_path / "deep", "a.jsonl", LINES)
    written(tmp_path, "notes.txt", "not an export")
    assert files_below([tmp_path, inner]) == [inner]
