"""CSV that no spreadsheet takes for more than text."""

import csv
import unicodedata
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain.csv_text import csv_cell, csv_line

PARTING = st.text(st.sampled_from(";\",=+-@ \t\r'x"), max_size=12)
ODD = st.text(st.sampled_from("=+-@＝﹢－＠\t\r\n\v\x00\x1b\u200b\u202e\u2028\u00a0 ;,\"'aé"))


def read(line: str) -> list[list[str]]:
    return list(csv.reader(StringIO(line, newline=""), strict=True))


@pytest.mark.parametrize(
    "name",
    [
        "=cmd|'/C calc'!A0",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\rx",
        "\tx",
        "  =1",
        "\u00a0=1",
        "\u200b=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "﹦1",
        "\x00=1",
    ],
)
def test_a_cell_that_begins_like_a_formula_is_text(name: str) -> None:
    assert csv_cell(name).startswith("'")


@pytest.mark.parametrize("name", ["Mailer", "a=b", "x-y", "ada@contoso.example", "", "日本語", "'quoted'", "C++"])
def test_other_text_stays_as_it_is(name: str) -> None:
    assert csv_cell(name) == name


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (["Mail.Read", "User.Read"], "Mail.Read; User.Read"),
        ((), ""),
    ],
)
def test_values_are_written_plainly(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


def test_line_breaks_become_spaces_and_other_controls_go() -> None:
    assert csv_cell("one\r\ntwo\nthree\u2028four\x00\x1b[31m") == "one two three four[31m"


def test_what_follows_a_semicolon_is_guarded_where_that_parts_cells() -> None:
    assert csv_cell("Contoso;=1+1") == "Contoso;'=1+1"
    assert csv_cell(["Mail.Read", "=1"]) == "Mail.Read;' =1"
    assert csv_cell("x\";\"=cmd|'/C calc'!A0;y") == "x\";'\"=cmd|'/C calc'!A0;y"


@given(st.lists(ODD, min_size=1))
def test_a_line_is_read_back_as_its_cells_and_is_one_line(values: list[str]) -> None:
    line = csv_line(values)
    assert read(line) == [[csv_cell(value) for value in values]]
    assert line.endswith("\r\n")
    assert len(line.splitlines()) == 1


@given(ODD)
def test_no_cell_and_no_part_of_one_is_a_formula(value: str) -> None:
    for part in csv_cell(value).split(";"):
        seen = [character for character in part if unicodedata.category(character)[0] not in "CZ"]
        assert unicodedata.normalize("NFKC", "".join(seen[:1]))[:1] not in {"=", "+", "-", "@"}
        assert not any(unicodedata.category(character) == "Cc" for character in part)


@given(st.lists(st.lists(PARTING | st.lists(PARTING, max_size=3), min_size=1, max_size=4), min_size=1, max_size=4))
@example([["1", "x\";\"=cmd|'/C calc'!A0;y"]])
@example([["1", 'x;""'], ["=1", '"=2']])
def test_whichever_separator_a_spreadsheet_takes_no_cell_is_a_formula(rows: list[list[str | list[str]]]) -> None:
    text = "".join(map(csv_line, rows))
    for separator in (",", ";"):
        for cells in csv.reader(StringIO(text, newline=""), delimiter=separator):
            for cell in cells:
                assert cell.lstrip('" \t\r\n')[:1] not in {"=", "+", "-", "@"}
