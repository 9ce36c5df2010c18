"""A workload of the bench's form: a handful of documents and rules."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ACT = [("ApplicationManagement", "Consent to application"), ("UserManagement", "Add user")]


def policies() -> list[dict[str, Any]]:
    recent = {"f": "lastUsedDateTime", "op": "newer_days", "v": 30}
    secret = {"anyOf": "credentials", "where": {"f": "type", "op": "eq", "v": "secret"}}
    return [{"id": "P001", "when": {"all": [recent, secret, {"not": {"f": "origin", "op": "eq", "v": "microsoft"}}]}}]


def rules() -> list[dict[str, Any]]:
    sign_in = {"f": "kind", "op": "eq", "v": "signin"}
    audit = {"f": "kind", "op": "eq", "v": "audit"}
    consent = {"f": "activity", "op": "str_startswith", "v": "consent"}
    return [
        {"id": "R001", "when": {"all": [audit, consent, {"f": "mods", "op": "str_contains", "v": "mail.read"}]}},
        {"id": "R002", "when": {"all": [sign_in, {"f": "errorCode", "op": "eq", "v": 0}]}},
    ]


APP: dict[str, Any] = {
    "nameKey": "a",
    "publisherName": "p",
    "verifiedPublisher": None,
    "origin": "external",
    "certification": "none",
    "accountEnabled": True,
    "signInAudience": "AzureADMyOrg",
    "homepage": None,
    "createdDateTime": "2025-01-01T00:00:00Z",
    "firstConsentDateTime": "2025-01-01T00:00:00Z",
    "lastUsedDateTime": "2025-12-31T00:00:00Z",
    "privilegeLevel": "low",
    "consentType": "user",
    "consentedUsers": 1,
    "priorityUsers": 0,
    "permissions": [],
    "permissionValues": [],
    "permissionCount": 0,
    "unusedPermissionCount": 0,
    "nextCredentialExpiry": None,
    "ownerCount": 0,
    "credentials": [{"type": "secret", "endDateTime": "2027-01-01T00:00:00Z"}],
    "usage": {
        "dataBytes30d": 0,
        "trendPct": 0.5,
        "signIns30d": 0,
        "errors30d": 0,
        "byWorkload": {"exchange": 0, "teams": 0},
    },
}
AUDIT: dict[str, Any] = {
    "activityDisplayName": "Consent to application",
    "category": "ApplicationManagement",
    "result": "success",
    "initiatedBy": {"user": {"userPrincipalName": "u@example.org"}, "app": None},
    "additionalDetails": [],
    "targetResources": [
        {
            "displayName": "a",
            "type": "ServicePrincipal",
            "modifiedProperties": [{"displayName": "Scope", "newValue": "Mail.Read"}],
        }
    ],
}
SIGN_IN: dict[str, Any] = {
    "servicePrincipalName": None,
    "appDisplayName": "a",
    "ipAddress": "192.0.2.1",
    "clientAppUsed": "Browser",
    "conditionalAccessStatus": "success",
    "riskLevelAggregated": "none",
    "resourceDisplayName": "r",
    "authenticationProtocol": "none",
    "status": {"errorCode": 50126},
    "userAgent": "x",
    "location": {"countryOrRegion": "DE"},
    "deviceDetail": {"operatingSystem": "Linux"},
}
OTHER: dict[str, Any] = {"activityDisplayName": "Add user"}

if __name__ == "__main__":
    kind, count, path = sys.argv[1:]
    documents = [APP, {**APP, "origin": "microsoft"}] if kind == "apps" else [AUDIT, SIGN_IN, OTHER]
    with Path(path).open("w", encoding="utf-8") as lines:
        for number in range(int(count)):
            lines.write(json.dumps(documents[number % len(documents)]) + "\n")
