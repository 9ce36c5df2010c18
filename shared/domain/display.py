"""Text that an attacker controls, made fit to show: nothing is hidden, and no letter passes for another."""

import re
import unicodedata

_SHOWN_AS_CODE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Controls, format characters (bidirectional overrides, zero-width), unassigned, private use, line separators."""
_LOOK_ALIKE_SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Scripts with letters that pass for Latin ones."""


def inert(text: str, most: int = 300) -> str:
    """One line of visible text of bounded length.

    Characters that hide or reorder others are shown as ``⟨U+202E⟩``, and so are letters of another script within a
    Latin word. Text that is wholly of another script stays as it is.
    """
    words = re.split(r"(\s+)", text[: most + 1])
    shown = "".join(map(_visible_word, words))
    return shown if len(text) <= most else shown[:most] + "…"


def _visible_word(word: str) -> str:
    names = [unicodedata.name(character, "") for character in word]
    has_latin = any(name.startswith("LATIN") for name in names)
    return "".join(
        f"⟨U+{ord(character):04X}⟩" if _is_hidden(character) or (has_latin and _is_look_alike(name)) else character
        for character, name in zip(word, names, strict=True)
    )


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _SHOWN_AS_CODE


def _is_look_alike(name: str) -> bool:
    return name.startswith(_LOOK_ALIKE_SCRIPTS)
