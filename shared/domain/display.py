"""Text that an attacker controls, made fit to show: nothing is hidden, and no letter passes for another."""

import re
import unicodedata
from itertools import groupby
from typing import Final

_SHOWN_AS_CODE: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
"""Controls, format characters (bidirectional overrides, zero-width), unassigned, private use, separators."""
_BLANK: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U0001d159"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Letters, marks and symbols that show nothing: fillers, the empty Braille pattern, and variation selectors."""
_LOOK_ALIKE_SCRIPTS: Final = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Scripts with letters that pass for Latin ones."""
_MOST_MARKS: Final = 3
"""Combining marks on one letter: no language needs more in one place, floods of them cover the lines around."""


def inert(text: str, most: int = 300) -> str:
    """One line of visible text of bounded length.

    Characters that hide or reorder others, or show nothing themselves, appear as ``⟨U+202E⟩``, and so do letters of
    another script within a Latin word. Text that is wholly of another script stays as it is. Of a flood of combining
    marks the first few are kept and the others counted: ``⟨+36⟩``.
    """
    shown = text[: most + 1]
    if not _is_plain(shown):
        shown = _without_floods("".join(map(_visible_word, re.split(r"(\s+)", shown))))
    return shown if len(text) <= most else shown[:most] + "…"


def shown_name(name: str | None, fallback: str) -> str:
    """What to call something by its name, still to be made inert: a name that looks blank is said to be so.

    ``fallback`` stands in where there is no name at all.
    """
    if not name:
        return fallback
    return "(blank name)" if all(character == " " or _is_hidden(character) for character in name) else name


def _is_plain(text: str) -> bool:
    """Most text is, and pages show so much of it that looking at each character takes longer than all else."""
    return text.isascii() and text.isprintable()


def _visible_word(word: str) -> str:
    if _is_plain(word):
        return word
    names = [unicodedata.name(character, "") for character in word]
    has_latin = any(name.startswith("LATIN") for name in names)
    return "".join(
        f"⟨U+{ord(character):04X}⟩" if _is_hidden(character) or (has_latin and _is_look_alike(name)) else character
        for character, name in zip(word, names, strict=True)
    )


def _without_floods(text: str) -> str:
    return "".join(_few_marks("".join(run)) if is_mark else "".join(run) for is_mark, run in groupby(text, _is_mark))


def _few_marks(marks: str) -> str:
    left_out = len(marks) - _MOST_MARKS
    return marks if left_out <= 0 else f"{marks[:_MOST_MARKS]}⟨+{left_out}⟩"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _is_hidden(character: str) -> bool:
    return character != " " and (character in _BLANK or unicodedata.category(character) in _SHOWN_AS_CODE)


def _is_look_alike(name: str) -> bool:
    return name.startswith(_LOOK_ALIKE_SCRIPTS)
