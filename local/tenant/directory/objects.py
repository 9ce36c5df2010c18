"""Directory objects as Microsoft Graph returns them, with every property that they have on the wire."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from local.tenant.directory.collections import Object

NOBODY: Object = {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None}
"""The ``verifiedPublisher`` of an unverified app: three nulls, not null."""

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
"""The role id of an assignment that carries no role."""

# Most of 100,000 apps leave most properties empty. Objects are never changed in place, so they share these.
_NONE: list[Any] = []
_NO_LINKS = dict.fromkeys(("logoUrl", "marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl"))
_APPLICATION: Object = {
    "addIns": _NONE,
    "api": {
        "acceptMappedClaims": None,
        "knownClientApplications": [],
        "oauth2PermissionScopes": [],
        "preAuthorizedApplications": [],
        "requestedAccessTokenVersion": None,
    },
    "appRoles": _NONE,
    "applicationTemplateId": None,
    "certification": None,
    "createdByAppId": None,
    "defaultRedirectUri": None,
    "deletedDateTime": None,
    "description": None,
    "disabledByMicrosoftStatus": None,
    "groupMembershipClaims": None,
    "identifierUris": _NONE,
    "info": _NO_LINKS,
    "isDeviceOnlyAuthSupported": None,
    "isDisabled": None,
    "isFallbackPublicClient": None,
    "keyCredentials": _NONE,
    "notes": None,
    "optionalClaims": None,
    "passwordCredentials": _NONE,
    "publicClient": {"redirectUris": []},
    "publisherDomain": "contoso.example",
    "requestSignatureVerification": None,
    "requiredResourceAccess": _NONE,
    "samlMetadataUrl": None,
    "serviceManagementReference": None,
    "servicePrincipalLockConfiguration": None,
    "signInAudience": "AzureADMyOrg",
    "spa": {"redirectUris": []},
    "tags": _NONE,
    "tokenEncryptionKeyId": None,
    "uniqueName": None,
    "verifiedPublisher": NOBODY,
    "web": {"homePageUrl": None, "logoutUrl": None, "redirectUris": []},
}
_SERVICE_PRINCIPAL: Object = {
    "accountEnabled": True,
    "addIns": _NONE,
    "alternativeNames": _NONE,
    "appDescription": None,
    "appOwnerOrganizationId": None,
    "appRoleAssignmentRequired": False,
    "appRoles": _NONE,
    "applicationTemplateId": None,
    "createdByAppId": None,
    "deletedDateTime": None,
    "description": None,
    "disabledByMicrosoftStatus": None,
    "homepage": None,
    "info": _NO_LINKS,
    "isDisabled": None,
    "keyCredentials": _NONE,
    "loginUrl": None,
    "logoutUrl": None,
    "notes": None,
    "notificationEmailAddresses": _NONE,
    "oauth2PermissionScopes": _NONE,
    "passwordCredentials": _NONE,
    "preferredSingleSignOnMode": None,
    "preferredTokenSigningKeyThumbprint": None,
    "replyUrls": _NONE,
    "resourceSpecificApplicationPermissions": _NONE,
    "samlSingleSignOnSettings": None,
    "servicePrincipalType": "Application",
    "signInAudience": "AzureADMyOrg",
    "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
    "tokenEncryptionKeyId": None,
    "verifiedPublisher": NOBODY,
}


def is_service_principal(item: Object) -> bool:
    """Whether it is the identity in this tenant rather than the registration."""
    return "servicePrincipalType" in item


def application(object_id: str, app_id: str, created: str, properties: Mapping[str, Any]) -> Object:
    """A registration. ``properties`` holds ``displayName`` and whatever differs from an empty one."""
    return {**_APPLICATION, **properties, "id": object_id, "appId": app_id, "createdDateTime": created}


def service_principal(object_id: str, app_id: str, created: str, properties: Mapping[str, Any]) -> Object:
    """A service principal. ``properties`` holds ``displayName`` and whatever differs from an empty one."""
    return {
        **_SERVICE_PRINCIPAL,
        "appDisplayName": properties["displayName"],
        "servicePrincipalNames": [app_id],
        **properties,
        "id": object_id,
        "appId": app_id,
        "createdDateTime": created,
    }


def grant(client_id: str, resource_id: str, scope: str, principal_id: str | None) -> Object:
    """A grant of delegated permissions, for all users where ``principal_id`` is None."""
    parts = [client_id, resource_id, *([principal_id] if principal_id else [])]
    return {
        "id": urlsafe_b64encode(b"".join(UUID(part).bytes_le for part in parts)).decode().rstrip("="),
        "clientId": client_id,
        "consentType": "Principal" if principal_id else "AllPrincipals",
        "principalId": principal_id,
        "resourceId": resource_id,
        "scope": scope,
    }


def app_role_assignment(assignment_id: str, principal: Object, resource: Object, role_id: str, created: str) -> Object:
    """An app role, held by a service principal or a user."""
    return {
        "id": assignment_id,
        "appRoleId": role_id,
        "createdDateTime": created,
        "deletedDateTime": None,
        "principalDisplayName": principal["displayName"],
        "principalId": principal["id"],
        "principalType": "ServicePrincipal" if is_service_principal(principal) else "User",
        "resourceDisplayName": resource["displayName"],
        "resourceId": resource["id"],
    }


def federated_credential(credential_id: str, name: str, issuer: str, subject: str) -> Object:
    """Trust in the tokens of an issuer for one subject."""
    return {
        "id": credential_id,
        "name": name,
        "issuer": issuer,
        "subject": subject,
        "description": None,
        "audiences": ["api://AzureADTokenExchange"],
    }


def password(key_id: str, name: str | None, hint: str | None, start: str, end: str) -> Object:
    """A secret as it is read: without its value."""
    return {
        "customKeyIdentifier": None,
        "displayName": name,
        "endDateTime": end,
        "hint": hint,
        "keyId": key_id,
        "secretText": None,
        "startDateTime": start,
    }


def certificate(key_id: str, name: str, thumbprint: str, start: str, end: str) -> Object:
    """A certificate as it is read: without the key."""
    return {
        "customKeyIdentifier": thumbprint,
        "displayName": name,
        "endDateTime": end,
        "key": None,
        "keyId": key_id,
        "startDateTime": start,
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def signing_certificate(key_ids: tuple[str, str], name: str, thumbprint: str, start: str, end: str) -> Object:
    """What signs SAML tokens, as the directory makes it: two uses of one certificate, and the secret that opens it."""
    signs, verifies = (certificate(key_id, name, thumbprint, start, end) for key_id in key_ids)
    opens = password(key_ids[0], name, None, start, end) | {"customKeyIdentifier": thumbprint}
    signs |= {"type": "X509CertAndPassword", "usage": "Sign"}
    return {"keyCredentials": [signs, verifies], "passwordCredentials": [opens]}
