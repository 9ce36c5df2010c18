"""Rows of Log Analytics, and the envelopes that diagnostic settings write to storage and event hubs.

Both hold what the APIs give, in other clothes: rows have PascalCase columns whose nested values may be JSON in a
string, envelopes carry the object under ``properties``. Each is brought into the API's form and read there. What
``Get-MgAuditLogDirectoryAudit`` of the Graph PowerShell module exports has the columns of a row, and is read as one.
"""

from collections.abc import Mapping

from shared.domain.events import Event
from shared.sources.decoding import content_id, embedded
from shared.sources.directory_audits import read_directory_audit
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, first_text, integer, text
from shared.sources.sign_ins import read_sign_in
from shared.sources.unified_audit_log import read_unified

_SIGN_IN_KINDS = {
    "SigninLogs": "interactiveUser",
    "SignInLogs": "interactiveUser",
    "AADNonInteractiveUserSignInLogs": "nonInteractiveUser",
    "NonInteractiveUserSignInLogs": "nonInteractiveUser",
    "AADServicePrincipalSignInLogs": "servicePrincipal",
    "ServicePrincipalSignInLogs": "servicePrincipal",
    "AADManagedIdentitySignInLogs": "managedIdentity",
    "ManagedIdentitySignInLogs": "managedIdentity",
}
"""By table (a row's ``Type``) and by category (a row's or an envelope's)."""

_AUDIT_COLUMNS = {
    "activityDisplayName": ("ActivityDisplayName", "OperationName"),
    "activityDateTime": ("ActivityDateTime", "TimeGenerated"),
    "result": ("Result",),
    "correlationId": ("CorrelationId",),
}
_SIGN_IN_COLUMNS = {
    "createdDateTime": ("CreatedDateTime", "TimeGenerated"),
    "appId": ("AppId",),
    "appDisplayName": ("AppDisplayName",),
    "correlationId": ("CorrelationId",),
    "ipAddress": ("IPAddress",),
    "userAgent": ("UserAgent",),
    "userId": ("UserId",),
    "userPrincipalName": ("UserPrincipalName",),
    "userDisplayName": ("UserDisplayName",),
    "servicePrincipalId": ("ServicePrincipalId",),
    "servicePrincipalName": ("ServicePrincipalName",),
    "servicePrincipalCredentialKeyId": ("ServicePrincipalCredentialKeyId",),
    "federatedCredentialId": ("FederatedCredentialId",),
    "clientCredentialType": ("ClientCredentialType",),
    "uniqueTokenIdentifier": ("UniqueTokenIdentifier",),
    "riskLevelDuringSignIn": ("RiskLevelDuringSignIn",),
    "resourceId": ("ResourceIdentity",),
    "resourceServicePrincipalId": ("ResourceServicePrincipalId",),
    "resourceDisplayName": ("ResourceDisplayName",),
}
_OFFICE_COLUMNS = {
    "Id": ("OfficeId", "SourceRecordId"),
    "CreationTime": ("TimeGenerated",),
    "Workload": ("OfficeWorkload",),
    "ObjectId": ("OfficeObjectId",),
    "ClientIPAddress": ("Client_IPAddress", "ClientIP"),
}
_OFFICE_NESTED = ("Folders", "OperationProperties", "AppAccessContext")


def is_audit_row(row: Fields) -> bool:
    return row.get("Type") == "AuditLogs" or "TargetResources" in row or "AADOperationType" in row


def is_sign_in_row(row: Fields) -> bool:
    return "ResultType" in row and ("AppId" in row or "ServicePrincipalId" in row)


def is_office_row(row: Fields) -> bool:
    return row.get("Type") == "OfficeActivity" or "OfficeWorkload" in row


def read_audit_row(row: Fields) -> tuple[Event, ...]:
    """The events of a row of ``AuditLogs``. Raises RecordError."""
    return read_directory_audit(
        {
            **_renamed(row, _AUDIT_COLUMNS),
            "id": _id(row),
            "initiatedBy": _nested(row, "InitiatedBy", dict),
            "targetResources": _nested(row, "TargetResources", list),
            "additionalDetails": _nested(row, "AdditionalDetails", list),
        }
    )


def read_sign_in_row(row: Fields) -> tuple[Event, ...]:
    """The event of a row of one of the four sign-in tables. Raises RecordError."""
    kinds = [_SIGN_IN_KINDS.get(text(row, column) or "") for column in ("Type", "Category")]
    kind = kinds[0] or kinds[1]
    if kind is None:
        raise RecordError("the sign-in row names neither its table in Type nor its Category")
    record = {
        **_renamed(row, _SIGN_IN_COLUMNS),
        "id": _id(row),
        "signInEventTypes": [kind],
        "status": {"errorCode": _error_code(row)},
    }
    if "AutonomousSystemNumber" in row:
        # Text in a workspace, a number in some exports.
        record["autonomousSystemNumber"] = row["AutonomousSystemNumber"]
    if "LocationDetails" in row:
        record["location"] = _nested(row, "LocationDetails", dict)
    return read_sign_in(record)


def read_office_row(row: Fields) -> tuple[Event, ...]:
    """The event of a row of ``OfficeActivity``, which holds the unified audit log. Raises RecordError."""
    nested = {name: embedded(row[name]) for name in _OFFICE_NESTED if name in row}
    return read_unified({**row, **_renamed(row, _OFFICE_COLUMNS), **nested, "Id": _office_id(row)})


def read_envelope(envelope: Fields) -> tuple[Event, ...]:
    """The events of a diagnostic-settings envelope. Its own ``time`` is when it was ingested: not used."""
    properties = embedded(envelope.get("properties"))
    if not isinstance(properties, dict):
        raise RecordError("properties is not an object")
    category = text(envelope, "category") or ""
    if category == "AuditLogs":
        return read_directory_audit(properties)
    if category in _SIGN_IN_KINDS:
        return read_sign_in({"signInEventTypes": [_SIGN_IN_KINDS[category]], **properties})
    raise RecordError("the envelope's category is not one that is read")


def _renamed(row: Fields, columns: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    """The row under the API's names; a column that the row does not have stays away."""
    return {
        name: first_text(row, *sources) for name, sources in columns.items() if any(source in row for source in sources)
    }


def _id(row: Fields) -> str:
    return text(row, "Id") or content_id(row)


def _office_id(row: Fields) -> str:
    return first_text(row, "OfficeId", "SourceRecordId", "Id") or content_id(row)


def _nested(row: Fields, column: str, kind: type) -> object:
    value = embedded(row.get(column))
    if value is not None and not isinstance(value, kind):
        raise RecordError(f"{column} is not JSON of the expected kind")
    return _in_camel_case(value) if _is_pascal_case(value) else value


def _is_pascal_case(value: object) -> bool:
    """Rows have camelCase inside; what the Graph PowerShell module exports is PascalCase at every level."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and any(name[:1].isupper() for name in first)


def _in_camel_case(value: object) -> object:
    if isinstance(value, list):
        return [_in_camel_case(item) for item in value]
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _in_camel_case(item) for name, item in value.items()}
    return value


def _error_code(row: Fields) -> int | None:
    """``ResultType`` is the error code as text; some rows write the outcome there and the code elsewhere."""
    code = integer(row.get("ResultType"))
    if code is not None:
        return code
    status = embedded(row.get("Status"))
    told = integer(status.get("errorCode")) if isinstance(status, dict) else None
    return told if told is not None else integer(row.get("ResultSignature"))
