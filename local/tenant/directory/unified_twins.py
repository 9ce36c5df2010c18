"""Directory audits once more, as the unified audit log tells them: under another id, and in whole seconds."""

import json
from uuid import NAMESPACE_OID, uuid5

from local.records.content import Content, Target
from local.records.operations import Operation
from local.records.unified_audit_log import modified_property, principal_entries
from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object

ENTRA_AUDITS = "entraAudits"
"""The name of the log."""

_DIRECTORY = 8
_REGULAR, _SYSTEM = 0, 4


def unified_twin(audit: Object, operation: Operation, actor: Actor, content: Content, tenant_id: str) -> Object:
    """The record that goes with an audit of Microsoft Graph."""
    target = content.targets[0]
    details = {one["key"]: one["value"] for one in audit["additionalDetails"]}
    return {
        "CreationTime": audit["activityDateTime"][:19],
        "Id": str(uuid5(NAMESPACE_OID, audit["id"])),
        # The trailing full stop is the log's own.
        "Operation": f"{operation.name}.",
        "OrganizationId": tenant_id,
        "RecordType": _DIRECTORY,
        "ResultStatus": "Success" if audit["result"] == "success" else "Failure",
        "UserKey": "Not Available",
        "UserType": _REGULAR if actor.is_user else _SYSTEM,
        "Version": 1,
        "Workload": "AzureActiveDirectory",
        "ObjectId": target.app_id or target.id,
        "UserId": actor.user_principal_name if actor.is_user else f"ServicePrincipal_{actor.id}",
        "AzureActiveDirectoryEventType": 1,
        "Actor": _actor(actor),
        "ActorContextId": tenant_id,
        "Target": [entry for found in content.targets for entry in principal_entries(found)],
        "TargetContextId": tenant_id,
        "InterSystemsId": audit["correlationId"],
        "ModifiedProperties": [modified_property(found) for found in content.properties],
        "ExtendedProperties": [
            {"Name": "additionalDetails", "Value": json.dumps(details)},
            {"Name": "extendedAuditEventCategory", "Value": target.type},
        ],
    }


def _actor(actor: Actor) -> list[dict[str, object]]:
    kind = "User" if actor.is_user else "ServicePrincipal"
    name = None if actor.is_user else actor.display_name
    return principal_entries(Target(actor.id, kind, name, actor.user_principal_name))
