"""Hostile names in cards: always text, never a link, a mention or markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.teams.markdown import to_html
from shared.outputs.cards.text import trusted, untrusted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Payroll Sync", "Payroll Sync"),
        ("Мicrosoft", "⟨U+041C⟩icrosoft"),
        ("invoice\u202efdp.exe", r"invoice⟨U+202E⟩fdp\[.\]exe"),
        ("Z" + "\u0301" * 40 + "algo", "\u0179\u0301\u0301\u0301⟨+36⟩algo"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("[click](https://evil)", r"\[click\]\(https\[:\]//evil\)"),
        ("https://evil.example/a", r"https\[:\]//evil\[.\]example/a"),
        ("www.evil.example", r"www\[.\]evil\[.\]example"),
        ("mailto:eve@evil.example", r"mailto\[:\]eve\[@\]evil\[.\]example"),
        ("evil\u3002example", r"evil\[.\]example"),
        ("<at>Ada</at>", "⟨U+003C⟩at>Ada⟨U+003C⟩/at>"),
        ("&lt;at&gt; &#60; AT&T", "⟨U+0026⟩lt;at⟨U+0026⟩gt; ⟨U+0026⟩#60; AT&T"),
        ("**b** _i_ ~~s~~ `c`", r"\*\*b\*\* \_i\_ \~\~s\~\~ \`c\`"),
        ("{{DATE(2026-01-01T00:00:00Z)}}", r"\{\{DATE\(2026-01-01T00:00:00Z\)\}\}"),
        ("${title}", r"\$\{title\}"),
        ("two\nlines\r", "two⟨U+000A⟩lines⟨U+000D⟩"),
        ("  - item", r"\- item"),
        ("1. item", r"1\. item"),
        ("# heading", r"\# heading"),
        ("> quote", r"\> quote"),
        ("\\", "\\\\"),
        ("Mail.Read, Files.ReadWrite.All", "Mail.Read, Files.ReadWrite.All"),
        ("שכר", "\u2068שכר\u2069"),
        ("", ""),
    ],
)
def test_what_could_become_active_is_shown_taken_apart(text: str, shown: str) -> None:
    assert untrusted(text) == shown


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("a" * 10_000, 10, "a" * 10 + "…"),
        ("e\u0301" * 20, 3, "é" * 3 + "…"),
        ("x\u0301" * 20, 3, "x\u0301" * 3 + "…"),
        ("👍🏽" * 5, 2, "👍🏽👍🏽…"),
        ("🇩🇪" * 5, 2, "🇩🇪🇩🇪…"),
        ("\u202e" * 10_000, 2, "⟨U+202E⟩⟨U+202E⟩…"),
        ("abc", 3, "abc"),
    ],
)
def test_a_cut_never_falls_within_what_people_see_as_one_character(text: str, most: int, shown: str) -> None:
    assert untrusted(text, most) == shown


def test_words_of_a_policy_keep_their_dots_and_lose_their_markup() -> None:
    assert trusted("event.scopes.added\n anyOf [a]") == r"event.scopes.added anyOf \[a\]"
    assert trusted("a" * 300, 5) == "aaaaa…"


_SPICED = st.lists(
    st.sampled_from(
        ["https://", "evil.com", "[", "](", ")", "<at>", "</at>", "**", "_", "{{", "}}", "\\", "&lt;", "\n", "- "]
    )
    | st.text(max_size=5),
    max_size=30,
).map("".join)


@given(_SPICED)
def test_nothing_that_a_client_makes_of_it_is_markup(text: str) -> None:
    shown = to_html(untrusted(text))
    assert re.findall(r"<(?!/?bdi)[a-z/][^>]*>", shown) == []
    assert "{{" not in untrusted(text)
    assert len(untrusted(text).splitlines()) <= 1
