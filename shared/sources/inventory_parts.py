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
    """Of both halves. A certificate that signs and verifies stands twice under one key id; it counts once."""
    halves = ((principal, CredentialHolder.SERVICE_PRINCIPAL), (registration, CredentialHolder.APPLICATION))
    if not any(name in half for half, _ in halves for name in _CREDENTIALS):
        return UNKNOWN
    found = [
        _credential(item, kind, holder)
        for half, holder in halves
        for name, kind in _CREDENTIALS.items()
        for item in members(half, name)
    ]
    return tuple({credential.key_id or credential: credential for credential in found}.values())


def owners_of(halves: list[Fields], people: Mapping[str, Person] | None) -> Known[tuple[Owner, ...]]:
    """Owners of both halves, each once and in the order of their ids, which Graph does not keep to.

    Unknown unless those of every half were read. Graph expands at most 20 of each: 20 may mean more. ``people`` are the
    marked users, None if users were never read: of one who is not among them nothing is worth a mark.
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
    return tuple(dict.fromkeys(found))


def _credential(item: Fields, kind: CredentialKind, holder: CredentialHolder) -> Credential:
    return Credential(
        key_id=text(item, "keyId") or text(item, "id"),
        kind=kind,
        holder=holder,
        display_name=text(item, "displayName") or text(item, "name"),
        start=time_of(item, "startDateTime"),
        end=time_of(item, "endDateTime"),
        issuer=text(item, "issuer"),
        subject=text(item, "subject"),
    )


def _as_person(owner: Owner, people: Mapping[str, Person] | None) -> Owner:
    if people is None or owner.kind != "user":
        return owner
    person = people.get(owner.id.lower())
    if person is None:
        return replace(owner, guest=False, enabled=True)
    return replace(owner, guest=person.guest, enabled=person.enabled, roles=person.roles)
