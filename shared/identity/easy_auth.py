"""``X-MS-CLIENT-PRINCIPAL``, the header in which App Service authentication says who calls.

Anyone can write this header. The platform removes a client's own only while its authentication is on, so it means
nothing unless the platform itself says so; see ``callers.py``.
"""

import binascii
from base64 import b64decode

import msgspec
from msgspec import Struct

from shared.domain.authentication import NotAuthenticated
from shared.identity.claims import Claims

HEADER = "x-ms-client-principal"

_MOST_CHARACTERS = 65_536
"""A user in 200 groups, the most that Entra writes into a token, takes about half of this."""

_IDENTITY = "http://schemas.microsoft.com/identity/claims"
_XML_SOAP = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_SHORT_NAMES = {
    f"{_IDENTITY}/objectidentifier": "oid",
    f"{_IDENTITY}/tenantid": "tid",
    f"{_IDENTITY}/scope": "scp",
    f"{_XML_SOAP}/nameidentifier": "sub",
    f"{_XML_SOAP}/upn": "upn",
    f"{_XML_SOAP}/name": "name",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/role": "roles",
}
"""The platform renames these claims; ``roles`` keeps its short name although ``role_typ`` says the long one."""


class _Claim(Struct):
    typ: str
    val: str


class _Principal(Struct):
    auth_typ: str
    claims: list[_Claim]


def parse_principal(header: str) -> Claims:
    """The claims of a principal header. Raises NotAuthenticated for anything but a principal from Entra."""
    if len(header) > _MOST_CHARACTERS:
        raise NotAuthenticated("the principal is too large")
    try:
        # The platform may leave the padding out.
        document = b64decode(header + "=" * (-len(header) % 4), validate=True)
        principal = msgspec.json.decode(document, type=_Principal)
    except (binascii.Error, ValueError, RecursionError):
        # Base64, UTF-8 and msgspec's errors are all ValueErrors; their text would quote the header.
        raise NotAuthenticated("the principal cannot be read") from None
    if principal.auth_typ != "aad":
        raise NotAuthenticated("the principal is not from Entra")
    return Claims((_SHORT_NAMES.get(claim.typ, claim.typ), claim.val) for claim in principal.claims)
