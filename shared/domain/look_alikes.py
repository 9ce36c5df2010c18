"""Letters in a name that pass for others: a sign by itself that somebody wants to be taken for somebody else."""

import unicodedata
from collections.abc import Iterator
from typing import Final

_SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Scripts that share the forms of letters."""
_STYLES: Final = ("<wide>", "<font>", "<circle>")
"""Full-width, mathematical and circled letters, by the tag of their decomposition."""
_READ_AS_LATIN: Final = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u04cf\u0501\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406\u0408\u04ae\u04c0\u050c\u051a\u051c"
    "\u03b1\u03b9\u03ba\u03bd\u03bf\u03c1\u03c5\u03c7"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
)
"""Cyrillic and Greek letters, small and capital, that have the form of a Latin one."""
_MOST_NAMED: Final = 3
_MOST_READ: Final = 300
"""Characters of a name: as many as are ever shown."""


def look_alike_note(name: str | None) -> str:
    """``Contains a letter of another alphabet or style: U+043E, CYRILLIC SMALL LETTER O``, or nothing."""
    letters = look_alikes(name or "")
    if not letters:
        return ""
    named = "; ".join(f"U+{ord(letter):04X}, {unicodedata.name(letter)}" for letter in letters[:_MOST_NAMED])
    more = len(letters) - _MOST_NAMED
    kind = "a letter of another alphabet or style" if len(letters) == 1 else "letters of another alphabet or style"
    return f"Contains {kind}: {named}" + (f"; and {more} more" if more > 0 else "")


def look_alikes(name: str) -> tuple[str, ...]:
    """The letters of a name that pass for others, each once, in the order of the name.

    These are letters in another style, such as full-width ones; letters of another alphabet in a word; and all letters
    of a name in Cyrillic or Greek that reads as Latin throughout. A name in one alphabet that shows as that has none.
    """
    read = name[:_MOST_READ]
    found = {*_styled(read), *_mixed(read), *_posing(read)}
    return tuple(letter for letter in dict.fromkeys(read) if letter in found)


def _styled(name: str) -> Iterator[str]:
    for letter in name:
        plain = unicodedata.normalize("NFKC", letter)
        if plain.isascii() and plain.isalnum() and unicodedata.decomposition(letter).startswith(_STYLES):
            yield letter


def _mixed(name: str) -> Iterator[str]:
    """In a word of several alphabets the letters that are not Latin, or not of its first alphabet."""
    for word in name.split():
        scripts = [_script(letter) for letter in word]
        own = "LATIN" if "LATIN" in scripts else next(filter(None, scripts), "")
        yield from (letter for letter, script in zip(word, scripts, strict=True) if script not in ("", own))


def _posing(name: str) -> Iterator[str]:
    foreign = [letter for letter in name if _script(letter) not in ("", "LATIN")]
    if all(letter in _READ_AS_LATIN for letter in foreign):
        yield from foreign


def _script(letter: str) -> str:
    """The alphabet of a letter, if it is one that shares forms with others; else nothing."""
    first_word = unicodedata.name(letter, "").partition(" ")[0]
    return first_word if first_word in _SCRIPTS else ""
