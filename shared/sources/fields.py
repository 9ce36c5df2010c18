"""Reading fields of a record whose shape nobody guarantees.

A missing scalar and one of an unexpected type are both None: one odd field must not hide an event. A container of an
unexpected type makes the record malformed, since what it would have said is lost.
"""

import re
from collections.abc import Mapping

from shared.domain.known import UNKNOWN, Known
from shared.sources.errors import RecordError

type Fields = Mapping[str, object]

_GUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


def text(fields: Fields, name: str) -> str | None:
    """The text of a field; None where it is missing, null, empty or no text."""
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def first_text(fields: Fields, *names: str) -> str | None:
    """The text of the first of these fields that has one."""
    return next((value for name in names if (value := text(fields, name)) is not None), None)


def known_text(fields: Fields, name: str) -> Known[str]:
    """As ``text``, but a record without the field does not know: UNKNOWN."""
    return text(fields, name) if name in fields else UNKNOWN


def integer(value: object) -> int | None:
    """A whole number, also where it is written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 10:
        return int(value)
    return value if isinstance(value, int) else None


def guid(value: object) -> str | None:
    """A GUID in lower case, None if the value is not one."""
    return value.lower() if isinstance(value, str) and _GUID.fullmatch(value) else None


def object_id(value: object) -> str | None:
    """An object id as aliases know it: a GUID in lower case. Exports scrub ids: other text stands as it is."""
    return guid(value) or (value if isinstance(value, str) and value else None)


def member(fields: Fields, name: str) -> Fields:
    """The object in a field; empty where it is missing or null. Raises RecordError for anything else."""
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RecordError(f"{name} is not an object")
    return value


def members(fields: Fields, name: str) -> list[Fields]:
    """The objects in a list; empty where it is missing or null. Raises RecordError for anything else."""
    value = fields.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise RecordError(f"{name} is not a list of objects")
    return value


def objects(value: object) -> list[Fields]:
    """The objects in a decoded value: of a list those that are objects, else none. For values, never for records."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings(value: object) -> list[str]:
    """The texts in a decoded value: of a list those that are texts, of a text itself."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
