"""The message that a Teams flow takes: one Adaptive Card as an attachment, always small enough to be posted."""

from collections.abc import Sequence

import msgspec

from shared.outputs.cards.elements import Element, remark

MOST_BYTES = 20_000
"""A flow takes some 28 KB and silently drops what is larger; this leaves room for what it adds."""
_SHORTENED = "This card was shortened."


def message(parts: Sequence[Sequence[Element]], actions: Sequence[Element]) -> bytes:
    """The whole message in UTF-8. ``parts`` come most needed first: the last are left out until it is small enough.

    The first part must fit by itself, which is for its maker to see to.
    """
    kept = list(parts)
    encoded = _encode(kept, actions)
    while len(encoded) > MOST_BYTES and len(kept) > 1:
        kept.pop()
        encoded = _encode([*kept, [remark(_SHORTENED)]], actions)
    return encoded


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
