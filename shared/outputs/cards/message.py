"""The message that a Teams flow takes: one Adaptive Card as an attachment, always small enough to be posted."""

from collections.abc import Sequence

import msgspec

from shared.outputs.cards.elements import Element, remark

MOST_BYTES = 20_000
"""A flow takes some 28 KB and silently drops what is larger; this leaves room for what it adds."""
_SHORTENED = "This card was shortened."


def message(parts: Sequence[Sequence[Element]], actions: Sequence[Element]) -> bytes:
    """The whole message in UTF-8. What comes first is needed most: the last is left out until it is small enough.

    Whole parts go first, then of the first part a fact or an element at a time. Its first element must fit by itself:
    that is a heading, of one text.
    """
    kept = list(parts)
    encoded = _encode(kept, actions)
    while len(encoded) > MOST_BYTES and (len(kept) > 1 or len(kept[0]) > 1):
        kept = kept[:-1] if len(kept) > 1 else [_shorter(kept[0])]
        encoded = _encode([*kept, [remark(_SHORTENED)]], actions)
    return encoded


def _shorter(part: Sequence[Element]) -> Sequence[Element]:
    *kept, last = part
    facts = last.get("facts")
    if isinstance(facts, list) and len(facts) > 1:
        return [*kept, {**last, "facts": facts[:-1]}]
    return kept


def _encode(parts: Sequence[Sequence[Element]], actions: Sequence[Element]) -> bytes:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [element for part in parts for element in part],
        "actions": list(actions),
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return msgspec.json.encode({"type": "message", "attachments": [attachment]})
