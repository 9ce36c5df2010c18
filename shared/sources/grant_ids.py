"""The id of a delegated grant: base64url of the GUIDs of client and API, and of the user if one user consented.

A removed grant is told by its id alone, so this is how its app is found.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

_GUID_BYTES = 16


def client_of_grant(grant_id: str) -> str | None:
    """The object id of the client's service principal; None for an id of any other form."""
    try:
        decoded = urlsafe_b64decode(grant_id + "=" * (-len(grant_id) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(decoded) not in {2 * _GUID_BYTES, 3 * _GUID_BYTES}:
        return None
    return str(UUID(bytes_le=decoded[:_GUID_BYTES]))


def grant_id_of(client_id: str, resource_id: str, principal_id: str | None = None) -> str:
    """The id that Graph gives such a grant. Raises ValueError for what is not a GUID."""
    parts = [UUID(part).bytes_le for part in (client_id, resource_id, principal_id) if part is not None]
    return urlsafe_b64encode(b"".join(parts)).decode().rstrip("=")
