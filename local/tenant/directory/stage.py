"""The cast of a scenario on a tenant: people and apps by the names that the story calls them by."""

from collections.abc import Mapping

from local.tenant.directory.actors import Actor
from local.tenant.directory.cast import AppPart, PersonPart
from local.tenant.directory.casting import choose_people, group_id_of_name, role_id_of_name
from local.tenant.directory.collections import Object
from local.tenant.directory.microsoft_apps import PROVISIONING
from local.tenant.directory.objects import app_role_assignment, grant
from local.tenant.directory.principals import role_assignment
from local.tenant.directory.standing_apps import registered_abroad, standing_principal, standing_registration
from local.tenant.directory.tenant import Tenant


class Stage:
    """A tenant with the cast of one scenario. What has always been there is told to nobody: no audits."""

    def __init__(self, tenant: Tenant, people: Mapping[str, PersonPart], apps: Mapping[str, AppPart]) -> None:
        self.tenant = tenant
        self.parts = apps
        self.app_ids: dict[str, str] = {}
        self._people = people
        self._users = choose_people(tenant, people)
        for name, part in apps.items():
            if part.name in tenant.regulars:
                self.app_ids[name] = tenant.regulars[part.name]
                continue
            if part.home == "abroad" or part.age is not None:
                self.app_ids[name] = tenant.new_id()
            if part.home == "abroad":
                tenant.foreign_apps[self.app_ids[name]] = registered_abroad(tenant, part)
            if part.age is not None:
                self._put_there(self.app_ids[name], part)

    def actor(self, name: str) -> Actor:
        """A person, an app with its own identity, or ``Microsoft``, which is its provisioning service."""
        if name in self._users:
            user = self._users[name]
            return Actor.user(user["id"], user["userPrincipalName"], self._people[name].ip)
        if name == "Microsoft":
            every = self.tenant.service_principals.all()
            found = next(one for one in every if one["displayName"] == PROVISIONING)
        else:
            found = self.service_principal(name)
        return Actor.app(found["id"], found["displayName"])

    def user_id(self, name: str) -> str:
        return str(self._users[name]["id"])

    def principal_id(self, person: str | None, app: str | None) -> str:
        """The object id of the one that is named. Raises ValueError unless it is one of both."""
        if (person is None) == (app is None):
            raise ValueError("either a person or an app")
        return self.user_id(person) if person is not None else str(self.service_principal(app or "")["id"])

    def service_principal(self, name: str) -> Object:
        found = self.tenant.service_principal_of(self.app_ids[name])
        if found is None:
            raise ValueError(f"{name} has no service principal yet")
        return found

    def registration(self, name: str) -> Object | None:
        """The app's registration, None for an app that is registered elsewhere."""
        return next(iter(self.tenant.applications.where("appId", self.app_ids[name])), None)

    def api(self, name: str) -> Object:
        """One of Microsoft's APIs by its name."""
        for found in self.tenant.service_principals.all():
            if found["displayName"] == name and (found["appRoles"] or found["oauth2PermissionScopes"]):
                return found
        raise ValueError(f"no API of this name: {name}")

    def role_id(self, name: str) -> str:
        """The id of the definition of a directory role: of a built-in one, its template's."""
        return role_id_of_name(self.tenant, name)

    def _put_there(self, app_id: str, part: AppPart) -> None:
        tenant = self.tenant
        found = standing_principal(tenant, app_id, part)
        tenant.service_principals.put(found)
        half = found
        if part.home == "here":
            half = standing_registration(tenant, app_id, part)
            tenant.applications.put(half)
        tenant.owners[half["id"]] = tuple(self._owner_id(owner) for owner in part.owners)
        self._give_permissions(found, part)
        for role in part.directoryRoles:
            tenant.role_assignments.put(role_assignment(tenant.new_id(), found["id"], self.role_id(role)))
        for name in part.groups:
            group = group_id_of_name(tenant, name)
            tenant.group_members[group] = (*tenant.group_members.get(group, ()), found["id"])

    def _give_permissions(self, holder: Object, part: AppPart) -> None:
        tenant = self.tenant
        for api_name, scopes in part.scopes.items():
            tenant.grants.put(grant(holder["id"], self.api(api_name)["id"], f" {' '.join(scopes)}", None))
        for api_name, roles in part.appRoles.items():
            api = self.api(api_name)
            for role in roles:
                made = app_role_assignment(
                    tenant.new_id(), holder, api, role_id_of(api, role), holder["createdDateTime"]
                )
                tenant.app_role_assignments.put(made)

    def _owner_id(self, name: str) -> str:
        return self.user_id(name) if name in self._users else str(self.service_principal(name)["id"])


def role_id_of(api: Object, value: str) -> str:
    """The id of an app role by its value."""
    return str(next(role["id"] for role in api["appRoles"] if role["value"] == value))
