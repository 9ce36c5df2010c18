"""The few elements of Adaptive Cards 1.4 that the cards are made of. Texts must have come through ``text.py``."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from shared.domain.severities import Severity

type Element = Mapping[str, object]

COLOURS: Mapping[Severity, str] = {
    Severity.HIGH: "Attention",
    Severity.MEDIUM: "Warning",
    Severity.LOW: "Accent",
    Severity.INFORMATIONAL: "Default",
}


def heading(text: str, colour: str = "Default") -> Element:
    return {"type": "TextBlock", "text": text, "size": "Large", "weight": "Bolder", "color": colour, "wrap": True}


def subheading(text: str) -> Element:
    return {"type": "TextBlock", "text": text, "weight": "Bolder", "spacing": "Medium", "wrap": True}


def paragraph(text: str) -> Element:
    return {"type": "TextBlock", "text": text, "wrap": True}


def remark(text: str) -> Element:
    return {"type": "TextBlock", "text": text, "isSubtle": True, "spacing": "None", "wrap": True}


def facts(pairs: Sequence[tuple[str, str]]) -> Element:
    return {"type": "FactSet", "facts": [{"title": title, "value": value} for title, value in pairs]}


def open_url(title: str, url: str) -> Element:
    return {"type": "Action.OpenUrl", "title": title, "url": url}


def moment(time: datetime | None) -> str:
    """To the minute: ``2026-03-02 09:00 UTC``."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if time else "unknown"
