"""Records of two logs as Microsoft Graph gives them, and the same as rules of Sigma see them: flat."""

from collections.abc import Iterator
from itertools import product
from typing import Any

# Any: records are JSON.
type Json = dict[str, Any]

_DASHED = "Update application \u2013 Certificates and secrets management "
_OPERATIONS = (
    ("Add owner to application", "ApplicationManagement"),
    ("Add delegated permission grant", "ApplicationManagement"),
    ("Consent to application", "ApplicationManagement"),
    (_DASHED, "ApplicationManagement"),
    ("Disable account", "UserManagement"),
    ("Delete group", "GroupManagement"),
)
_PEOPLE = ("admin@contoso.example", "kim@contoso.example", None)
_AGENTS = (None, "python-requests/2.33", "probe*1", "probe-1")
_TIME = "2026-03-02T10:00:00Z"


def audits() -> Iterator[tuple[Json, Json]]:
    """Each record with its flat form."""
    for (operation, category), person, agent, result in product(_OPERATIONS, _PEOPLE, _AGENTS, ("success", "failure")):
        changes = _changes(operation, by_admin=person == _PEOPLE[0])
        details = [{"key": "User-Agent", "value": agent}] if agent else []
        yield (
            {
                "id": f"{operation}-{person}-{agent}-{result}",
                "activityDisplayName": operation,
                "activityDateTime": _TIME,
                "category": category,
                "result": result,
                "initiatedBy": _initiator(person),
                "additionalDetails": details,
                "targetResources": [
                    {
                        "id": "00000000-0000-0000-0000-00000000000a",
                        "type": "ServicePrincipal",
                        "displayName": "Sync",
                        "modifiedProperties": [
                            {"displayName": name, "oldValue": None, "newValue": f'"{value}"'}
                            for name, value in changes.items()
                        ],
                    }
                ],
            },
            {
                **dict.fromkeys(("properties.message", "operationName", "ActivityDisplayName"), operation),
                "Category": category,
                "Result": result,
                "UserAgent": agent,
                "InitiatedBy.user.userPrincipalName": person,
                "InitiatedBy.app.displayName": None if person else "Deployer",
                "TargetResources.ModifiedProperties.displayName": list(changes),
                "TargetResources.ModifiedProperties.newValue": list(changes.values()),
                **changes,
            },
        )


def _initiator(person: str | None) -> Json:
    if person:
        return {"user": {"id": f"id-{person}", "userPrincipalName": person, "ipAddress": "192.0.2.1"}}
    return {"app": {"servicePrincipalId": "00000000-0000-0000-0000-00000000000b", "displayName": "Deployer"}}


def _changes(operation: str, *, by_admin: bool) -> dict[str, str]:
    match operation:
        case "Add delegated permission grant":
            return {"DelegatedPermissionGrant.Scope": "Mail.Read openid"}
        case "Consent to application":
            return {"ConsentContext.IsAdminConsent": str(by_admin)}
    return {"DisplayName": "Sync"}


def sign_ins() -> Iterator[tuple[Json, Json]]:
    """Each record with its flat form."""
    for number, (code, country, address, agent, risk) in enumerate(
        product(
            (0, 50126, 65001),
            ("DE", "FR"),
            ("192.0.2.77", "198.51.100.9"),
            ("AzureHound/2.1", "Mozilla/5.0", None),
            ("none", "high"),
        )
    ):
        app_id = f"aaaaaaaa-0000-0000-0000-00000000000{number % 3}"
        name, resource = ("Files sync", "Mail")[number % 2], ("Microsoft Graph", "Contoso API")[number % 5 % 2]
        person = "kim@contoso.example" if number % 7 else "eve@fabrikam.example"
        yield (
            {
                "id": f"sign-in-{number}",
                "createdDateTime": _TIME,
                "appId": app_id,
                "appDisplayName": name,
                "resourceDisplayName": resource,
                "userPrincipalName": person,
                "userId": "00000000-0000-0000-0000-00000000000c",
                "ipAddress": address,
                "userAgent": agent or "",
                "location": {"countryOrRegion": country},
                "riskLevelDuringSignIn": risk,
                "isInteractive": True,
                "status": {"errorCode": code},
            },
            {
                "ResultType": code,
                "Status": "Failure" if code else "Success",
                "Location": country,
                "IPAddress": address,
                "userAgent": agent,
                "AppId": app_id,
                "AppDisplayName": name,
                "ResourceDisplayName": resource,
                "UserPrincipalName": person,
                "RiskLevelDuringSignIn": risk,
            },
        )
