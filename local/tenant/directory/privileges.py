"""Who has power over others in a generated tenant: apps with directory roles, groups, trusts, far-reaching rights."""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple
from uuid import UUID

from local.tenant.directory.collections import Object
from local.tenant.directory.objects import app_role_assignment, federated_credential
from local.tenant.directory.principals import directory_role, group, role_assignment, role_definition
from local.tenant.directory.state import State
from shared.domain.microsoft import MICROSOFT_GRAPH

_CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"
_EXCHANGE_ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de"
_DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
_ROLES_OF_APPS = {_EXCHANGE_ADMINISTRATOR: "Exchange Administrator", _DIRECTORY_READERS: "Directory Readers"}
_CUSTOM_ROLE = "App Registration Support"

_TRUSTING = 0.15
_ISSUERS = {
    "https://token.actions.githubusercontent.com": "repo:contoso/app-{0}:environment:production",
    "https://vstoken.dev.azure.com/6b5a4c3d-2e1f-4a09-8b7c-6d5e4f3a2b1c": "sc://contoso/apps/deploy-{0}",
    "https://oidc.cluster.contoso.example/": "system:serviceaccount:apps:app-{0}",
}


class _App(NamedTuple):
    registration: Object
    principal: Object


class Privileges:
    """Gives them to the last registrations by id, one each, as far as there are enough; draws who trusts whom."""

    def __init__(self, tenant: State, people: Sequence[Object], random: Random) -> None:
        self._tenant = tenant
        self._people = people
        self._random = random
        pairs = ((one, tenant.service_principal_of(one["appId"])) for one in reversed(tenant.applications.all()[-9:]))
        self._apps = [_App(one, its_own) for one, its_own in pairs if its_own is not None]

    def load(self) -> None:
        """All of them. Nothing of this stands in the audits."""
        custom_role, tier_zero = self._roles(), self._groups()
        steps: tuple[Callable[[_App], None], ...] = (
            self._owns_the_next,
            lambda app: self._hold(app, MICROSOFT_GRAPH, "Application.ReadWrite.All"),
            lambda app: self._hold(app, MICROSOFT_GRAPH, "AppRoleAssignment.ReadWrite.All"),
            lambda app: self._assign(app.principal["id"], _CLOUD_APPLICATION_ADMINISTRATOR),
            lambda app: self._assign(app.principal["id"], custom_role),
            lambda app: self._join(app, tier_zero),
            lambda app: self._assign(app.principal["id"], _DIRECTORY_READERS),
            self._offers_an_api,
        )
        for step, app in zip(steps, self._apps, strict=False):
            step(app)
        for number, registration in enumerate(self._tenant.applications.all()):
            if self._random.random() < _TRUSTING:
                self._trust(registration, number)

    def _roles(self) -> str:
        """Roles that no user holds; the id of the custom one."""
        for template_id, name in _ROLES_OF_APPS.items():
            self._tenant.directory_roles.load([directory_role(self._guid(), name, template_id)])
            self._tenant.role_definitions.load([role_definition(template_id, name, built_in=True)])
        custom = role_definition(self._guid(), _CUSTOM_ROLE, built_in=False)
        self._tenant.role_definitions.load([custom])
        return str(custom["id"])

    def _groups(self) -> str:
        """Priority accounts, with a group inside; and one that holds a role, whose id is returned."""
        executives = self._group("Executives", [one["id"] for one in self._people[14:16]])
        self._group("Priority accounts", [*(one["id"] for one in self._people[11:14]), executives])
        tier_zero = self._group("Tier 0 automation", [], holds_roles=True)
        self._assign(tier_zero, _EXCHANGE_ADMINISTRATOR)
        return tier_zero

    def _group(self, name: str, members: Sequence[str], *, holds_roles: bool = False) -> str:
        made = group(self._guid(), name, self._people[0]["createdDateTime"], holds_roles=holds_roles)
        self._tenant.groups.load([made])
        self._tenant.group_members[made["id"]] = tuple(members)
        return str(made["id"])

    def _owns_the_next(self, app: _App) -> None:
        """Automation that may change what it owns, and owns a registration that is not its own."""
        self._hold(app, MICROSOFT_GRAPH, "Application.ReadWrite.OwnedBy")
        for other in self._apps[1:2]:
            owned = other.registration["id"]
            self._tenant.owners[owned] = (*self._tenant.owners.get(owned, ()), app.principal["id"])

    def _offers_an_api(self, app: _App) -> None:
        """The tenant's own API: one more than Microsoft's to ask for permissions of. The next app holds its role."""
        role: Object = {
            "allowedMemberTypes": ["Application"],
            "description": "Reads tasks without a signed-in user.",
            "displayName": "Tasks.Read.All",
            "id": self._guid(),
            "isEnabled": True,
            "origin": "Application",
            "value": "Tasks.Read.All",
        }
        self._tenant.applications.load([{**app.registration, "appRoles": [role]}])
        self._tenant.service_principals.load([{**app.principal, "appRoles": [role]}])
        for other in self._apps[8:9]:
            self._hold(other, app.registration["appId"], role["value"])

    def _join(self, app: _App, group_id: str) -> None:
        self._tenant.group_members[group_id] = (*self._tenant.group_members[group_id], app.principal["id"])

    def _assign(self, principal_id: str, role_id: str) -> None:
        self._tenant.role_assignments.load([role_assignment(self._guid(), principal_id, role_id)])

    def _hold(self, app: _App, api_app_id: str, name: str) -> None:
        api = self._tenant.service_principal_of(api_app_id)
        held = {one["appRoleId"] for one in self._tenant.app_role_assignments.where("principalId", app.principal["id"])}
        for role in api["appRoles"] if api else ():
            if api and role["value"] == name and role["id"] not in held:
                created = app.principal["createdDateTime"]
                made = app_role_assignment(self._guid(), app.principal, api, role["id"], created)
                self._tenant.app_role_assignments.load([made])

    def _trust(self, registration: Object, number: int) -> None:
        issuer, subject = self._random.choice(list(_ISSUERS.items()))
        trusted = federated_credential(self._guid(), "deploy", issuer, subject.format(number))
        self._tenant.federated_credentials[registration["id"]] = (trusted,)

    def _guid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))
