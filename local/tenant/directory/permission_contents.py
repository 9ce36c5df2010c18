"""What directory audits say of consents, delegated permission grants and app roles."""

from collections.abc import Sequence

from local.records.content import Content, Property, Target
from local.tenant.directory.app_contents import names_of, target_of
from local.tenant.directory.collections import Object


def grant(client: Object, api: Object, before: Object | None, after: Object | None) -> Content:
    """A grant of delegated permissions: the API is the target; the client's name and appId are often left out."""
    old, new = before or {}, after or {}
    told = [
        Property("DelegatedPermissionGrant.Scope", _scope(old), _scope(new)),
        Property("DelegatedPermissionGrant.ConsentType", old.get("consentType"), new.get("consentType")),
        Property("ServicePrincipal.ObjectID", *_sides(client["id"], after)),
        Property("ServicePrincipal.DisplayName"),
        Property("ServicePrincipal.AppId"),
        Property("ServicePrincipal.Name"),
        names_of(api),
    ]
    return Content((target_of(api), Target(client["id"], "ServicePrincipal")), tuple(told))


def app_role(client: Object, api: Object, role: Object, assignment: Object, *, is_gone: bool = False) -> Content:
    """An application permission: the API is the target, the client stands in the properties."""
    facts = {
        "AppRole.Id": role["id"],
        "AppRole.Value": role["value"],
        "AppRole.DisplayName": role["displayName"],
        "AppRoleAssignment.CreatedDateTime": assignment["createdDateTime"],
        "ServicePrincipal.ObjectID": client["id"],
        "ServicePrincipal.DisplayName": client["displayName"],
        "ServicePrincipal.AppId": client["appId"],
        "ServicePrincipal.Name": client["appId"],
    }
    kept = None if is_gone else assignment
    told = [Property(name, *_sides(value, kept)) for name, value in facts.items()]
    return Content((target_of(api),), (*told, names_of(api)))


def user_assignment(client: Object, user: Object, role_id: str, *, is_gone: bool = False) -> Content:
    """A user assigned to an app, as a first consent does: the app is the target."""
    facts = {
        "AppRole.Id": role_id,
        "AppRole.Value": "",
        "User.ObjectID": user["id"],
        "User.UPN": user["userPrincipalName"],
    }
    told = [Property(name, *((value, None) if is_gone else (None, value))) for name, value in facts.items()]
    return Content((target_of(client),), (*told, names_of(client)))


def consent(client: Object, before: Sequence[Object], after: Sequence[Object], *, for_all: bool) -> Content:
    """A consent: the client is the target; both sides tell all grants that it has from whom consents."""
    told = [
        Property("ConsentContext.IsAdminConsent", None, str(for_all)),
        Property("ConsentContext.IsAppOnly", None, "False"),
        Property("ConsentContext.OnBehalfOfAll", None, str(for_all)),
        Property("ConsentContext.Tags", None, "WindowsAzureActiveDirectoryIntegratedApp"),
        Property("ConsentAction.Permissions", None, f"{_entries(before)} => {_entries(after)}; "),
        names_of(client),
    ]
    return Content((target_of(client),), tuple(told))


def _entries(grants: Sequence[Object]) -> str:
    """A text of its own kind, no JSON; records since 2025 go on with two dates, empty."""
    return f"[{', '.join(map(_entry, grants))}]"


def _entry(found: Object) -> str:
    facts = {
        "Id": found["id"],
        "ClientId": found["clientId"],
        "PrincipalId": found["principalId"] or "",
        "ResourceId": found["resourceId"],
        "ConsentType": found["consentType"],
        "Scope": " ".join(found["scope"].split()),
        "CreatedDateTime": "",
    }
    return f"[{', '.join(f'{name}: {value}' for name, value in facts.items())}, LastModifiedDateTime ]"


def _scope(found: Object) -> str | None:
    """All scopes of the grant, old ones too, a space in front."""
    return f" {' '.join(scopes)}" if (scopes := found.get("scope", "").split()) else None


def _sides(value: object, kept: Object | None) -> tuple[object, object]:
    """What is gone stands on the old side."""
    return (value, None) if kept is None else (None, value)
