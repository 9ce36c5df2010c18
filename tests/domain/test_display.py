"""Hostile names, made fit to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.display import inert


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
    ],
)
def test_what_hides_or_passes_for_another_is_shown_by_its_code(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_long_text_is_cut() -> None:
    assert inert("a" * 10_000, most=10) == "aaaaaaaaaa…"


@given(st.text())
def test_the_result_is_one_printable_line(text: str) -> None:
    shown = inert(text)
    assert all(character.isprintable() or character.isspace() for character in shown)
    assert len(shown.splitlines()) <= 1
