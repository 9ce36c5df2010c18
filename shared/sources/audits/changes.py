"""Modified properties, and how events show them: as text, and without what is secret."""

import re

from msgspec import Struct

from shared.domain.events import PropertyChange
from shared.sources.decoding import as_text


class Change(Struct, frozen=True):
    """One modified property, its values decoded from their JSON-in-a-string."""

    name: str
    before: object
    after: object


WITHHELD = "[withheld]"
"""Stands for a value that must not leave the parser. That it changed is a fact worth keeping; what it was is not."""

_SECRET_NAME = re.compile(r"credential|password|secret|key(value|material)|privatekey|assertion", re.IGNORECASE)
"""Names of properties that hold, or may one day hold, key material. "Add service principal" carries ``Credential``."""

_SAFE_NAMES = frozenset({"FederatedIdentityCredentials"})
"""Issuer, subject and audience: a trust, not a secret, and the evidence of an attack."""

_SECRET_MEMBER = re.compile(
    r'"(secrettext|secret|clientsecret|password|passwordvalue|keyvalue|keymaterial|privatekey)":', re.IGNORECASE
)
"""The same inside a value that is an object or a list of them."""


def shown(change: Change) -> PropertyChange:
    """A modified property as text; values are cut after ``decoding.MOST_CHARACTERS`` characters."""
    if change.name not in _SAFE_NAMES and _SECRET_NAME.search(change.name):
        return PropertyChange(name=change.name, before=_withheld(change.before), after=_withheld(change.after))
    return PropertyChange(name=change.name, before=_text(change.before), after=_text(change.after))


def _text(value: object) -> str | None:
    text = as_text(value)
    return WITHHELD if text and not isinstance(value, str) and _SECRET_MEMBER.search(text) else text


def _withheld(value: object) -> str | None:
    return None if value in (None, "", []) else WITHHELD
