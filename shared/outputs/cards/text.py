"""Text for cards: whatever a name holds, it shows as text and never becomes a link, a mention or markup.

Teams reads a subset of Markdown in cards, expands ``{{DATE()}}`` and makes links of bare addresses; what a client makes
of each has changed more than once. So nothing rests on one device: punctuation is escaped *and* what could become
active is taken apart visibly, in the way analysts write harmless addresses: ``https[:]//evil[.]example``.
"""

import re
import unicodedata
from collections.abc import Iterator

from shared.domain.display import inert
from shared.domain.permission_table import PERMISSIONS

_MOST_READ_CHARACTERS = 2000
"""More would be cut away in any case."""

_SCHEME = re.compile(r"(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9+-]*):(?=\S)")
_DOTTED = re.compile(r"\w+(?:[.\u3002\uff0e\uff61]\w+)+")
"""Words joined by the full stop, or by one that clients take for it in host names."""
_DOT = re.compile(r"[.\u3002\uff0e\uff61]")
_PERMISSIONS = frozenset(fact.name for fact in PERMISSIONS)
"""No host names, though ``Mail.Read`` looks like one."""
_ENTITY = re.compile(r"&(?=#|[A-Za-z][A-Za-z0-9]*;)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()~|$])")
_LINE_START = re.compile(r"^(\d*)([-+#>=.])")
_SHOWN_CODE = re.compile(r"⟨(?:U\+[0-9A-F]{4,6}|\+\d{1,4})⟩")
"""What ``inert`` puts for a character, or for a number of marks."""
_RIGHT_TO_LEFT = frozenset({"R", "AL", "RLE", "RLO", "RLI"})
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def untrusted(text: str, most: int = 200) -> str:
    """Text that an attacker may have chosen, at most ``most`` characters as people see them, and then ``…``."""
    read = unicodedata.normalize("NFC", text[:_MOST_READ_CHARACTERS]).strip(" ")
    visible = inert(read, _MOST_READ_CHARACTERS * 10)
    shown = list(_seen_characters(visible))
    cut = "".join(shown[:most]) + ("…" if len(shown) > most or len(text) > _MOST_READ_CHARACTERS else "")
    harmless = _SCHEME.sub(r"\1[:]", _DOTTED.sub(_without_dots, cut).replace("@", "[@]"))
    return _isolated(_escaped(harmless))


def trusted(text: str, most: int = 200) -> str:
    """The words of a policy, cut after ``most`` characters: only what Markdown or a template would read is escaped."""
    return _escaped(" ".join(text[:most].split()) + ("…" if len(text) > most else ""))


def _escaped(text: str) -> str:
    coded = _ENTITY.sub("⟨U+0026⟩", text.replace("<", "⟨U+003C⟩"))
    return _LINE_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", coded))


def _without_dots(dotted: re.Match[str]) -> str:
    return dotted.group() if dotted.group() in _PERMISSIONS else _DOT.sub("[.]", dotted.group())


def _seen_characters(text: str) -> Iterator[str]:
    """What a reader takes for one character each, so that a cut never falls within one: near to grapheme clusters."""
    position = 0
    while position < len(text):
        code = _SHOWN_CODE.match(text, position)
        end = code.end() if code else _end_of_cluster(text, position)
        yield text[position:end]
        position = end


def _end_of_cluster(text: str, start: int) -> int:
    end = start + 1
    if _is_regional(text[start]) and end < len(text) and _is_regional(text[end]):
        end += 1
    while end < len(text) and (unicodedata.category(text[end]).startswith("M") or _is_skin_tone(text[end])):
        end += 1
    return end


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _isolated(text: str) -> str:
    """Text that runs from right to left is kept from reordering what stands beside it."""
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"{_ISOLATE}{text}{_END_OF_ISOLATE}"
    return text
