"""JSON, also the JSON that services put into strings, from senders that nobody vouches for."""

from collections.abc import Mapping
from hashlib import sha256

import msgspec

from shared.sources.errors import RecordError

MOST_RECORD_BYTES = 4 * 1024 * 1024
"""The largest record that is read. The largest seen are directory audits of some hundred kilobytes."""

MOST_CHARACTERS = 4096
"""Longest text that is kept of one value, in characters; the raw record in the archive keeps all of it."""

_DECODER = msgspec.json.Decoder()


def decode(raw: bytes) -> object:
    """The JSON value in ``raw``, of at most MOST_RECORD_BYTES. Raises RecordError for anything else.

    The decoder is strict: no NaN, no lone surrogates, no integers of more than 4,300 digits; nesting is limited by
    the interpreter's recursion limit.
    """
    if len(raw) > MOST_RECORD_BYTES:
        raise RecordError(f"the record is larger than {MOST_RECORD_BYTES} bytes")
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeError):
        raise RecordError("the record is not JSON") from None
    except RecursionError:
        raise RecordError("the record is nested too deeply") from None


def embedded(value: object) -> object:
    """The JSON text, list, object or null inside a string; any other string, and anything else, as it stands.

    Graph writes each modified property as JSON in a string, the unified audit log the same value bare: after this
    both are one. The empty string means the same as null in both. Numbers stay text: bare, a name may look like one.
    """
    if not isinstance(value, str):
        return value
    if not value:
        return None
    if value[0] not in '"[{n':
        return value
    try:
        return _DECODER.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return value


def as_text(value: object) -> str | None:
    """A decoded value as text of at most MOST_CHARACTERS characters: text as it stands, the rest as compact JSON."""
    if isinstance(value, str):
        return value[:MOST_CHARACTERS] or None
    return None if value is None else encode(value).decode()[:MOST_CHARACTERS]


def encode(value: object) -> bytes:
    """Canonical JSON: compact, keys sorted. Raises RecordError for what JSON cannot say."""
    try:
        return msgspec.json.encode(value, order="deterministic")
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise RecordError("the record holds a value that is not JSON") from None


def content_id(record: Mapping[str, object]) -> str:
    """The id of a record that has none: ``sha256:`` and the hash of its canonical JSON."""
    return f"sha256:{sha256(encode(dict(record))).hexdigest()}"
