"""Letters of a name that pass for others, and names that have none."""

import pytest

from shared.domain.look_alikes import look_alike_note, look_alikes


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Micros\u043eft Teams", "\u043e"),
        ("\u0410pp\u0399e", "\u0410\u0399"),
        ("\uff2dail", "\uff2d"),
        ("\U0001d40cail \u24c2", "\U0001d40c\u24c2"),
        ("\u0410\u0440\u0440", "\u0410\u0440"),
        ("\u039f\u039d\u0395", "\u039f\u039d\u0395"),
        ("Teams \u0421\u0420", "\u0421\u0420"),
    ],
)
def test_letters_that_pass_for_others_are_named_once_each(name: str, letters: str) -> None:
    assert look_alikes(name) == tuple(letters)


@pytest.mark.parametrize(
    "name",
    [
        "Payroll Sync",
        "Приложение Teams",
        "Все отчёты",
        "Μισθοδοσία",
        "日本語App",
        "Søren’s café №5™ ½",
        "",
    ],
)
def test_a_name_that_shows_its_alphabet_has_none(name: str) -> None:
    assert look_alikes(name) == ()
    assert look_alike_note(name) == ""


def test_the_note_gives_code_and_name_of_the_letter() -> None:
    assert look_alike_note("Micros\u043eft") == (
        "Contains a letter of another alphabet or style: U+043E, CYRILLIC SMALL LETTER O"
    )


def test_the_note_of_many_letters_stays_short() -> None:
    note = look_alike_note("".join(map(chr, range(0xFF21, 0xFF3B))))
    assert note.startswith("Contains letters of another alphabet or style: U+FF21, FULLWIDTH LATIN CAPITAL LETTER A; ")
    assert note.endswith("; and 23 more")
