"""Writes that tie people to apps, and roles to either: owners and directory roles."""

from local.tenant.directory import app_contents, operations
from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object
from local.tenant.directory.errors import bad_request, not_found
from local.tenant.directory.state import State, found_in, refuse_protected


class PeopleWrites(State):
    """The part of ``Tenant`` for owners and roles. Every method raises Refused, and then nothing has changed."""

    def owners_of(self, object_id: str) -> list[Object]:
        """The users who own an application or service principal."""
        return [user for one in self.owners.get(object_id, ()) if (user := self.users.get(one))]

    def add_owner(self, actor: Actor, object_id: str, user_id: str) -> None:
        _, found = self._app(object_id)
        user = found_in(self.users, user_id)
        refuse_protected(found)
        before = self.owners.get(object_id, ())
        if user_id in before:
            message = "One or more added object references already exist for the following modified properties: "
            raise bad_request(f"{message}'owners'.")
        self.owners[object_id] = (*before, user_id)
        self._record(self.new_id(), actor, operations.ADD_OWNER.of(found), app_contents.owner(found, user))

    def remove_owner(self, actor: Actor, object_id: str, user_id: str) -> None:
        _, found = self._app(object_id)
        before = self.owners.get(object_id, ())
        if user_id not in before:
            raise not_found(user_id)
        self.owners[object_id] = tuple(one for one in before if one != user_id)
        content = app_contents.owner(found, found_in(self.users, user_id), is_gone=True)
        self._record(self.new_id(), actor, operations.REMOVE_OWNER.of(found), content)

    def assign_directory_role(self, actor: Actor, principal_id: str, role_template_id: str) -> Object:
        """Gives a user or a service principal a directory role, by its template, over the whole tenant."""
        principal = self._principal(principal_id)
        role = self._role(role_template_id)
        held = self.role_assignments.where("principalId", principal_id)
        if any(one["roleDefinitionId"] == role_template_id for one in held):
            raise bad_request("A conflicting object with one or more of the specified property values is present.")
        made = {
            "id": self.new_id(),
            "principalId": principal_id,
            "roleDefinitionId": role_template_id,
            "directoryScopeId": "/",
        }
        self.role_assignments.put(made)
        content = app_contents.directory_role(principal, role)
        self._record(self.new_id(), actor, operations.ADD_ROLE_MEMBER, content)
        return made

    def remove_directory_role(self, actor: Actor, assignment_id: str) -> None:
        found = found_in(self.role_assignments, assignment_id)
        principal, role = self._principal(found["principalId"]), self._role(found["roleDefinitionId"])
        self.role_assignments.remove(assignment_id)
        content = app_contents.directory_role(principal, role, is_gone=True)
        self._record(self.new_id(), actor, operations.REMOVE_ROLE_MEMBER, content)

    def _principal(self, principal_id: str) -> Object:
        return self.users.get(principal_id) or found_in(self.service_principals, principal_id)

    def _role(self, template_id: str) -> Object:
        for role in self.directory_roles.where("roleTemplateId", template_id):
            return role
        raise not_found(template_id)
