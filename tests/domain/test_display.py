"""Hostile names, made fit to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.display import inert, shown_name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Payroll Sync", "Payroll Sync"),
        ("M\u0456crosoft Teams", "M⟨U+0456⟩crosoft Teams"),
        ("Приложение", "Приложение"),
        ("日本語 アプリ", "日本語 アプリ"),
        ("éclair", "éclair"),
        ("abc\u202edcba", "abc⟨U+202E⟩dcba"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("two\nlines\r", "two⟨U+000A⟩lines⟨U+000D⟩"),
        ("\x1b[31mred", "⟨U+001B⟩[31mred"),
        ("Z" + "\u0301" * 40, "Z\u0301\u0301\u0301⟨+37⟩"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_what_hides_or_passes_for_another_is_shown_by_its_code(text: str, shown: str) -> None:
    assert inert(text) == shown


BLANK = [
    *("\u3164", "\u2800", "\u115f", "\u1160", "\u00a0", "\u2003", "\u3000", "\ufe0f", "\u034f", "\u00ad"),
    *("\uffa0", "\u180e", "\u2060", "\u17b4", "\U0001d159", "\U000e0100"),
]
"""Characters that show nothing, though some count as letters, marks or symbols."""


@pytest.mark.parametrize("character", BLANK)
def test_what_shows_nothing_is_shown_by_its_code(character: str) -> None:
    assert inert(f"Pay{character}roll") == f"Pay⟨U+{ord(character):04X}⟩roll"


@pytest.mark.parametrize("name", [*BLANK, " ", " \u3164\u2800 "])
def test_a_name_that_looks_blank_is_said_to_be_so(name: str) -> None:
    assert shown_name(name, "no name") == "(blank name)"


def test_only_a_name_that_is_not_there_is_replaced() -> None:
    assert [shown_name(name, "no name") for name in (None, "", "Payroll Sync", "\u3164x")] == [
        *("no name", "no name"),
        *("Payroll Sync", "\u3164x"),
    ]


def test_long_text_is_cut() -> None:
    assert inert("a" * 10_000, most=10) == "aaaaaaaaaa…"


@given(st.text())
def test_the_result_is_one_printable_line(text: str) -> None:
    shown = inert(text)
    assert all(character.isprintable() or character.isspace() for character in shown)
    assert len(shown.splitlines()) <= 1


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert inert(text, most=len(text)) == text
