"""Records of every form, written from the documented shapes. One audit can be written in each form that carries it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
GRAPH_NAMES = f"{GRAPH_APP_ID}/ags.windows.net;{GRAPH_APP_ID};https://graph.microsoft.com;https://ags.windows.net"
GRAPH_PRINCIPAL = "11111111-0000-4000-8000-000000000001"

APP_ID = "aaaaaaaa-0000-4000-8000-000000000001"
PRINCIPAL_ID = "aaaaaaaa-0000-4000-8000-000000000002"
REGISTRATION_ID = "aaaaaaaa-0000-4000-8000-000000000003"
USER_ID = "bbbbbbbb-0000-4000-8000-000000000001"
USER_NAME = "ada@contoso.example"
OTHER_USER_ID = "bbbbbbbb-0000-4000-8000-000000000002"
OTHER_USER_NAME = "bob@contoso.example"
CORRELATION_ID = "cccccccc-0000-4000-8000-000000000001"
TENANT_ID = "dddddddd-0000-4000-8000-000000000001"

MAIL_READ_ROLE = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
MAIL_READWRITE_SCOPE = "024d486e-b451-40bb-833d-3e66d98c5c73"
USER_READ_SCOPE = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"

type Record = dict[str, object]
type Values = Mapping[str, tuple[object, object]]
"""Modified properties: name to the value before and the value after."""


@dataclass(frozen=True)
class Principal:
    """A target or an actor. ``user_principal_name`` only for users."""

    type: str
    id: str
    name: str | None = None
    user_principal_name: str | None = None


ADA = Principal("User", USER_ID, user_principal_name=USER_NAME)
BOB = Principal("User", OTHER_USER_ID, user_principal_name=OTHER_USER_NAME)
CLIENT = Principal("ServicePrincipal", PRINCIPAL_ID, "Contoso Mailer")
REGISTRATION = Principal("Application", REGISTRATION_ID, "Contoso Mailer")
GRAPH_API = Principal("ServicePrincipal", GRAPH_PRINCIPAL, "Microsoft Graph")


@dataclass(frozen=True)
class Audit:
    """What a directory audit tells, free of any form."""

    operation: str
    targets: tuple[Principal, ...] = ()
    changes: Values = field(default_factory=dict)
    actor: Principal | None = ADA
    details: Mapping[str, str] = field(default_factory=lambda: {"User-Agent": "Mozilla/5.0"})
    succeeded: bool = True
    ip_address: str | None = None
    id: str = "Directory_cccccccc_ABCDE_1"
    time: str = "2026-07-19T14:46:48Z"


def graph_audit(audit: Audit) -> Record:
    """As Microsoft Graph gives it: each value is JSON in a string, the properties stand on the first target."""
    changes = [
        {"displayName": name, "oldValue": _json(before), "newValue": _json(after)}
        for name, (before, after) in audit.changes.items()
    ]
    return {
        "id": audit.id,
        "category": "ApplicationManagement",
        "correlationId": CORRELATION_ID,
        "result": "success" if audit.succeeded else "failure",
        "resultReason": "",
        "activityDisplayName": audit.operation,
        "activityDateTime": audit.time,
        "loggedByService": "Core Directory",
        "initiatedBy": _initiator(audit),
        "targetResources": [
            {
                "id": target.id,
                "displayName": target.name,
                "type": target.type,
                "userPrincipalName": target.user_principal_name,
                "groupType": None,
                "modifiedProperties": changes if place == 0 else [],
            }
            for place, target in enumerate(audit.targets)
        ],
        "additionalDetails": [{"key": key, "value": value} for key, value in audit.details.items()],
    }


def in_pascal_case(record: Record) -> Record:
    """The record with the keys of every level as the Graph PowerShell module writes them."""
    return {name[:1].upper() + name[1:]: _pascal_value(value) for name, value in record.items()}


def _pascal_value(value: object) -> object:
    if isinstance(value, list):
        return [_pascal_value(item) for item in value]
    return in_pascal_case(value) if isinstance(value, dict) else value


def audit_row(audit: Audit, *, nested_as_text: bool = True) -> Record:
    """As a row of ``AuditLogs``: PascalCase columns, nested values as JSON in a string or as objects."""
    record = graph_audit(audit)

    def nested(name: str) -> object:
        return json.dumps(record[name]) if nested_as_text else record[name]

    return {
        "Type": "AuditLogs",
        "TimeGenerated": "2026-07-19T15:00:00Z",
        "Id": record["id"],
        "Category": record["category"],
        "CorrelationId": record["correlationId"],
        "Result": record["result"],
        "OperationName": record["activityDisplayName"],
        "ActivityDisplayName": record["activityDisplayName"],
        "ActivityDateTime": record["activityDateTime"],
        "InitiatedBy": nested("initiatedBy"),
        "TargetResources": nested("targetResources"),
        "AdditionalDetails": nested("additionalDetails"),
    }


def audit_envelope(audit: Audit) -> Record:
    """As diagnostic settings write it. ``time`` is when it was ingested."""
    return {
        "time": "2026-07-19T15:00:00Z",
        "resourceId": f"/tenants/{TENANT_ID}/providers/Microsoft.aadiam",
        "operationName": audit.operation,
        "category": "AuditLogs",
        "properties": graph_audit(audit),
    }


def unified_audit(audit: Audit) -> Record:
    """As the unified audit log gives it: bare values, printed arrays, a full stop, no zone, flat lists of ids."""
    actor = audit.actor
    return {
        "CreationTime": audit.time.removesuffix("Z"),
        "Id": "eeeeeeee-0000-4000-8000-000000000001",
        "Operation": f"{audit.operation.strip()}.",
        "OrganizationId": TENANT_ID,
        "RecordType": 8,
        "ResultStatus": "Success" if audit.succeeded else "Failure",
        "UserType": 0,
        "Workload": "AzureActiveDirectory",
        "UserId": actor.user_principal_name or f"ServicePrincipal_{actor.id}" if actor else "Not Available",
        "InterSystemsId": CORRELATION_ID,
        "ExtendedProperties": [
            {"Name": "additionalDetails", "Value": json.dumps(dict(audit.details))},
            {"Name": "extendedAuditEventCategory", "Value": "ServicePrincipal"},
        ],
        "ModifiedProperties": [
            {"Name": name, "OldValue": _bare(before), "NewValue": _bare(after)}
            for name, (before, after) in audit.changes.items()
        ],
        "Actor": _actor_ids(actor) if actor else [],
        "Target": [entry for target in audit.targets for entry in _target_ids(target)],
    }


def consent_permissions(*sides: tuple[tuple[str, str], ...]) -> str:
    """``ConsentAction.Permissions`` of (consent type, scopes) before and after, as the service prints it."""
    before, after = (
        "["
        + ", ".join(
            f"[Id: aaaD, ClientId: {PRINCIPAL_ID}, PrincipalId: , ResourceId: {GRAPH_PRINCIPAL}, "
            f"ConsentType: {consent_type}, Scope: {scopes}, CreatedDateTime: , LastModifiedDateTime ]"
            for consent_type, scopes in side
        )
        + "]"
        for side in sides
    )
    return f"{before} => {after}; "


def sign_in(**fields: object) -> Record:
    """A signIn as beta gives it for a service principal."""
    return {
        "id": "ffffffff-0000-4000-8000-000000000001",
        "createdDateTime": "2026-07-20T08:31:21.3310422+00:00",
        "userDisplayName": "",
        "userPrincipalName": "",
        "userId": "",
        "appId": APP_ID,
        "appDisplayName": "Contoso Mailer",
        "ipAddress": "203.0.113.7",
        "userAgent": "",
        "clientAppUsed": "",
        "correlationId": CORRELATION_ID,
        "isInteractive": False,
        "resourceDisplayName": "Microsoft Graph",
        "resourceId": GRAPH_APP_ID,
        "resourceServicePrincipalId": GRAPH_PRINCIPAL,
        "servicePrincipalId": PRINCIPAL_ID,
        "servicePrincipalName": "Contoso Mailer",
        "servicePrincipalCredentialKeyId": "99999999-0000-4000-8000-000000000001",
        "federatedCredentialId": "",
        "signInEventTypes": ["servicePrincipal"],
        "status": {"errorCode": 0, "failureReason": "Other."},
        "location": {"city": "Utrecht", "countryOrRegion": "NL"},
        **fields,
    }


def mail_items_accessed(**fields: object) -> Record:
    """A MailItemsAccessed of the kind Bind, as the Management Activity API gives it."""
    return {
        "CreationTime": "2026-05-18T10:48:21",
        "Id": "eeeeeeee-0000-4000-8000-000000000002",
        "Operation": "MailItemsAccessed",
        "RecordType": 50,
        "ResultStatus": "Succeeded",
        "UserType": 0,
        "UserKey": "10032001266C162C",
        "Workload": "Exchange",
        "UserId": USER_NAME,
        "AppId": GRAPH_APP_ID,
        "ClientAppId": APP_ID,
        "ClientIPAddress": "203.0.113.7",
        "ClientInfoString": "Client=REST;;",
        "MailboxGuid": "12121212-0000-4000-8000-000000000001",
        "MailboxOwnerUPN": USER_NAME,
        "OperationProperties": [{"Name": "MailAccessType", "Value": "Bind"}, {"Name": "IsThrottled", "Value": "False"}],
        "Folders": [
            {"Path": "\\Inbox", "FolderItems": [{"InternetMessageId": "<1@x>"}, {"InternetMessageId": "<2@x>"}]}
        ],
        "OperationCount": 2,
        **fields,
    }


def _initiator(audit: Audit) -> Record:
    actor = audit.actor
    if actor is None:
        return {}
    if actor.type == "User":
        return {
            "app": None,
            "user": {
                "id": actor.id,
                "displayName": actor.name,
                "userPrincipalName": actor.user_principal_name,
                "ipAddress": audit.ip_address,
            },
        }
    app = {"appId": None, "displayName": actor.name, "servicePrincipalId": actor.id, "servicePrincipalName": None}
    return {"user": None, "app": app}


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value)


def _bare(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, indent=2).replace("\n", "\r\n")


def _actor_ids(actor: Principal) -> list[Record]:
    own = [f"{actor.type}_{actor.id}", actor.id, actor.type]
    first = (
        [{"ID": actor.user_principal_name, "Type": 5}, {"ID": "10032001266C162C", "Type": 3}]
        if actor.type == "User"
        else [{"ID": actor.name, "Type": 1}]
    )
    return [*first, *({"ID": value, "Type": 2} for value in own)]


def _target_ids(target: Principal) -> list[Record]:
    ids: list[Record] = [
        {"ID": f"{target.type}_{target.id}", "Type": 2},
        {"ID": target.id, "Type": 2},
        {"ID": target.type, "Type": 2},
    ]
    if target.user_principal_name:
        return [*ids, {"ID": target.user_principal_name, "Type": 5}, {"ID": "1003200099", "Type": 3}]
    return [*ids, {"ID": target.name, "Type": 1}] if target.name else ids
