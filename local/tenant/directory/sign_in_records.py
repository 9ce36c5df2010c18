"""Records of the sign-in log as beta writes them: empty texts for what does not apply, and seven-digit fractions."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from local.tenant.directory.collections import Object

INTERACTIVE, NON_INTERACTIVE = "interactiveUser", "nonInteractiveUser"
SERVICE_PRINCIPAL, MANAGED_IDENTITY = "servicePrincipal", "managedIdentity"
SIGN_IN_KINDS = (INTERACTIVE, NON_INTERACTIVE, SERVICE_PRINCIPAL, MANAGED_IDENTITY)
"""One log each."""

_OF_APPS = (SERVICE_PRINCIPAL, MANAGED_IDENTITY)

_REASONS = {
    0: "Other.",
    50126: "Invalid username or password.",
    700016: "The application was not found in the directory.",
    7000215: "Invalid client secret.",
    7000222: "The client secret has expired.",
}
_ANOTHER_REASON = "The sign-in failed."


def sign_in_log(kind: str) -> str:
    """The name of the log with sign-ins of this kind."""
    return f"signIns/{kind}"


def token_id(app_id: str, user_id: str | None, at: datetime) -> str:
    """Of the token that serves an app, for itself or for a user, for the hour."""
    return uuid5(UUID(app_id), f"{user_id} {at:%Y-%m-%dT%H}").hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a sign-in comes from, unless from within Azure."""

    ip: str
    country: str
    asn: int
    user_agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One sign-in. ``principal`` and ``api`` are service principals; ``user`` is None where an app acts for itself.

    ``key_id`` is empty where none is told, ``credential_kind`` is Graph's word.
    """

    id: str
    kind: str
    at: datetime
    principal: Object
    api: Object
    user: Object | None
    origin: Origin
    key_id: str
    credential_kind: str
    error_code: int


def sign_in_record(signed_in: SignIn, tenant_id: str) -> Object:
    """The signIn object."""
    principal, api = signed_in.principal, signed_in.api
    user = signed_in.user
    is_by_app = signed_in.kind in _OF_APPS
    moment = signed_in.at.astimezone(UTC)
    return {
        "id": signed_in.id,
        "createdDateTime": f"{moment:%Y-%m-%dT%H:%M:%S.%f}2+00:00",
        "agent": {"agentType": "notAgentic", "agentSubjectType": "notAgentic", "parentAppId": ""},
        "appDisplayName": principal["displayName"],
        "appId": principal["appId"],
        "appOwnerTenantId": principal["appOwnerOrganizationId"] or "",
        "appliedConditionalAccessPolicies": [],
        "clientCredentialType": signed_in.credential_kind,
        "conditionalAccessStatus": "notApplied",
        "correlationId": signed_in.id,
        "federatedCredentialId": "",
        "homeTenantId": "" if is_by_app else tenant_id,
        "isInteractive": signed_in.kind == INTERACTIVE,
        "resourceDisplayName": api["displayName"],
        "resourceId": api["appId"],
        "resourceOwnerTenantId": api["appOwnerOrganizationId"] or "",
        "resourceServicePrincipalId": api["id"],
        "resourceTenantId": tenant_id,
        "riskLevelDuringSignIn": "none",
        "riskState": "none",
        "servicePrincipalCredentialKeyId": signed_in.key_id,
        "servicePrincipalId": principal["id"] if is_by_app else "",
        "servicePrincipalName": principal["displayName"] if is_by_app else "",
        "signInEventTypes": [signed_in.kind],
        "status": {
            "errorCode": signed_in.error_code,
            "failureReason": _REASONS.get(signed_in.error_code, _ANOTHER_REASON),
            "additionalDetails": None,
        },
        "uniqueTokenIdentifier": token_id(principal["appId"], user["id"] if user else None, moment),
        "userType": user["userType"].lower() if user else "Member",
        **_of_user(user),
        **_of_client(signed_in),
    }


def _of_user(user: Object | None) -> Object:
    """Who signed in; an app by itself is a user without a name."""
    return {
        "userDisplayName": user["displayName"] if user else "",
        "userId": user["id"] if user else "",
        "userPrincipalName": user["userPrincipalName"] if user else "",
    }


def _of_client(signed_in: SignIn) -> Object:
    """Managed identities sign in from within Azure: their records have no address, and no location at all."""
    device = {"deviceId": "", "displayName": "", "operatingSystem": "", "browser": ""}
    if signed_in.kind == MANAGED_IDENTITY:
        return {"clientAppUsed": "Unknown", "deviceDetail": device, "ipAddress": "", "userAgent": ""}
    origin = signed_in.origin
    return {
        "autonomousSystemNumber": origin.asn,
        "clientAppUsed": "Browser" if signed_in.kind == INTERACTIVE else "Unknown",
        "deviceDetail": device,
        "ipAddress": origin.ip,
        "location": {"city": "", "state": "", "countryOrRegion": origin.country, "geoCoordinates": {}},
        "userAgent": origin.user_agent,
    }
