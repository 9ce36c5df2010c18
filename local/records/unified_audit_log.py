"""The unified audit log in the form of the Office 365 Management Activity API."""

import json
from datetime import datetime

from local.records.audits import ELSEWHERE, content_of
from local.records.content import Property, Record, Target
from local.records.data_use import data_use_record
from local.records.identifiers import TENANT_ID, invented_id, object_id_of
from local.records.operations import operation_of
from shared.domain.events import ActorKind, Event, Source

_NAME, _OTHER, _PRINCIPAL_NAME, _UPN = 1, 2, 4, 5
"""Types of the entries in ``Actor`` and ``Target``."""

_REGULAR, _SYSTEM = 0, 4
"""``UserType``. Directory records of an app call it System; only ``Actor`` tells what acted."""


def as_unified_audit(event: Event) -> Record:
    """The audit record: of the directory's workload, of Exchange or of SharePoint.

    Raises NotRecorded for a sign-in. An event of another log gets an id of its own, as this log gives it.
    """
    record = data_use_record(event) if event.activity in ELSEWHERE else _directory_record(event)
    return {
        "Id": event.id if event.source is Source.UNIFIED_AUDIT_LOG else invented_id("unified", event.id),
        "OrganizationId": TENANT_ID,
        "Version": 1,
        "CreationTime": _creation_time(event.time),
        **record,
    }


def _creation_time(time: datetime | None) -> str | None:
    """UTC, whole seconds and no zone."""
    return None if time is None else time.replace(tzinfo=None).isoformat(timespec="seconds")


def _directory_record(event: Event) -> Record:
    content = content_of(event)
    by_user = event.actor.kind is ActorKind.USER
    target = content.targets[0]
    return {
        "RecordType": 8,
        "Workload": "AzureActiveDirectory",
        "AzureActiveDirectoryEventType": 1,
        # The trailing full stop is the log's own, and comes after the name's trailing space.
        "Operation": f"{operation_of(event).name}.",
        "ResultStatus": "Success" if event.succeeded else "Failure",
        "ObjectId": target.app_id or target.id,
        "UserId": _user_id(event),
        "UserKey": "Not Available",
        "UserType": _REGULAR if by_user else _SYSTEM,
        "Actor": _actor(event),
        "ActorContextId": TENANT_ID,
        "Target": [entry for found in content.targets for entry in principal_entries(found)],
        "TargetContextId": TENANT_ID,
        "InterSystemsId": event.correlation_id,
        "ModifiedProperties": [modified_property(found) for found in content.properties],
        "ExtendedProperties": [
            {"Name": "additionalDetails", "Value": json.dumps(dict(content.details))},
            {"Name": "extendedAuditEventCategory", "Value": target.type},
        ],
    }


def _user_id(event: Event) -> str:
    actor = event.actor
    match actor.kind:
        case ActorKind.USER:
            return actor.name or actor.id or ""
        case ActorKind.APP:
            return f"ServicePrincipal_{object_id_of(actor.app, event) if actor.app else actor.id}"
    return ""


def _actor(event: Event) -> list[dict[str, object]]:
    """Who did it. Unlike Graph, this log names the appId of an acting app; its name and appId come first."""
    actor = event.actor
    match actor.kind:
        case ActorKind.USER:
            user = Target(actor.id or invented_id("user", event.id), "User", user_principal_name=actor.name)
            entries = principal_entries(user)
            return [*entries[3:], *entries[:3]]
        case ActorKind.APP if actor.app is not None:
            app = actor.app
            entries = principal_entries(
                Target(object_id_of(app, event), "ServicePrincipal", app.display_name, None, app.app_id)
            )
            named = [entry for entry in entries[3:] if entry["Type"] != _PRINCIPAL_NAME]
            return [*named, *entries[:3]]
        case ActorKind.APP:
            return principal_entries(Target(actor.id, "ServicePrincipal", actor.name))
    return []


def principal_entries(target: Target) -> list[dict[str, object]]:
    """A principal as a flat list of typed ids: three that mark it, then its names."""
    entries: list[tuple[int, str | None]] = [
        (_OTHER, f"{target.type}_{target.id}" if target.id else None),
        (_OTHER, target.id),
        (_OTHER, target.type),
        (_NAME, target.name),
        (_OTHER, target.app_id),
        (_PRINCIPAL_NAME, target.app_id),
        (_UPN, target.user_principal_name),
    ]
    return [{"ID": value, "Type": kind} for kind, value in entries if value]


def modified_property(found: Property) -> dict[str, object]:
    return {"Name": found.name, "NewValue": _bare(found.after), "OldValue": _bare(found.before)}


def _bare(value: object) -> str:
    """Text as it stands, lists and objects as JSON over several lines, nothing as an empty text."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\r\n")
