"""Checks a message against the rules of Adaptive Cards 1.4 and of Teams flows, as their documentation states them."""

import json
from typing import Any

_COLOURS = {"Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"}
_SIZES = {"Default", "Small", "Medium", "Large", "ExtraLarge"}
_WEIGHTS = {"Default", "Lighter", "Bolder"}
_SPACINGS = {"Default", "None", "Small", "Medium", "Large", "ExtraLarge", "Padding"}
_MOST_ACTIONS = 6
_MOST_BYTES = 20_000


def card_of(message: bytes) -> dict[str, Any]:
    """The card in the message, once it has been found valid."""
    assert len(message) <= _MOST_BYTES
    whole = json.loads(message)
    assert whole.keys() == {"type", "attachments"}
    assert whole["type"] == "message"
    [attachment] = whole["attachments"]
    assert attachment.keys() == {"contentType", "contentUrl", "content"}
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["contentUrl"] is None
    card: dict[str, Any] = attachment["content"]
    _check_card(card)
    return card


def texts_of(card: dict[str, Any]) -> list[str]:
    """Every text that a client reads as Markdown."""
    texts: list[str] = []
    for element in card["body"]:
        if element["type"] == "TextBlock":
            texts.append(element["text"])
        else:
            texts += [fact[part] for fact in element["facts"] for part in ("title", "value")]
    return texts


def facts_of(card: dict[str, Any]) -> dict[str, str]:
    sets = [element["facts"] for element in card["body"] if element["type"] == "FactSet"]
    return {fact["title"]: fact["value"] for facts in sets for fact in facts}


def _check_card(card: dict[str, Any]) -> None:
    assert card.keys() == {"$schema", "type", "version", "msteams", "body", "actions"}
    assert card["type"] == "AdaptiveCard"
    assert card["version"] == "1.4"
    assert card["$schema"] == "http://adaptivecards.io/schemas/adaptive-card.json"
    # No ``entities``: without them nothing in a text can mention anybody.
    assert card["msteams"] == {"width": "Full"}
    assert card["body"]
    for element in card["body"]:
        _check_element(element)
    assert len(card["actions"]) <= _MOST_ACTIONS
    for action in card["actions"]:
        assert action.keys() == {"type", "title", "url"}
        assert action["type"] == "Action.OpenUrl"
        assert action["title"]
        assert action["url"].startswith("https://")


def _check_element(element: dict[str, Any]) -> None:
    if element["type"] == "FactSet":
        assert element.keys() == {"type", "facts"}
        assert element["facts"]
        for fact in element["facts"]:
            assert fact.keys() == {"title", "value"}
            assert fact["title"]
            assert isinstance(fact["value"], str)
        return
    assert element["type"] == "TextBlock"
    assert element.keys() <= {"type", "text", "size", "weight", "color", "isSubtle", "spacing", "wrap"}
    assert element["text"]
    assert element["wrap"] is True
    assert element.get("size", "Default") in _SIZES
    assert element.get("weight", "Default") in _WEIGHTS
    assert element.get("color", "Default") in _COLOURS
    assert element.get("spacing", "Default") in _SPACINGS
    assert element.get("isSubtle", False) in {True, False}
