"""How the text of a queue message is stored: host.json's ``messageEncoding``."""

import base64
from typing import Literal

type Encoding = Literal["base64", "none"]


def encode(text: str, encoding: Encoding) -> str:
    """The text as it is stored."""
    return base64.b64encode(text.encode()).decode() if encoding == "base64" else text


def decode(stored: str, encoding: Encoding) -> str:
    """The text as functions see it. Raises ValueError where it is not stored in that encoding."""
    if encoding == "none":
        return stored
    # White space between the characters is no fault, as in .NET.
    return base64.b64decode("".join(stored.split()), validate=True).decode()
