"""Registrations with all their owners, which neither a lookup nor their changes tell."""

from collections.abc import Sequence

from shared.domain.directory import DirectoryObject
from shared.pipeline.inventory.ports import DirectoryReader


async def with_owners(directory: DirectoryReader, registrations: Sequence[DirectoryObject]) -> list[DirectoryObject]:
    """Each with its owners; where no replica knows them yet without any: unknown, not none. They need their ids."""
    found = await directory.registration_owners([each["id"] for each in registrations]) if registrations else {}
    return [_with(each, found.get(each["id"])) for each in registrations]


def _with(registration: DirectoryObject, owners: tuple[DirectoryObject, ...] | None) -> DirectoryObject:
    if owners is not None:
        return {**registration, "owners": list(owners)}
    return {name: value for name, value in registration.items() if name != "owners"}
