"""Words that are kept in one known form: what a policy compares them with is brought into it, or can never be equal."""

import re
from collections.abc import Callable
from enum import Enum
from ipaddress import ip_address
from typing import Final

_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class Form(Enum):
    """The value says how it is written, for people."""

    GUID = "a GUID"
    COUNTRY = "a country of two letters, such as FR"
    ADDRESS = "an IP address"


def in_form(form: Form, text: str) -> str | None:
    """The text as it is kept, or None if it can be brought into no such form."""
    return _READ[form](text)


def _guid(text: str) -> str | None:
    return text.lower() if _GUID.fullmatch(text.lower()) else None


def _country(text: str) -> str | None:
    return text.upper() if _COUNTRY.fullmatch(text.upper()) else None


def _address(text: str) -> str | None:
    try:
        ip_address(text)
    except ValueError:
        return None
    return text.lower()


_READ: Final[dict[Form, Callable[[str], str | None]]] = {
    Form.GUID: _guid,
    Form.COUNTRY: _country,
    Form.ADDRESS: _address,
}
