"""An event as a sentence, and its facts as a table: what an analyst reads first, and what he checks it with."""

from collections.abc import Iterator
from typing import Any

import msgspec
from markupsafe import Markup, escape

from functions.pages.untrusted import text
from shared.domain.event_sentences import Quoted, sentence_parts
from shared.domain.events import Event


def sentence(event: Event) -> Markup:
    """What happened, in a sentence; every name in it is text from the record."""
    parts = sentence_parts(event)
    return Markup("").join(text(part, len(part)) if isinstance(part, Quoted) else escape(part) for part in parts)


def facts(event: Event) -> list[tuple[str, str]]:
    """All that is known of the event, by the names that the API gives, in its order."""
    document: dict[str, Any] = msgspec.to_builtins(event)
    return list(_flattened("", document))


def _flattened(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flattened(f"{name}.{key}" if name else key, inner)
        case list() | tuple() if any(isinstance(inner, dict) for inner in value):
            for place, inner in enumerate(value, start=1):
                yield from _flattened(f"{name} {place}", inner)
        case list() | tuple():
            yield name, ", ".join(map(str, value)) or "none"
        case None:
            yield name, "none"
        case _:
            yield name, str(value)
