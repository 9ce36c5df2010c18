"""What hangs on the two halves of an app, the service principal and the registration: credentials, owners and roles."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from shared.domain.apps import Credential, CredentialHolder, DirectoryRole, Owner
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN, Known
from shared.domain.people import Person
from shared.sources.fields import Fields, first_text, guid, members, text
from shared.sources.times import time_of

_CREDENTIALS = {
    "passwordCredentials": CredentialKind.SECRET,
    "keyCredentials": CredentialKind.CERTIFICATE,
    "federatedIdentityCredentials": CredentialKind.FEDERATED,
}
_OWNER_KINDS = {"#microsoft.graph.user": "user", "#microsoft.graph.serviceprincipal": "servicePrincipal"}


def credentials_of(principal: Fields, registration: Fields) -> Known[tuple[Credential, ...]]:
    """Of both halves. What has one key id counts once: a certificate with its secret, or its two uses.

    In the order of their key ids: Graph keeps to none, and another order is no change.
    """
    halves = ((principal, CredentialHolder.SERVICE_PRINCIPAL), (registration, CredentialHolder.APPLICATION))
    if not any(name in half for half, _ in halves for name in _CREDENTIALS):
        return UNKNOWN
    signing = _signing(principal)
    found: dict[object, Credential] = {}
    for half, holder in halves:
        for name, kind in _CREDENTIALS.items():
            signs = holder is CredentialHolder.SERVICE_PRINCIPAL
            held = [_credential(each, kind, holder, signs=signs and each in signing) for each in members(half, name)]
            found |= {credential.key_id or credential: credential for credential in sorted(held, key=_in_order)}
    return tuple(sorted(found.values(), key=_in_order))


def _signing(principal: Fields) -> list[Fields]:
    """What signs SAML tokens: certificates that sign, each with the half that verifies and the secret that opens it.

    The directory makes one of each. Of several none is taken for a part: whoever adds a key chooses what it goes by,
    and must not hide it so.
    """
    keys, secrets = members(principal, "keyCredentials"), members(principal, "passwordCredentials")
    signing = [key for key in keys if (text(key, "usage") or "").lower() == "sign"]
    others = [key for key in keys if key not in signing]
    alike = ([part for part in some if _belongs(part, key)] for key in signing for some in (others, secrets))
    return signing + [part for parts in alike if len(parts) == 1 for part in parts]


def _belongs(part: Fields, key: Fields) -> bool:
    return any(text(part, name) == text(key, name) is not None for name in ("keyId", "customKeyIdentifier"))


def owners_of(halves: list[Fields], people: Mapping[str, Person] | None) -> Known[tuple[Owner, ...]]:
    """Owners of both halves, each once and in the order of their ids, which Graph does not keep to.

    Unknown unless those of every half were read. Graph expands at most 20 of each: 20 may mean more. ``people`` are the
    owners whom the service knows; what one is who is not among them is not known.
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
    return tuple(_as_person(found[owner_id], people) for owner_id in sorted(found))


def directory_roles_of(assignments: Iterable[Fields]) -> tuple[DirectoryRole, ...]:
    found = [
        DirectoryRole(
            template_id=guid(item.get("roleDefinitionId")) or "",
            name=text(item, "roleName"),
            scope=text(item, "directoryScopeId") or "/",
            group_id=text(item, "groupId"),
        )
        for item in assignments
    ]
    return tuple(sorted(set(found), key=lambda role: (role.template_id, role.scope, role.group_id or "")))


def _in_order(credential: Credential) -> tuple[str, ...]:
    """Of what has one key id, what does not sign comes last, and so counts."""
    told = (credential.kind, credential.holder, credential.display_name, credential.start, credential.end)
    return credential.key_id or "", "a" if credential.signs else "b", *map(str, told)


def _credential(item: Fields, kind: CredentialKind, holder: CredentialHolder, *, signs: bool) -> Credential:
    return Credential(
        key_id=text(item, "keyId") or text(item, "id"),
        kind=kind,
        holder=holder,
        display_name=text(item, "displayName") or text(item, "name"),
        start=time_of(item, "startDateTime"),
        end=time_of(item, "endDateTime"),
        issuer=text(item, "issuer"),
        subject=text(item, "subject"),
        signs=signs,
    )


def _as_person(owner: Owner, people: Mapping[str, Person] | None) -> Owner:
    person = (people or {}).get(owner.id.lower()) if owner.kind == "user" else None
    if person is None:
        return owner
    return replace(owner, guest=_known(person.guest), enabled=_known(person.enabled), roles=person.roles)


def _known(mark: bool | None) -> Known[bool]:
    return UNKNOWN if mark is None else mark
