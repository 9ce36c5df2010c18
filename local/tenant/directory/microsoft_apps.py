"""Microsoft's own service principals: the APIs with their permissions, well-known clients, and many others."""

from collections.abc import Iterator
from random import Random
from uuid import NAMESPACE_OID, UUID, uuid5

from local.tenant.directory.collections import Object
from local.tenant.directory.objects import service_principal
from shared.domain.apps import PermissionKind
from shared.domain.microsoft import (
    AZURE_AD_GRAPH,
    AZURE_SERVICE_MANAGEMENT,
    EXCHANGE_ONLINE,
    HOME_TENANTS,
    MANAGEMENT_APIS,
    MICROSOFT_GRAPH,
    SHAREPOINT_ONLINE,
)
from shared.domain.permission_table import PERMISSIONS

APIS = {
    MICROSOFT_GRAPH: "Microsoft Graph",
    EXCHANGE_ONLINE: "Office 365 Exchange Online",
    SHAREPOINT_ONLINE: "Office 365 SharePoint Online",
    MANAGEMENT_APIS: "Office 365 Management APIs",
    AZURE_SERVICE_MANAGEMENT: "Windows Azure Service Management API",
    AZURE_AD_GRAPH: "Windows Azure Active Directory",
    "00000007-0000-0000-c000-000000000000": "Dataverse",
    "00000009-0000-0000-c000-000000000000": "Power BI Service",
    "c161e42e-d4df-4a3d-9b42-e7a3c31f59d4": "Microsoft Intune API",
    "cfa8b339-82a2-471a-a3c9-0fc0be7a4093": "Azure Key Vault",
    "e406a681-f3d4-42a8-90b6-c2b029497af1": "Azure Storage",
    "fc780465-2017-40d4-a0c5-307022471b92": "WindowsDefenderATP",
}
"""The APIs that apps ask permissions of, by appId."""

_CLIENTS = {
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Microsoft Azure CLI",
    "14d82eec-204b-4c2f-b7e8-296a70dab67e": "Microsoft Graph Command Line Tools",
    "1950a258-227b-4e31-a9cf-717495945fc2": "Microsoft Azure PowerShell",
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264": "Microsoft Teams",
    "872cd9fa-d31f-45e0-9eab-6e460a02d1f1": "Visual Studio",
    "ab9b8c07-8f02-4f72-87fa-80105867a763": "OneDrive SyncEngine",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c": "Microsoft Office",
    "de8bc8b5-d9f9-48b1-a8ad-b748da725064": "Graph Explorer",
}
PROVISIONING = "Microsoft Azure Provisioning"
"""The first-party app that puts others into the tenant, when a licence brings a service."""

_SUBJECTS = ("Azure", "Dynamics", "Fabric", "Intune", "Office", "Planner", "Power", "Purview", "Teams", "Viva")
_NOUNS = ("Agent", "Automation", "Catalog", "Connector", "Gateway", "Insights", "Notifications", "Policy", "Sync")
_GRAPH_ROLES_OF_EXCHANGE = frozenset({"Mail.Read", "Mail.ReadWrite", "Mail.Send"})
"""Exchange Online has these roles under the very ids of Microsoft Graph."""


def microsoft_service_principals(count: int, created: str, random: Random) -> Iterator[Object]:
    """The APIs and well-known clients, then invented ones up to ``count``. All are older than the tenant's own apps."""
    known = {**APIS, **_CLIENTS, _invented("app", PROVISIONING): PROVISIONING}
    for number in range(count - len(known)):
        name = f"{_SUBJECTS[number % 10]} {_NOUNS[number // 10 % 9]}"
        known[str(UUID(int=random.getrandbits(128), version=4))] = f"{name} {number // 90 or ''}".strip()
    homes = sorted(HOME_TENANTS)
    for app_id, name in known.items():
        properties = {
            "displayName": name,
            "appOwnerOrganizationId": homes[0] if app_id in APIS else random.choice(homes),
            "appRoles": _app_roles(app_id),
            "oauth2PermissionScopes": _scopes(app_id),
            "servicePrincipalNames": _names(app_id),
            "signInAudience": "AzureADMultipleOrgs",
            "tags": [],
        }
        object_id = str(UUID(int=random.getrandbits(128), version=4))
        yield service_principal(object_id, app_id, created, properties)


def _names(app_id: str) -> list[str]:
    """Those of Microsoft Graph do not begin with its appId alone."""
    if app_id != MICROSOFT_GRAPH:
        return [app_id]
    return [f"{app_id}/ags.windows.net", app_id, "https://canary.graph.microsoft.com", "https://graph.microsoft.com"]


def _app_roles(app_id: str) -> list[Object]:
    found = {
        fact.name: fact.id for fact in PERMISSIONS if (fact.api, fact.kind) == (app_id, PermissionKind.APPLICATION)
    }
    if app_id == EXCHANGE_ONLINE:
        mail = {one["value"]: one["id"] for one in _app_roles(MICROSOFT_GRAPH)}
        found |= {name: mail[name] for name in _GRAPH_ROLES_OF_EXCHANGE}
    return [
        {
            "allowedMemberTypes": ["Application"],
            "description": f"Allows the app {name} without a signed-in user.",
            "displayName": name,
            "id": role_id,
            "isEnabled": True,
            "origin": "Application",
            "value": name,
        }
        for name, role_id in sorted(found.items())
    ]


def _scopes(app_id: str) -> list[Object]:
    """The Office 365 Management APIs use one id for both kinds of a permission; others get what everybody has."""
    kinds = (PermissionKind.DELEGATED, *([PermissionKind.APPLICATION] if app_id == MANAGEMENT_APIS else []))
    found = {fact.name: fact.id for fact in PERMISSIONS if fact.api == app_id and fact.kind in kinds}
    if app_id in APIS and not found:
        found = {"user_impersonation": _invented("user_impersonation", app_id)}
    return [
        {
            "adminConsentDescription": f"Allows the app {name} on behalf of the signed-in user.",
            "adminConsentDisplayName": name,
            "id": scope_id,
            "isEnabled": True,
            "type": "User",
            "userConsentDescription": None,
            "userConsentDisplayName": None,
            "value": name,
        }
        for name, scope_id in sorted(found.items())
    ]


def _invented(*parts: str) -> str:
    return str(uuid5(NAMESPACE_OID, "/".join(parts)))
