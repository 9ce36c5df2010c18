"""Records that have one form only: of Identity Protection, of Defender, of Azure and of calls of Microsoft Graph."""

from local.records.content import Record
from local.records.directory_audits import graph_time
from local.records.graph_calls import as_graph_call
from local.records.identifiers import invented_id, object_id_of
from shared.domain.activities import Activity
from shared.domain.events import ActorKind, Event, ForeignAlert, Target

_AZURE_OPERATIONS = {
    Activity.AZURE_ROLE_ASSIGNED: "Microsoft.Authorization/roleAssignments/write",
    Activity.AZURE_ROLE_REMOVED: "Microsoft.Authorization/roleAssignments/delete",
    Activity.KEY_VAULT_CHANGED: "Microsoft.KeyVault/vaults/write",
    Activity.VIRTUAL_MACHINE_CHANGED: "Microsoft.Compute/virtualMachines/write",
    Activity.AZURE_CHANGED: "Microsoft.Storage/storageAccounts/write",
}
_RISKS = frozenset({Activity.RISK_DETECTED, Activity.RISK_CHANGED})

SECURITY = frozenset({*_RISKS, Activity.DEFENDER_ALERT, Activity.GRAPH_CALLED, *_AZURE_OPERATIONS})
"""Activities that no audit log tells of."""


def as_security_record(event: Event) -> Record:
    """The record of an event of one of these activities."""
    if event.activity in _RISKS:
        return _risk(event)
    if event.activity is Activity.GRAPH_CALLED:
        return as_graph_call(event)
    return _alert(event) if event.activity is Activity.DEFENDER_ALERT else _azure(event)


def _risk(event: Event) -> Record:
    app = event.app
    common: Record = {"appId": app.app_id, "riskLevel": event.risk_level or None, "riskState": event.risk_state or None}
    if event.activity is Activity.RISK_CHANGED:
        return {
            "id": object_id_of(app, event),
            "displayName": app.display_name,
            "servicePrincipalType": "Application",
            "isEnabled": True,
            "riskDetail": "none",
            "riskLastUpdatedDateTime": graph_time(event.time),
            **common,
        }
    return {
        "id": invented_id("risk", event.id),
        "servicePrincipalId": object_id_of(app, event),
        "servicePrincipalDisplayName": app.display_name,
        "riskEventType": event.risk_type or "suspiciousSignins",
        "ipAddress": event.client.ip_address or None,
        "location": {"countryOrRegion": event.client.country or None},
        "keyIds": [event.credential_key_id] if event.credential_key_id else [],
        "activityDateTime": graph_time(event.time),
        "lastUpdatedDateTime": graph_time(event.time),
        **common,
    }


def _alert(event: Event) -> Record:
    told = event.foreign_alert or ForeignAlert(id=event.id)
    evidence = {
        "@odata.type": "#microsoft.graph.security.oauthApplicationEvidence",
        "appId": event.app.app_id,
        "displayName": event.app.display_name,
        "objectId": event.app.service_principal_id,
    }
    return {
        "id": told.id,
        "title": told.title,
        "severity": told.severity,
        "status": told.status,
        "category": told.category,
        "serviceSource": told.service_source or "microsoftAppGovernance",
        "detectionSource": told.detection_source or "appGovernanceDetection",
        "mitreTechniques": list(told.techniques),
        "lastUpdateDateTime": graph_time(event.time),
        "evidence": [evidence],
    }


def _azure(event: Event) -> Record:
    is_app = event.actor.kind is ActorKind.APP
    acting = (event.actor.app or event.app) if is_app else None
    target = event.target or Target()
    claims: Record = {"idtyp": "app" if is_app else "user"}
    claims |= {"appid": acting.app_id} if acting is not None else {"upn": event.actor.name}
    return {
        "eventDataId": invented_id("azure", event.id),
        "eventTimestamp": graph_time(event.time),
        "operationName": {"value": _AZURE_OPERATIONS[event.activity]},
        "status": {"value": "Succeeded" if event.succeeded else "Failed"},
        "caller": event.actor.name,
        "claims": claims,
        "httpRequest": {"clientIpAddress": event.client.ip_address or None},
        "resourceId": target.id,
        "resourceType": {"value": target.kind},
    }
