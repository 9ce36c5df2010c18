"""Directory audits in the form of the unified audit log (record type 8).

The same fact gives the same event as from Microsoft Graph, except for its id and source, and for what this log does
not carry: fractions of a second, and the address of the client, which directory records leave empty. It does carry the
appId of an acting app and of a target, which Graph leaves out.
"""

import re

from shared.domain.events import Actor, ActorKind, Client, Event, Source
from shared.domain.known import UNKNOWN
from shared.domain.operations import clean_operation
from shared.sources.audits.apps import app_reference
from shared.sources.audits.changes import Change
from shared.sources.audits.events import events_of
from shared.sources.audits.record import AuditRecord, Details, Target
from shared.sources.decoding import as_text, content_id, embedded
from shared.sources.fields import Fields, first_text, guid, integer, members, text
from shared.sources.times import time_of
from shared.sources.unified_fields import actor_kind, has_succeeded, named_value

_NAME, _OTHER, _UPN = 1, 2, 5
"""Types of the entries in ``Actor`` and ``Target``."""

_MARKER = re.compile(r"([A-Za-z]+)_([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
"""``ServicePrincipal_<object id>``: the entry that says what a principal is and under which id."""


def read_unified_directory(record: Fields, operation: str) -> tuple[Event, ...]:
    """The events of one directory record. Raises RecordError."""
    details = _details(record)
    return events_of(
        AuditRecord(
            id=text(record, "Id") or content_id(record),
            source=Source.UNIFIED_AUDIT_LOG,
            operation=clean_operation(operation),
            time=time_of(record, "CreationTime"),
            succeeded=has_succeeded(record),
            correlation_id=text(record, "InterSystemsId"),
            actor=_actor(record),
            client=Client(
                ip_address=first_text(record, "ActorIpAddress", "ClientIP") or UNKNOWN,
                user_agent=details.get("User-Agent") or None,
            ),
            details=details,
            targets=_principals(members(record, "Target")),
            changes=tuple(
                Change(text(found, "Name") or "", embedded(found.get("OldValue")), embedded(found.get("NewValue")))
                for found in members(record, "ModifiedProperties")
            ),
        )
    )


def _actor(record: Fields) -> Actor:
    principals = _principals(members(record, "Actor"))
    acting = principals[0] if principals else Target()
    user_id = text(record, "UserId")
    if acting.type == "ServicePrincipal" or (acting.type is None and actor_kind(record) is ActorKind.APP):
        app = app_reference(app_id=acting.app_id, service_principal_id=acting.id, display_name=acting.name or user_id)
        return Actor(kind=ActorKind.APP, id=acting.id, name=app.display_name, app=app)
    if acting.type == "User" or actor_kind(record) is ActorKind.USER:
        return Actor(kind=ActorKind.USER, id=acting.id, name=acting.user_principal_name or user_id)
    return Actor(name=user_id)


def _details(record: Fields) -> Details:
    """``additionalDetails``, which this log writes as a JSON object in a string."""
    value = embedded(named_value(record, "ExtendedProperties", "additionalDetails"))
    if not isinstance(value, dict):
        return {}
    return {key: as_text(detail) or "" for key, detail in value.items()}


def _principals(entries: list[Fields]) -> tuple[Target, ...]:
    """The principals in a flat list of typed ids.

    Each begins with its marker; an actor's user principal name and other ids may stand before the first one.
    """
    groups: list[list[Fields]] = [[]]
    for entry in entries:
        if _MARKER.fullmatch(text(entry, "ID") or "") and _marked(groups[-1]):
            groups.append([])
        groups[-1].append(entry)
    return tuple(_principal(group) for group in groups if group)


def _marked(group: list[Fields]) -> bool:
    return any(_MARKER.fullmatch(text(entry, "ID") or "") for entry in group)


def _principal(entries: list[Fields]) -> Target:
    ids = [(integer(entry.get("Type")), text(entry, "ID") or "") for entry in entries]
    guids = [(kind, found) for kind, value in ids if (found := guid(value))]
    marker = next((match for _, value in ids if (match := _MARKER.fullmatch(value))), None)
    object_id = marker[2].lower() if marker else next((value for _, value in guids), None)
    return Target(
        id=object_id,
        type=marker[1] if marker else None,
        name=next((value for kind, value in ids if kind == _NAME), None),
        user_principal_name=next((value for kind, value in ids if kind == _UPN), None),
        app_id=next((value for kind, value in guids if kind == _OTHER and value != object_id), None),
    )
