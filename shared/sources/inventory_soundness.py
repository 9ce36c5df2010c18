"""What is taken from Graph of one object: ids in one form, and nothing that would stop what comes after it.

A property of the wrong shape is left out, so that it is unknown, not empty; an object without its ids cannot be kept.
"""

from collections.abc import Sequence
from typing import Any

from shared.domain.directory import DirectoryKind, DirectoryObject
from shared.sources.decoding import MOST_CHARACTERS
from shared.sources.fields import guid, text

_GUIDS = {
    DirectoryKind.SERVICE_PRINCIPALS: ("id", "appId"),
    DirectoryKind.APPLICATIONS: ("id", "appId"),
    DirectoryKind.GRANTS: ("clientId", "resourceId"),
    DirectoryKind.APP_ROLE_ASSIGNMENTS: ("principalId", "resourceId"),
    DirectoryKind.ROLE_ASSIGNMENTS: ("principalId", "roleDefinitionId"),
    DirectoryKind.FEDERATED_CREDENTIALS: ("id", "appId"),
    DirectoryKind.DELETED_APPLICATIONS: ("id", "appId"),
    DirectoryKind.DELETED_SERVICE_PRINCIPALS: ("id", "appId"),
    DirectoryKind.USERS: ("id",),
}
_LISTS = ("owners", "appRoles", "federatedIdentityCredentials")
"""Lists of objects that the collector itself reads, before anything is built from them."""


def sound(kind: DirectoryKind, item: DirectoryObject) -> tuple[DirectoryObject | None, Sequence[str]]:
    """The object as it can be kept, None without the ids of its kind, and the properties at fault."""
    ids = {name: guid(item.get(name)) for name in _GUIDS[kind]}
    missing = [name for name, found in ids.items() if found is None]
    if text(item, "id") is None:
        missing.append("id")
    if missing:
        return None, missing
    kept, faults = _kept({**item, **ids})
    return kept, faults


def sound_change(item: DirectoryObject) -> tuple[DirectoryObject | None, Sequence[str]]:
    """The same for one of a page of changes, which may tell no more of an object than its id."""
    return _kept(item) if text(item, "id") is not None else (None, ["id"])


def _kept(item: DirectoryObject) -> tuple[DirectoryObject, list[str]]:
    faults = [name for name in _LISTS if name in item and not _is_list_of_objects(item[name])]
    kept = {name: value for name, value in item.items() if name not in faults}
    for name, value in kept.items():
        # Graph's own limits are far below: such a text is no name, and would not fit where names are stored.
        if isinstance(value, str) and len(value) > MOST_CHARACTERS:
            kept[name] = value[:MOST_CHARACTERS]
            faults.append(name)
    return kept, faults


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
