"""Where the next page of a list begins, as text that callers hand back without looking into it."""

import base64
import binascii

import msgspec
from msgspec import Struct

_MOST_CHARACTERS = 8192


def write_token(token: Struct) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(token)).decode().rstrip("=")


def read_token[T: Struct](text: str, kind: type[T]) -> T:
    """Raises ValueError for text that ``write_token`` cannot have written."""
    if len(text) > _MOST_CHARACTERS or not text.isascii():
        raise ValueError("not a page token")
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(decoded, type=kind)
    except (binascii.Error, msgspec.MsgspecError, UnicodeDecodeError):
        raise ValueError("not a page token") from None
