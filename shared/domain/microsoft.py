"""Microsoft's own: the APIs that apps call, and the tenants where its apps are at home."""

from collections.abc import Mapping
from typing import Final

MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
EXCHANGE_ONLINE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT_ONLINE = "00000003-0000-0ff1-ce00-000000000000"
MANAGEMENT_APIS = "c5393580-f805-4401-95e8-94b7a6ef2fc2"
AZURE_SERVICE_MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
AZURE_AD_GRAPH = "00000002-0000-0000-c000-000000000000"
INFORMATION_PROTECTION = "2f3f02c9-5679-4a5c-a605-0de55b07d135"
TEAMS_ADMINISTRATION = "48ac35b8-9aa8-4d74-927d-1f4a14a0b239"
ONENOTE = "2d4d3d8e-2be3-4bef-9f87-7875a61c29de"
YAMMER = "00000005-0000-0ff1-ce00-000000000000"
POWER_BI = "00000009-0000-0000-c000-000000000000"
DYNAMICS_CRM = "00000007-0000-0000-c000-000000000000"
INTUNE = "c161e42e-d4df-4a3d-9b42-e7a3c31f59d4"
DEFENDER_FOR_ENDPOINT = "fc780465-2017-40d4-a0c5-307022471b92"
THREAT_PROTECTION = "8ee8fdad-f234-4243-8f3b-15c294843740"

API_APP_IDS = frozenset(
    {
        MICROSOFT_GRAPH,
        EXCHANGE_ONLINE,
        SHAREPOINT_ONLINE,
        MANAGEMENT_APIS,
        AZURE_SERVICE_MANAGEMENT,
        AZURE_AD_GRAPH,
    }
)
"""In a record of what an app did, these are the door and never the visitor."""

DATA_APIS = frozenset(
    {
        MICROSOFT_GRAPH,
        EXCHANGE_ONLINE,
        SHAREPOINT_ONLINE,
        MANAGEMENT_APIS,
        AZURE_AD_GRAPH,
        INFORMATION_PROTECTION,
        TEAMS_ADMINISTRATION,
        ONENOTE,
        YAMMER,
        POWER_BI,
        DYNAMICS_CRM,
        INTUNE,
        DEFENDER_FOR_ENDPOINT,
        THREAT_PROTECTION,
    }
)
"""The APIs that give access to the data of Microsoft 365: content, the directory, devices, or what people do."""

APIS_READ = DATA_APIS | {AZURE_SERVICE_MANAGEMENT}
"""Whose app role assignments are read: a request or more in every full read for each of them that the tenant has."""

API_NAMES: Final[Mapping[str, str]] = {
    MICROSOFT_GRAPH: "Microsoft Graph",
    EXCHANGE_ONLINE: "Office 365 Exchange Online",
    SHAREPOINT_ONLINE: "Office 365 SharePoint Online",
    MANAGEMENT_APIS: "Office 365 Management APIs",
    AZURE_SERVICE_MANAGEMENT: "Azure Service Management",
    AZURE_AD_GRAPH: "Azure AD Graph",
    INFORMATION_PROTECTION: "Office 365 Information Protection",
    TEAMS_ADMINISTRATION: "Skype and Teams Tenant Admin API",
    ONENOTE: "OneNote",
    YAMMER: "Yammer",
    POWER_BI: "Power BI Service",
    DYNAMICS_CRM: "Dynamics CRM",
    INTUNE: "Microsoft Intune API",
    DEFENDER_FOR_ENDPOINT: "WindowsDefenderATP",
    THREAT_PROTECTION: "Microsoft Threat Protection",
    "cfa8b339-82a2-471a-a3c9-0fc0be7a4093": "Azure Key Vault",
    "e406a681-f3d4-42a8-90b6-c2b029497af1": "Azure Storage",
}
"""By appId, as the consent page and the portal name them."""

HOME_TENANTS = frozenset(
    {
        "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
        "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "cdc5aeea-15c5-4db6-b079-fcadd2505dc2",
    }
)
"""The ``appOwnerOrganizationId`` of first-party apps."""
