"""Lines of CSV (RFC 4180) that no spreadsheet takes for anything but text.

Names come from whoever made an app. A cell that begins like a formula gets an apostrophe before it, which spreadsheets
show as text. Where the separator of lists is the semicolon, as in much of Europe, they also split at those within a
cell of ours: what follows one is guarded alike. There a quotation mark may open a cell and be gone, so it hides
nothing: the apostrophe stands before it, right behind the semicolon.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from io import StringIO
from typing import Final

_FORMULA: Final = frozenset("=+-@")
_BREAKS: Final = re.compile("\r\n|[\n\r\t\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Controls, format characters and spaces: what may stand before a formula and leave it one."""
_QUOTE: Final = '"'
_TAKEN_FOR_FORMULA: Final = frozenset("\t\r")
_PLAIN: Final = re.compile("[0-9A-Za-z][ -:<-~]*(?:; ?[0-9A-Za-z][ -:<-~]*)*")
"""Most cells: nothing in them needs a look at each character."""


def csv_line(values: Iterable[object]) -> str:
    """One line with its end. None is an empty cell, a list its items joined by ``; ``."""
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(map(csv_cell, values))
    return line.getvalue()


def csv_cell(value: object) -> str:
    """The text of a cell, still to be quoted: one line, without controls, never a formula."""
    text = _written(value)
    if _PLAIN.fullmatch(text):
        return text
    inert = ";".join(map(_guarded, _one_line(text).split(";")))
    return f"'{inert}" if text[:1] in _TAKEN_FOR_FORMULA and not inert.startswith("'") else inert


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _one_line(text: str) -> str:
    broken = _BREAKS.sub(" ", text)
    return "".join(character for character in broken if unicodedata.category(character) not in {"Cc", "Cs"})


def _guarded(text: str) -> str:
    first = next((each for each in text if each != _QUOTE and unicodedata.category(each) not in _UNSEEN), "")
    # Full-width and small forms are formulas too, to some.
    return f"'{text}" if unicodedata.normalize("NFKC", first)[:1] in _FORMULA else text
