"""Words that events hold in one known form. A rule's value of another form is one that no event ever has.

Community rules keep room for the reader's own values, such as ``<countries you operate in>``. Taken as they are, the
filters that hold them would filter nothing, and the rule would fire on every record.
"""

import re
from ipaddress import ip_address
from typing import Final

from shared.policies.sigma.values import Refused

_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def country(text: str) -> str:
    """Raises Refused, as the others do."""
    if not _COUNTRY.fullmatch(text.upper()):
        raise Refused(f"{text:.80} is no country of two letters, such as FR")
    return text.upper()


def guid(text: str) -> str:
    if not _GUID.fullmatch(text.lower()):
        raise Refused(f"{text:.80} is no GUID, and events hold nothing else there")
    return text.lower()


def address(text: str) -> str:
    try:
        ip_address(text)
    except ValueError:
        raise Refused(f"{text:.80} is no IP address") from None
    return text.lower()
