"""Fields that all records of the unified audit log share."""

import re

from shared.domain.events import ActorKind
from shared.sources.fields import Fields, integer, text

_USERS = {0: "Regular", 2: "Admin", 3: "DcAdmin", 9: "PartnerTechnician", 10: "Guest"}
_APPS = {5: "Application", 6: "ServicePrincipal"}
_KINDS: dict[int | str, ActorKind] = {
    **{key: ActorKind.USER for pair in _USERS.items() for key in pair},
    **{key: ActorKind.APP for pair in _APPS.items() for key in pair},
}
"""``UserType`` as the Management Activity API writes it, a number, and as Log Analytics does, a name."""

_SHAREPOINT_APP = "app@sharepoint"
"""The ``UserId`` of an app that acts with permissions of its own in SharePoint."""

_FAILURES = frozenset({"failure", "failed", "false"})

_POWERSHELL = re.compile(r"@\{Value=(?P<value>[^;{}]*); Name=(?P<name>[^;{}]*)\}")
"""A name and value as PowerShell prints an object that it was not asked to write as JSON: exports hold such text."""


def actor_kind(record: Fields) -> ActorKind:
    """What acted. Without a user type, a user id with an @ is a user's."""
    user_id = text(record, "UserId")
    if user_id == _SHAREPOINT_APP:
        return ActorKind.APP
    told = record.get("UserType")
    number = integer(told)
    key = number if number is not None else told
    if isinstance(key, int | str):
        return _KINDS.get(key, ActorKind.UNKNOWN)
    return ActorKind.USER if user_id and "@" in user_id else ActorKind.UNKNOWN


def has_succeeded(record: Fields) -> bool:
    """Workloads write Success, Succeeded, PartiallySucceeded or True; a record without a status tells of success."""
    return (text(record, "ResultStatus") or "").lower() not in _FAILURES


def named_value(record: Fields, field: str, name: str) -> object:
    """The value of one entry of a list of ``{"Name": …, "Value": …}``; None where it is missing."""
    entries = record.get(field)
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("Name") == name:
            return entry.get("Value")
        if isinstance(entry, str) and (printed := _POWERSHELL.fullmatch(entry)) and printed["name"] == name:
            return printed["value"]
    return None
