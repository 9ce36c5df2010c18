"""The Markdown that Teams reads in cards, as HTML: emphasis, links, lists and bare addresses.

It reads as much as any client does, so that what should be inert and is not can be seen here.
"""

import html
import re

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_FIRST_PRIVATE = 0xE000
_PRIVATE = re.compile("[\ue000-\ue07f]")
_LINK = re.compile(
    r"\[(?P<title>[^\]]*)\]\((?P<named>[^)\s]+)\)"
    r"|(?<![\w@])(?P<bare>(?:https?://|mailto:|www\.)[^\s<]+|[\w-]+(?:\.[\w-]+)*\.(?:com|example|net|org)\b)"
)
"""One with a title, or an address by itself, which most clients make a link of."""
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_EMPHASIS = re.compile(r"(?<!\w)_(.+?)_(?!\w)|\*(.+?)\*")
_MENTION = re.compile(r"&lt;at&gt;(.*?)&lt;/at&gt;")
_ITEM = re.compile(r"^(?:[-*+]|(\d+)\.) +", re.MULTILINE)


def to_html(text: str) -> str:
    """Escaped, whatever it holds; only what the subset makes active is markup."""
    hidden = _ESCAPE.sub(lambda found: chr(_FIRST_PRIVATE + ord(found.group(1))), text)
    marked = html.escape(hidden, quote=True)
    marked = _LINK.sub(_anchor, marked)
    marked = _MENTION.sub(r"<mark>@\1</mark>", marked)
    marked = _STRONG.sub(r"<strong>\1</strong>", marked)
    marked = _EMPHASIS.sub(lambda found: f"<em>{found.group(1) or found.group(2)}</em>", marked)
    marked = _ITEM.sub(lambda found: f'<span class="item">{found.group(1) or "•"}</span> ', marked)
    return _PRIVATE.sub(lambda found: html.escape(chr(ord(found.group()) - _FIRST_PRIVATE)), marked)


def _anchor(found: re.Match[str]) -> str:
    address = found["named"] or found["bare"]
    return f'<a href="{address}">{found["title"] or address}</a>'
