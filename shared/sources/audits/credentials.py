"""Credentials in modified properties: ``KeyDescription`` for secrets and certificates, and federated ones."""

from msgspec import Struct

from shared.domain.events import CredentialKind, EventCredential
from shared.sources.fields import Fields, first_text, objects, strings, text


class CredentialChange(Struct, frozen=True):
    added: tuple[EventCredential, ...]
    removed: tuple[EventCredential, ...]


def key_change(before: object, after: object) -> CredentialChange | None:
    """Secrets and certificates added and removed, by their key identifier. None if neither."""
    return _change(
        {_key_identity(key): key for key in map(_key, strings(before))},
        {_key_identity(key): key for key in map(_key, strings(after))},
    )


def federated_change(before: object, after: object) -> CredentialChange | None:
    """Federated credentials added and removed, by name, issuer and subject. None if neither.

    Not by their id, which exports scrub. A changed issuer is one removed and one added: another party is trusted now.
    """
    return _change(
        {_federated_identity(trust): trust for trust in map(_federated, objects(before))},
        {_federated_identity(trust): trust for trust in map(_federated, objects(after))},
    )


def _change[K](old: dict[K, EventCredential], new: dict[K, EventCredential]) -> CredentialChange | None:
    added = tuple(credential for identity, credential in new.items() if identity not in old)
    removed = tuple(credential for identity, credential in old.items() if identity not in new)
    return CredentialChange(added, removed) if added or removed else None


_KINDS = {
    "Password": CredentialKind.SECRET,
    "AsymmetricX509Cert": CredentialKind.CERTIFICATE,
    "X509CertAndPassword": CredentialKind.CERTIFICATE,
}


def _key(description: str) -> EventCredential:
    """``[KeyIdentifier=…,KeyType=Password,KeyUsage=Verify,DisplayName=…]``.

    The display name comes last and is free text: it may hold commas, brackets and equals signs.
    """
    parts = description.removeprefix("[").removesuffix("]").split(",", 3)
    facts = dict(part.partition("=")[::2] for part in parts)
    return EventCredential(
        key_id=facts.get("KeyIdentifier") or None,
        kind=_KINDS.get(facts.get("KeyType", ""), CredentialKind.UNKNOWN),
        display_name=facts.get("DisplayName") or None,
    )


def _key_identity(key: EventCredential) -> object:
    return key.key_id or key


def _federated(trust: Fields) -> EventCredential:
    return EventCredential(
        key_id=text(trust, "Id"),
        kind=CredentialKind.FEDERATED,
        display_name=text(trust, "Name"),
        issuer=text(trust, "Issuer"),
        subject=first_text(trust, "Subject", "ClaimsMatchingExpressionValue"),
    )


def _federated_identity(trust: EventCredential) -> object:
    return trust.display_name, trust.issuer, trust.subject
