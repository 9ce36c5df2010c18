"""Looks for secrets in bytes of any origin, in the forms in which secrets slip out."""

import base64
import gzip
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.")
"""A signed token: whoever holds it is the caller."""

_GZIP = b"\x1f\x8b"


def secrets_in(content: bytes, secrets: Mapping[str, str]) -> list[str]:
    """The names of the secrets that the content holds; ``token`` for a token of whatever issuer."""
    unpacked = gzip.decompress(content) if content.startswith(_GZIP) else content
    found = [name for name, secret in secrets.items() if any(form in unpacked for form in _forms(secret))]
    return [*found, *(["token"] if TOKEN.search(unpacked) else [])]


def _forms(secret: str) -> Iterator[bytes]:
    """As it is, in an address, in hexadecimal, and in base64 at any position of a longer text."""
    plain = secret.encode()
    yield from {plain, quote(secret, safe="").encode(), quote_plus(secret).encode(), plain.hex().encode()}
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain).rstrip(b"=")
        # The characters at both ends hold bits of what stands beside it.
        whole = encoded[-(-before * 8 // 6) : -1]
        yield whole
        yield whole.replace(b"+", b"-").replace(b"/", b"_")
