"""Users, groups and directory roles as Microsoft Graph returns them."""

from local.tenant.directory.collections import Object
from local.tenant.directory.objects import is_service_principal


def principal_type(item: Object) -> str:
    """The type of one that can own, hold a role or be a member."""
    if is_service_principal(item):
        return "servicePrincipal"
    return "user" if "userPrincipalName" in item else "group"


def user(user_id: str, name: str, upn: str, created: str) -> Object:
    given, _, surname = name.partition(" ")
    return {
        "id": user_id,
        "accountEnabled": True,
        "createdDateTime": created,
        "deletedDateTime": None,
        "displayName": name,
        "givenName": given,
        "jobTitle": None,
        "mail": upn,
        "surname": surname,
        "userPrincipalName": upn,
        "userType": "Member",
    }


def directory_role(role_id: str, name: str, template_id: str) -> Object:
    return {
        "id": role_id,
        "deletedDateTime": None,
        "description": None,
        "displayName": name,
        "roleTemplateId": template_id,
    }


def role_definition(role_id: str, name: str, *, built_in: bool) -> Object:
    """What a directory role allows, as far as anybody asks: its name. A built-in one is its own template."""
    return {
        "id": role_id,
        "description": None,
        "displayName": name,
        "isBuiltIn": built_in,
        "isEnabled": True,
        "resourceScopes": ["/"],
        "rolePermissions": [],
        "templateId": role_id,
        "version": "1" if built_in else None,
    }


def role_assignment(assignment_id: str, principal_id: str, role_definition_id: str) -> Object:
    """A directory role, held over the whole tenant."""
    return {
        "id": assignment_id,
        "principalId": principal_id,
        "roleDefinitionId": role_definition_id,
        "directoryScopeId": "/",
    }


def group(group_id: str, name: str, created: str, *, holds_roles: bool = False) -> Object:
    """A security group. ``holds_roles`` was decided when it was made: it may be given directory roles."""
    return {
        "id": group_id,
        "createdDateTime": created,
        "deletedDateTime": None,
        "description": None,
        "displayName": name,
        "groupTypes": [],
        "isAssignableToRole": holds_roles,
        "mail": None,
        "mailEnabled": False,
        "mailNickname": name.replace(" ", ""),
        "securityEnabled": True,
        "visibility": "Private",
    }
