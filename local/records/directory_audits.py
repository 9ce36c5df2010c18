"""Directory audits in the form of Microsoft Graph (``/auditLogs/directoryAudits``)."""

import json
from datetime import datetime

from local.records.audits import content_of
from local.records.content import Content, Property, Record
from local.records.identifiers import invented_id, object_id_of
from local.records.operations import operation_of
from shared.domain.events import ActorKind, Event

_BLOCKED_AS_RISKY = "Microsoft.online.Security.userConsentBlockedForRiskyAppsExceptions"


def as_directory_audit(event: Event) -> Record:
    """The directoryAudit object. Raises NotRecorded for an event that the directory does not audit."""
    content = content_of(event)
    operation = operation_of(event)
    return {
        "id": event.id,
        "category": operation.category,
        "correlationId": event.correlation_id,
        "result": "success" if event.succeeded else "failure",
        "resultReason": _BLOCKED_AS_RISKY if event.risk_reason and not event.succeeded else "",
        "activityDisplayName": operation.name,
        "activityDateTime": graph_time(event.time),
        "loggedByService": "Core Directory",
        "operationType": operation.type,
        "initiatedBy": _initiated_by(event),
        "targetResources": _targets(content),
        "additionalDetails": [{"key": key, "value": value} for key, value in content.details.items()],
    }


def graph_time(time: datetime | None) -> str | None:
    """UTC with six digits of a second and a Z; null where an export has lost the time."""
    return None if time is None else f"{time.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _initiated_by(event: Event) -> dict[str, object]:
    """Who did it. An app's appId is null on the wire, whatever the documentation shows."""
    actor = event.actor
    match actor.kind:
        case ActorKind.USER:
            user: dict[str, object] = {
                "id": actor.id if actor.id or actor.name else invented_id("user", event.id),
                "displayName": None,
                "userPrincipalName": actor.name,
                "ipAddress": event.client.ip_address or None,
                "userType": "Member",
                "homeTenantId": None,
                "roles": [],
            }
            return {"user": user, "app": None}
        case ActorKind.APP:
            app = actor.app
            acting: dict[str, object] = {
                "appId": None,
                "displayName": app.display_name if app else actor.name,
                "servicePrincipalId": object_id_of(app, event) if app else actor.id,
                "servicePrincipalName": None,
            }
            return {"user": None, "app": acting}
    return {"user": None, "app": None}


def _targets(content: Content) -> list[dict[str, object]]:
    """The service puts all properties on the first target, whichever object they describe."""
    properties = [_modified(found) for found in content.properties]
    return [
        {
            "id": target.id,
            "displayName": target.name,
            "type": target.type,
            "userPrincipalName": target.user_principal_name,
            "groupType": None,
            "modifiedProperties": [] if index else properties,
        }
        for index, target in enumerate(content.targets)
    ]


def _modified(found: Property) -> dict[str, object]:
    """Values are JSON in a string, text included: ``"\\"Mail.Read\\""``."""
    return {"displayName": found.name, "oldValue": _encoded(found.before), "newValue": _encoded(found.after)}


def _encoded(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
