"""Registrations with what neither a lookup nor their changes tell: all owners, and federated credentials."""

from collections.abc import Sequence

from shared.domain.directory import DirectoryKind, DirectoryObject, RegistrationParts
from shared.pipeline.inventory.mirror_objects import mirror_objects
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.services import InventoryServices


async def mirror_registrations(
    services: InventoryServices, directory: DirectoryReader, registrations: Sequence[DirectoryObject], read: int
) -> list[DirectoryObject]:
    """Store them whole, and return them as stored. They need their ids.

    Where no replica knows the parts of one yet, it comes without owners: unknown, not none. Its federated credentials
    then stay as they were.
    """
    found = await directory.registration_parts([each["id"] for each in registrations]) if registrations else {}
    federated = [
        {"id": each["id"], "appId": each["appId"], "federatedIdentityCredentials": list(parts.federated_credentials)}
        for each in registrations
        if (parts := found.get(each["id"])) is not None
    ]
    await mirror_objects(services, DirectoryKind.FEDERATED_CREDENTIALS, federated, read)
    whole = [_with_owners(each, found.get(each["id"])) for each in registrations]
    return await mirror_objects(services, DirectoryKind.APPLICATIONS, whole, read)


def _with_owners(registration: DirectoryObject, parts: RegistrationParts | None) -> DirectoryObject:
    if parts is not None:
        return {**registration, "owners": list(parts.owners)}
    return {name: value for name, value in registration.items() if name != "owners"}
