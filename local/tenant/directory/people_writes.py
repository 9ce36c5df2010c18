"""Writes that tie people to apps, and roles to either: owners and directory roles."""

from local.tenant.directory import app_contents, operations
from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object
from local.tenant.directory.errors import bad_request, not_found
from local.tenant.directory.principals import directory_role, role_assignment
from local.tenant.directory.state import State, found_in, refuse_protected


class PeopleWrites(State):
    """The part of ``Tenant`` for owners and roles. Every method raises Refused, and then nothing has changed."""

    def owners_of(self, object_id: str) -> list[Object]:
        """The users and service principals who own an application or service principal."""
        return [found for one in self.owners.get(object_id, ()) if (found := self._member(one))]

    def transitive_members_of(self, group_id: str) -> list[Object]:
        """Who is in a group or in a group within it, each once; the groups within it, too."""
        found: dict[str, Object] = {}
        waiting = [*self.group_members.get(group_id, ())]
        while waiting:
            member = self._member(waiting.pop())
            if member is not None and member["id"] not in {group_id, *found}:
                found[member["id"]] = member
                waiting += self.group_members.get(member["id"], ())
        return [*found.values()]

    def add_owner(self, actor: Actor, object_id: str, owner_id: str) -> None:
        """Makes a user or a service principal an owner."""
        _, found = self._app(object_id)
        owner = self._principal(owner_id)
        refuse_protected(found)
        before = self.owners.get(object_id, ())
        if owner_id in before:
            message = "One or more added object references already exist for the following modified properties: "
            raise bad_request(f"{message}'owners'.")
        self.owners[object_id] = (*before, owner_id)
        self._record(self.new_id(), actor, operations.ADD_OWNER.of(found), app_contents.owner(found, owner))

    def remove_owner(self, actor: Actor, object_id: str, owner_id: str) -> None:
        _, found = self._app(object_id)
        before = self.owners.get(object_id, ())
        if owner_id not in before:
            raise not_found(owner_id)
        self.owners[object_id] = tuple(one for one in before if one != owner_id)
        content = app_contents.owner(found, self._principal(owner_id), is_gone=True)
        self._record(self.new_id(), actor, operations.REMOVE_OWNER.of(found), content)

    def assign_directory_role(self, actor: Actor, principal_id: str, role_template_id: str) -> Object:
        """Gives a user or a service principal a directory role, by its template, over the whole tenant."""
        principal = self._principal(principal_id)
        role = self._role(role_template_id)
        held = self.role_assignments.where("principalId", principal_id)
        if any(one["roleDefinitionId"] == role_template_id for one in held):
            raise bad_request("A conflicting object with one or more of the specified property values is present.")
        made = role_assignment(self.new_id(), principal_id, role_template_id)
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
        # A custom role is only defined: it is never among those that are switched on.
        defined = found_in(self.role_definitions, template_id)
        return directory_role(defined["id"], defined["displayName"], template_id)

    def _member(self, object_id: str) -> Object | None:
        return self.users.get(object_id) or self.service_principals.get(object_id) or self.groups.get(object_id)
