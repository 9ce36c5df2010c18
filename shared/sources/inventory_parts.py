"""What hangs on the two halves of an app, the service principal and the registration: credentials and owners."""

from shared.domain.apps import Credential, Owner
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN, Known
from shared.sources.fields import Fields, first_text, members, text
from shared.sources.times import time_of

_CREDENTIALS = {
    "passwordCredentials": CredentialKind.SECRET,
    "keyCredentials": CredentialKind.CERTIFICATE,
    "federatedIdentityCredentials": CredentialKind.FEDERATED,
}
_OWNER_KINDS = {"#microsoft.graph.user": "user", "#microsoft.graph.serviceprincipal": "servicePrincipal"}


def credentials_of(halves: list[Fields]) -> Known[tuple[Credential, ...]]:
    """Of both halves. A certificate that signs and verifies stands twice under one key id; it counts once."""
    if not any(name in half for half in halves for name in _CREDENTIALS):
        return UNKNOWN
    found = [
        Credential(
            key_id=text(item, "keyId") or text(item, "id"),
            kind=kind,
            display_name=text(item, "displayName") or text(item, "name"),
            start=time_of(item, "startDateTime"),
            end=time_of(item, "endDateTime"),
        )
        for half in halves
        for name, kind in _CREDENTIALS.items()
        for item in members(half, name)
    ]
    return tuple({credential.key_id or credential: credential for credential in found}.values())


def owners_of(halves: list[Fields]) -> Known[tuple[Owner, ...]]:
    """Owners of both halves, each once; unknown unless those of every half were read.

    Graph expands at most 20 of each: 20 may mean more.
    """
    if not halves or not all("owners" in half for half in halves):
        return UNKNOWN
    found: dict[str, Owner] = {}
    for half in halves:
        for item in members(half, "owners"):
            owner = Owner(
                id=text(item, "id") or "",
                name=first_text(item, "displayName", "userPrincipalName"),
                kind=_OWNER_KINDS.get((text(item, "@odata.type") or "").lower()),
            )
            found.setdefault(owner.id, owner)
    return tuple(found.values())
