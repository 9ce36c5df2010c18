"""Writes to permissions: consents, delegated permission grants and app roles."""

from collections.abc import Sequence

from local.tenant.directory import operations, permission_contents
from local.tenant.directory.actors import Actor
from local.tenant.directory.app_writes import AppWrites
from local.tenant.directory.collections import Object
from local.tenant.directory.errors import already_there, bad_request
from local.tenant.directory.objects import DEFAULT_ACCESS, app_role_assignment, grant
from local.tenant.directory.state import found_in

_LONGEST_SCOPE = 3850
_PRECISE = "%Y-%m-%dT%H:%M:%S.%f0Z"
"""Assignments carry seven digits of a second."""


class PermissionWrites(AppWrites):
    """The part of ``Tenant`` for permissions. Every method raises Refused, and then nothing has changed."""

    def grant_delegated(
        self,
        actor: Actor,
        client_id: str,
        resource_id: str,
        scope: str,
        consent_type: str,
        principal_id: str | None = None,
    ) -> Object:
        """Grants delegated permissions to a client, for all users or for one. Ids are those of service principals."""
        client = found_in(self.service_principals, client_id)
        resource = found_in(self.service_principals, resource_id)
        if consent_type not in ("AllPrincipals", "Principal") or (consent_type == "Principal") is (not principal_id):
            raise bad_request("Invalid value specified for property 'consentType' or 'principalId'.")
        if principal_id:
            found_in(self.users, principal_id)
        made = grant(client_id, resource_id, _checked(scope), principal_id)
        if self.grants.get(made["id"]):
            raise already_there("Permission entry already exists.")
        self.grants.put(made)
        content = permission_contents.grant(client, resource, None, made)
        self._record(self.new_id(), actor, operations.ADD_GRANT, content)
        return made

    def change_grant(self, actor: Actor, grant_id: str, scope: str) -> Object:
        """Replaces the scopes of a grant. What takes some away is told as a removal that leaves the others."""
        before = found_in(self.grants, grant_id)
        after = {**before, "scope": _checked(scope)}
        self.grants.put(after)
        grows = set(after["scope"].split()) - set(before["scope"].split())
        operation = operations.ADD_GRANT if grows else operations.REMOVE_GRANT
        content = permission_contents.grant(*self._ends(before), before, after)
        self._record(self.new_id(), actor, operation, content)
        return after

    def revoke_grant(self, actor: Actor, grant_id: str) -> None:
        """Deletes a grant for good."""
        before = found_in(self.grants, grant_id)
        content = permission_contents.grant(*self._ends(before), before, None)
        self.grants.remove(grant_id)
        self._record(self.new_id(), actor, operations.REMOVE_GRANT, content)

    def consent(
        self, actor: Actor, client_app_id: str, resource_app_id: str, scopes: Sequence[str], *, for_all: bool
    ) -> Object:
        """A user's consent for themselves, or an administrator's for everybody; returns the grant.

        The client gets a service principal where it has none. All records share a correlation: a consent that adds to
        an earlier one tells of a "Remove delegated permission grant" whose scopes grow, and removes nothing.
        """
        user = found_in(self.users, actor.id)
        resource = self.service_principal_of(resource_app_id)
        if resource is None:
            raise bad_request(f"The appId '{resource_app_id}' does not reference a valid application object.")
        client = self.service_principal_of(client_app_id)
        principal_id = None if for_all else actor.id
        told_before = self._grants_from(client["id"], principal_id) if client else []
        held = next((one for one in told_before if one["resourceId"] == resource["id"]), None)
        scope = _checked(" ".join(dict.fromkeys([*(held["scope"].split() if held else ()), *scopes])))
        request, service = self.new_id(), actor.as_token_service()
        client = client or self._instantiate(request, actor, client_app_id, {})
        if not for_all and not self._is_assigned(client["id"], actor.id):
            self._assign_user(request, service, client, user)
        consented = grant(client["id"], resource["id"], f" {scope}", principal_id)
        self.grants.put(consented)
        content = permission_contents.grant(client, resource, held, consented)
        self._record(request, service, operations.ADD_GRANT, content)
        if held:
            self._record(request, service, operations.REMOVE_GRANT, content)
        content = permission_contents.consent(
            client, told_before, self._grants_from(client["id"], principal_id), for_all=for_all
        )
        self._record(request, actor, operations.CONSENT, content)
        return consented

    def assign_app_role(self, actor: Actor, principal_id: str, resource_id: str, role_id: str) -> Object:
        """Gives an application permission of ``resource_id`` to a service principal, or assigns a user to an app."""
        resource = found_in(self.service_principals, resource_id)
        principal = self.users.get(principal_id) or found_in(self.service_principals, principal_id)
        role = _role_of(resource, role_id)
        if any(one["resourceId"] == resource_id and one["appRoleId"] == role_id for one in self._held(principal_id)):
            raise bad_request("Permission being assigned already exists on the object")
        request = self.new_id()
        if "userPrincipalName" in principal:
            return self._assign_user(request, actor, resource, principal, role_id)
        made = app_role_assignment(self.new_id(), principal, resource, role_id, self.clock.now().strftime(_PRECISE))
        self.app_role_assignments.put(made)
        content = permission_contents.app_role(principal, resource, role, made)
        self._record(request, actor, operations.ADD_APP_ROLE, content)
        return made

    def remove_app_role(self, actor: Actor, assignment_id: str) -> None:
        """Deletes an assignment for good."""
        found = found_in(self.app_role_assignments, assignment_id)
        resource = found_in(self.service_principals, found["resourceId"])
        self.app_role_assignments.remove(assignment_id)
        if user := self.users.get(found["principalId"]):
            content = permission_contents.user_assignment(resource, user, found["appRoleId"], is_gone=True)
            self._record(self.new_id(), actor, operations.UNASSIGN_USER, content)
            return
        client = found_in(self.service_principals, found["principalId"])
        role = _role_of(resource, found["appRoleId"])
        content = permission_contents.app_role(client, resource, role, found, is_gone=True)
        self._record(self.new_id(), actor, operations.REMOVE_APP_ROLE, content)

    def _assign_user(
        self, request: str, actor: Actor, client: Object, user: Object, role_id: str = DEFAULT_ACCESS
    ) -> Object:
        made = app_role_assignment(self.new_id(), user, client, role_id, self.clock.now().strftime(_PRECISE))
        self.app_role_assignments.put(made)
        content = permission_contents.user_assignment(client, user, role_id)
        self._record(request, actor, operations.ASSIGN_USER, content)
        return made

    def _ends(self, found: Object) -> tuple[Object, Object]:
        """The client and the API of a grant."""
        client = found_in(self.service_principals, found["clientId"])
        return client, found_in(self.service_principals, found["resourceId"])

    def _grants_from(self, client_id: str, principal_id: str | None) -> list[Object]:
        """What a client has by the consent of one user, or of an administrator for everybody."""
        return [one for one in self.grants.where("clientId", client_id) if one["principalId"] == principal_id]

    def _held(self, principal_id: str) -> list[Object]:
        return self.app_role_assignments.where("principalId", principal_id)

    def _is_assigned(self, client_id: str, user_id: str) -> bool:
        return any(one["resourceId"] == client_id for one in self._held(user_id))


def _checked(scope: str) -> str:
    if len(scope) >= _LONGEST_SCOPE:
        raise bad_request("Invalid value specified for property 'scope'.")
    return scope


def _role_of(resource: Object, role_id: str) -> Object:
    if role_id == DEFAULT_ACCESS:
        return {"id": role_id, "value": "", "displayName": ""}
    for role in resource["appRoles"]:
        if role["id"] == role_id and role["isEnabled"]:
            return dict(role)
    raise bad_request("Permission being assigned was not found on application")
