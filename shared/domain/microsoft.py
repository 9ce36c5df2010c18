"""Microsoft's own: the APIs that apps call, and the tenants where its apps are at home."""

MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
EXCHANGE_ONLINE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT_ONLINE = "00000003-0000-0ff1-ce00-000000000000"
MANAGEMENT_APIS = "c5393580-f805-4401-95e8-94b7a6ef2fc2"
AZURE_SERVICE_MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
AZURE_AD_GRAPH = "00000002-0000-0000-c000-000000000000"

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

HOME_TENANTS = frozenset(
    {
        "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
        "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "cdc5aeea-15c5-4db6-b079-fcadd2505dc2",
    }
)
"""The ``appOwnerOrganizationId`` of first-party apps."""
