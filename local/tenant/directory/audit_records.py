"""One directory audit as Microsoft Graph returns it."""

import json
import string
from datetime import datetime
from random import Random

from local.records.content import Content, Property
from local.records.operations import Operation
from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object

_ID_CHARACTERS = string.ascii_uppercase + string.digits
_OFFSET_INSTEAD_OF_Z = 0.02
"""Part of the records whose time ends with ``+00:00``."""


def audit_record(
    operation: Operation, actor: Actor, content: Content, correlation_id: str, moment: datetime, random: Random
) -> Object:
    """The directoryAudit object. ``random`` draws its id and the way its time is written."""
    details = {**content.details, **({"User-Agent": actor.user_agent} if actor.user_agent else {})}
    mark = "".join(random.choices(_ID_CHARACTERS, k=5))
    return {
        "id": f"Directory_{correlation_id}_{mark}_{random.randrange(10_000_000, 100_000_000)}",
        "category": operation.category,
        "correlationId": correlation_id,
        "result": "success",
        "resultReason": "",
        "activityDisplayName": operation.name,
        "activityDateTime": _time(moment, "+00:00" if random.random() < _OFFSET_INSTEAD_OF_Z else "Z"),
        "loggedByService": "Core Directory",
        "operationType": operation.type,
        "initiatedBy": _initiated_by(actor),
        "targetResources": _targets(content),
        "additionalDetails": [{"key": key, "value": value} for key, value in details.items()],
    }


def _time(moment: datetime, zone: str) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + zone


def _initiated_by(actor: Actor) -> Object:
    """An app's appId is null on the wire, whatever the documentation shows."""
    if actor.is_user:
        user: Object = {
            "id": actor.id,
            "displayName": actor.display_name,
            "userPrincipalName": actor.user_principal_name,
            "ipAddress": actor.ip_address,
            "userType": "Member",
            "agentType": None,
            "homeTenantId": None,
            "homeTenantName": None,
            "roles": [],
        }
        return {"user": user, "app": None}
    app: Object = {
        "appId": None,
        "displayName": actor.display_name,
        "servicePrincipalId": actor.id,
        "servicePrincipalName": None,
    }
    return {"user": None, "app": app}


def _targets(content: Content) -> list[Object]:
    """All properties stand on the first target, whichever object they describe."""
    return [
        {
            "id": target.id,
            "displayName": target.name,
            "type": target.type,
            "userPrincipalName": target.user_principal_name,
            "groupType": None,
            "modifiedProperties": [] if index else [_modified(found) for found in content.properties],
        }
        for index, target in enumerate(content.targets)
    ]


def _modified(found: Property) -> Object:
    """Values are JSON in a string, text included: ``"\\"Mail.Read\\""``."""
    return {"displayName": found.name, "oldValue": _encoded(found.before), "newValue": _encoded(found.after)}


def _encoded(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
