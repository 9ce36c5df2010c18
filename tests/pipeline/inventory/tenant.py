"""A small tenant to read: Microsoft Graph, and apps that hold permissions for it."""

from typing import Any
from uuid import UUID, uuid5

from shared.domain.directory import DirectoryKind
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.sources.grant_ids import grant_id_of
from tests.pipeline.inventory.scripted_directory import APPLICATIONS, GRANTS, SERVICE_PRINCIPALS, ScriptedDirectory

TENANT_ID = "11111111-1111-4111-8111-111111111111"
MICROSOFT_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
OTHER_TENANT = "33333333-3333-4333-8333-333333333333"
MAIL_READ_ROLE = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
MADE = "2026-01-15T10:00:00Z"
APIS = frozenset({EXCHANGE_ONLINE, MICROSOFT_GRAPH})


def guid(*parts: object) -> str:
    """Always the same GUID for the same parts: of the first slice, of one in the middle, or of the last.

    Each further slice would take more requests of every read and show nothing new.
    """
    name = str(uuid5(UUID(TENANT_ID), " ".join(map(str, parts))))
    return "07f"[int(name[0], 16) % 3] + name[1:]


PRIORITY_GROUP = guid("group", "priority")


def principal_id(name: object) -> str:
    return guid("principal", name)


def app_id(name: object) -> str:
    return guid("app", name)


def principal(name: object, **fields: Any) -> dict[str, Any]:
    return {
        "id": principal_id(name),
        "appId": app_id(name),
        "displayName": f"App {name}",
        "accountEnabled": True,
        "appOwnerOrganizationId": OTHER_TENANT,
        "createdDateTime": MADE,
        "servicePrincipalType": "Application",
        "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None},
        "passwordCredentials": [],
        **fields,
    }


def registration(name: object, **fields: Any) -> dict[str, Any]:
    return {
        "id": guid("registration", name),
        "appId": app_id(name),
        "displayName": f"App {name}",
        "signInAudience": "AzureADMyOrg",
        "createdDateTime": MADE,
        "passwordCredentials": [],
        **fields,
    }


def grant(name: object, scope: str, user: str | None = None) -> dict[str, Any]:
    client, resource = principal_id(name), principal_id(MICROSOFT_GRAPH)
    return {
        "id": grant_id_of(client, resource, user),
        "clientId": client,
        "consentType": "Principal" if user else "AllPrincipals",
        "principalId": user,
        "resourceId": resource,
        "scope": f" {scope}",
    }


def assignment(name: object, role: str = MAIL_READ_ROLE) -> dict[str, Any]:
    return {
        "id": guid("assignment", name, role),
        "appRoleId": role,
        "principalId": principal_id(name),
        "principalType": "ServicePrincipal",
        "resourceId": principal_id(MICROSOFT_GRAPH),
    }


def role_assignment(
    holder: str, kind: str = "servicePrincipal", role: str = "admin", scope: str = "/"
) -> dict[str, Any]:
    """``holder`` is an object id, ``kind`` its type."""
    return {
        "id": guid("role assignment", holder, role, scope),
        "principalId": holder,
        "roleDefinitionId": guid("role", role),
        "directoryScopeId": scope,
        "principal": {"@odata.type": f"#microsoft.graph.{kind}", "id": holder},
    }


def user(name: object, **fields: Any) -> dict[str, Any]:
    return {
        "id": guid("user", name),
        "displayName": f"User {name}",
        "userPrincipalName": f"{name}@contoso.example",
        "userType": "Member",
        "accountEnabled": True,
        **fields,
    }


def deleted(half: dict[str, Any], at: str) -> dict[str, Any]:
    """A half of an app as the directory's bin tells of it."""
    told = ("id", "appId", "displayName", "createdDateTime", "appOwnerOrganizationId", "servicePrincipalType")
    return {name: half[name] for name in told if name in half} | {"deletedDateTime": at}


def federated(name: object, subject: str) -> dict[str, Any]:
    """The registration as the list of federated credentials tells of it."""
    credential = {
        "id": guid("federated", name),
        "name": f"credential of {name}",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": subject,
        "audiences": ["api://AzureADTokenExchange"],
    }
    ids = {"id": guid("registration", name), "appId": app_id(name)}
    return {**ids, "federatedIdentityCredentials": [credential]}


def owner(name: object) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.user", "id": guid("user", name), "displayName": f"User {name}"}


MANY_OWNERS = 21


def many_owners() -> list[dict[str, Any]]:
    """One more than a list expands."""
    return [owner(number) for number in range(MANY_OWNERS)]


def small_tenant(apps: int = 5, grants_each: int = 1, apis: frozenset[str] = APIS) -> ScriptedDirectory:
    """So many apps, every third registered here, each with a role and with grants for all or for users.

    APIs of Microsoft come on top: of those that a full read asks for by themselves, two show what more would.
    """
    directory = ScriptedDirectory()
    for api in sorted(apis):
        roles = [{"id": MAIL_READ_ROLE, "value": "Mail.Read"}]
        directory.put(
            SERVICE_PRINCIPALS,
            principal(api, appId=api, appRoles=roles, appOwnerOrganizationId=MICROSOFT_TENANT),
        )
    for number in range(apps):
        is_own = number % 3 == 0
        directory.put(
            SERVICE_PRINCIPALS, principal(number, **({"appOwnerOrganizationId": TENANT_ID} if is_own else {}))
        )
        if is_own:
            directory.put(APPLICATIONS, registration(number))
        for user in range(grants_each):
            directory.put(GRANTS, grant(number, "User.Read Mail.Read", guid("user", user) if user else None))
        directory.put(DirectoryKind.APP_ROLE_ASSIGNMENTS, assignment(number))
    return directory
