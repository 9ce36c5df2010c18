"""Rows of Log Analytics: PascalCase columns, nested values as JSON in a string."""

import json
from collections.abc import Mapping

from local.records.audits import ELSEWHERE
from local.records.content import Record
from local.records.directory_audits import as_directory_audit
from local.records.identifiers import TENANT_ID
from local.records.sign_ins import as_sign_in, sign_in_kind
from local.records.unified_audit_log import as_unified_audit
from shared.domain.activities import Activity
from shared.domain.events import Event

_SIGN_IN_TABLES = {
    "interactiveUser": ("SigninLogs", "SignInLogs"),
    "nonInteractiveUser": ("AADNonInteractiveUserSignInLogs", "NonInteractiveUserSignInLogs"),
    "servicePrincipal": ("AADServicePrincipalSignInLogs", "ServicePrincipalSignInLogs"),
    "managedIdentity": ("AADManagedIdentitySignInLogs", "ManagedIdentitySignInLogs"),
}
"""Table and category of each stream."""

_SIGN_IN_COLUMNS = {
    "id": "Id",
    "createdDateTime": "CreatedDateTime",
    "correlationId": "CorrelationId",
    "appId": "AppId",
    "ipAddress": "IPAddress",
    "userAgent": "UserAgent",
    "resourceId": "ResourceIdentity",
    "resourceServicePrincipalId": "ResourceServicePrincipalId",
    "resourceDisplayName": "ResourceDisplayName",
}
_USER_COLUMNS = {
    "appDisplayName": "AppDisplayName",
    "userId": "UserId",
    "userPrincipalName": "UserPrincipalName",
    "userDisplayName": "UserDisplayName",
    "isInteractive": "IsInteractive",
}
_SERVICE_PRINCIPAL_COLUMNS = {
    "servicePrincipalId": "ServicePrincipalId",
    "servicePrincipalName": "ServicePrincipalName",
    "servicePrincipalCredentialKeyId": "ServicePrincipalCredentialKeyId",
    "federatedCredentialId": "FederatedCredentialId",
}
_OFFICE_COLUMNS = {
    "Id": "OfficeId",
    "Workload": "OfficeWorkload",
    "ObjectId": "OfficeObjectId",
    "ClientIPAddress": "Client_IPAddress",
    "UserKey": "UserKey",
    "Operation": "Operation",
    "ResultStatus": "ResultStatus",
    "UserId": "UserId",
    "AppId": "AppId",
    "ApplicationId": "ApplicationId",
    "ClientAppId": "ClientAppId",
    "ClientIP": "ClientIP",
    "ClientInfoString": "ClientInfoString",
    "UserAgent": "UserAgent",
    "MailboxGuid": "MailboxGuid",
    "MailboxOwnerUPN": "MailboxOwnerUPN",
}
"""The table has no OperationCount: how many messages were read only ``Folders`` tells."""

_USER_TYPES = {0: "Regular", 4: "System", 5: "Application", 6: "ServicePrincipal"}


def as_log_analytics(event: Event) -> Record:
    """The row of AuditLogs, of OfficeActivity or of one of the four sign-in tables."""
    if event.activity is Activity.SIGN_IN:
        return _sign_in_row(event)
    return _office_row(as_unified_audit(event)) if event.activity in ELSEWHERE else _audit_row(event)


def _audit_row(event: Event) -> Record:
    audit = as_directory_audit(event)
    time = audit["activityDateTime"]
    return {
        "Type": "AuditLogs",
        "SourceSystem": "Azure AD",
        "Id": audit["id"],
        "TimeGenerated": time,
        "ActivityDateTime": time,
        "OperationName": audit["activityDisplayName"],
        "ActivityDisplayName": audit["activityDisplayName"],
        "AADOperationType": audit["operationType"],
        "OperationVersion": "1.0",
        "Category": audit["category"],
        "Result": audit["result"],
        "ResultReason": audit["resultReason"],
        "ResultSignature": "None",
        "CorrelationId": audit["correlationId"],
        "LoggedByService": audit["loggedByService"],
        "Resource": "Microsoft.aadiam",
        "Level": "4",
        "AADTenantId": TENANT_ID,
        "InitiatedBy": _json(audit["initiatedBy"]),
        "TargetResources": _json(audit["targetResources"]),
        "AdditionalDetails": _json(audit["additionalDetails"]),
    }


def _sign_in_row(event: Event) -> Record:
    sign_in = as_sign_in(event)
    kind = sign_in_kind(event)
    table, category = _SIGN_IN_TABLES[kind]
    status = sign_in["status"]
    columns = _USER_COLUMNS if kind.endswith("User") else _SERVICE_PRINCIPAL_COLUMNS
    row: Record = {
        "Type": table,
        "Category": category,
        "SourceSystem": "Azure AD",
        "OperationName": "Sign-in activity",
        "TimeGenerated": sign_in["createdDateTime"],
        # The error code as text, where the API has a number inside the status.
        "ResultType": str(status["errorCode"]) if isinstance(status, dict) else "",
        "Level": "4",
        **_renamed(sign_in, {**_SIGN_IN_COLUMNS, **columns}),
    }
    if "autonomousSystemNumber" in sign_in:
        row["AutonomousSystemNumber"] = str(sign_in["autonomousSystemNumber"])
    if "location" in sign_in:
        row["LocationDetails"] = _json(sign_in["location"])
    return row


def _office_row(audit: Record) -> Record:
    created = audit["CreationTime"]
    row: Record = {
        "Type": "OfficeActivity",
        "SourceSystem": "OfficeActivityManager",
        "TimeGenerated": f"{created}Z" if created else None,
        "RecordType": str(audit["RecordType"]),
        "UserType": _USER_TYPES.get(audit["UserType"]) if isinstance(audit["UserType"], int) else None,
        **_renamed(audit, _OFFICE_COLUMNS),
    }
    for name in ("Folders", "OperationProperties", "AppAccessContext"):
        if name in audit:
            row[name] = _json(audit[name])
    return row


def _renamed(record: Record, columns: Mapping[str, str]) -> Record:
    return {column: record[name] for name, column in columns.items() if name in record}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
