"""The cast of a scenario on a tenant: people and apps by the names that the story calls them by."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object
from local.tenant.directory.microsoft_apps import PROVISIONING
from local.tenant.directory.objects import app_role_assignment, application, grant, password, service_principal
from local.tenant.directory.state import graph_time
from local.tenant.directory.tenant import Tenant
from shared.policies.quantities import parse_duration


class PersonPart(BaseModel):
    """A user of the tenant: one who holds the directory role, or one who holds none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: str | None = None
    ip: str


class AppPart(BaseModel):
    """An app. With an ``age`` it has been in the tenant that long; without, a step brings it in.

    ``home`` says whose it is; ``publisher`` is its verified one. ``appRoles`` and ``scopes`` (for all users) are those
    it holds from the start, by the name of their API; ``secrets`` the names of the secrets that it has.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    home: Literal["here", "abroad"]
    age: str | None = None
    publisher: str | None = None
    replyUrls: tuple[str, ...] = ()  # noqa: N815 -- named as in Microsoft Graph, like all keys of a scenario
    appRoles: dict[str, tuple[str, ...]] = {}  # noqa: N815 -- the same
    scopes: dict[str, tuple[str, ...]] = {}
    owners: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


class Stage:
    """A tenant with the cast of one scenario. What has always been there is told to nobody: no audits."""

    def __init__(self, tenant: Tenant, people: Mapping[str, PersonPart], apps: Mapping[str, AppPart]) -> None:
        self.tenant = tenant
        self.parts = apps
        self.app_ids: dict[str, str] = {}
        self._people = people
        self._users = self._choose()
        for name, part in apps.items():
            if part.home == "abroad" or part.age is not None:
                self.app_ids[name] = tenant.new_id()
            if part.home == "abroad":
                tenant.foreign_apps[self.app_ids[name]] = self._registered_abroad(part)
            if part.age is not None:
                self._put_there(self.app_ids[name], part, duration(part.age))

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
        """The template id of a directory role."""
        roles = {one["displayName"]: one["roleTemplateId"] for one in self.tenant.directory_roles.all()}
        return str(roles[name])

    def _choose(self) -> dict[str, Object]:
        holders: dict[str, list[str]] = {}
        for assignment in self.tenant.role_assignments.all():
            holders.setdefault(assignment["roleDefinitionId"], []).append(assignment["principalId"])
        privileged = {one for members in holders.values() for one in members}
        others = (user for user in self.tenant.users.all() if user["id"] not in privileged)
        chosen = {}
        for name, part in self._people.items():
            user = self.tenant.users.get(holders[self.role_id(part.role)][0]) if part.role else next(others)
            if user is None:
                raise ValueError(f"nobody to play {name}")
            chosen[name] = user
        return chosen

    def _registered_abroad(self, part: AppPart) -> Object:
        verified = {"displayName": part.publisher, "verifiedPublisherId": "4815162", "addedDateTime": None}
        return {
            "displayName": part.name,
            "appOwnerOrganizationId": self.tenant.new_id(),
            "replyUrls": list(part.replyUrls),
            "signInAudience": "AzureADMultipleOrgs",
            **({"verifiedPublisher": verified} if part.publisher else {}),
        }

    def _put_there(self, app_id: str, part: AppPart, age: timedelta) -> None:
        tenant = self.tenant
        created = graph_time(tenant.clock.now() - age)
        properties = tenant.foreign_apps.get(app_id)
        if properties is None:
            properties = {"displayName": part.name, "appOwnerOrganizationId": tenant.tenant_id}
            end = graph_time(tenant.clock.now() + timedelta(days=365))
            secrets = [password(tenant.new_id(), name, "x9Q", created, end) for name in part.secrets]
            made = application(
                tenant.new_id(), app_id, created, {"displayName": part.name, "passwordCredentials": secrets}
            )
            tenant.applications.put(made)
            tenant.owners[made["id"]] = tuple(self.user_id(owner) for owner in part.owners)
        found = service_principal(tenant.new_id(), app_id, created, properties)
        tenant.service_principals.put(found)
        for api_name, scopes in part.scopes.items():
            tenant.grants.put(grant(found["id"], self.api(api_name)["id"], f" {' '.join(scopes)}", None))
        for api_name, roles in part.appRoles.items():
            api = self.api(api_name)
            for role in roles:
                held = app_role_assignment(tenant.new_id(), found, api, role_id_of(api, role), created)
                tenant.app_role_assignments.put(held)


def role_id_of(api: Object, value: str) -> str:
    """The id of an app role by its value."""
    return str(next(role["id"] for role in api["appRoles"] if role["value"] == value))


def duration(text: str) -> timedelta:
    """A sum of durations, such as ``2d 9h 30m``. Raises ValueError."""
    parts = [parse_duration(part) for part in text.split()]
    if not parts or None in parts:
        raise ValueError(f"not a duration such as 2d 9h 30m: {text!r}")
    return sum((part for part in parts if part is not None), timedelta())
