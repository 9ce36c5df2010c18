"""Text that an attacker controls, made fit to show: nothing hidden, nothing that acts."""

import unicodedata

_SHOWN_AS_CODE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Controls, format characters (bidirectional overrides, zero-width), private use, surrogates, line separators."""


def inert(text: str, most: int = 300) -> str:
    """One line of visible text: characters that hide or reorder others are shown as ``⟨U+202E⟩``, length is bounded."""
    shown = "".join(_visible(character) for character in text[: most + 1])
    return shown if len(text) <= most else shown[:most] + "…"


def _visible(character: str) -> str:
    if unicodedata.category(character) in _SHOWN_AS_CODE:
        return f"⟨U+{ord(character):04X}⟩"
    return character
