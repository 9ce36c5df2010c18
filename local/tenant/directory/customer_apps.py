"""The apps of a generated tenant: registered here, bought from vendors, or identities of Azure resources."""

from datetime import datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

from local.tenant.directory.collections import Object
from local.tenant.directory.invented_names import app_name, company
from local.tenant.directory.objects import (
    app_role_assignment,
    application,
    certificate,
    grant,
    password,
    service_principal,
)
from local.tenant.directory.state import State, graph_time
from shared.domain.microsoft import AZURE_SERVICE_MANAGEMENT, EXCHANGE_ONLINE, MICROSOFT_GRAPH, SHAREPOINT_ONLINE

_OLDEST, _NEWEST = timedelta(days=4 * 365), timedelta(days=45)

_SCOPES = {
    "openid profile User.Read": 40,
    "openid profile email offline_access User.Read": 25,
    "User.Read User.ReadBasic.All People.Read": 12,
    "User.Read Calendars.Read offline_access": 10,
    "User.Read Files.ReadWrite.AppFolder": 6,
    "User.Read Directory.Read.All": 3,
    "User.Read Mail.Read offline_access": 2,
    "User.Read Files.Read.All Sites.Read.All": 1,
    "User.Read Mail.ReadWrite Mail.Send offline_access": 1,
}
"""What grants hold, by weight: most sign users in, few reach into mail or files."""

_APP_ROLES = {
    (MICROSOFT_GRAPH, "User.Read.All"): 30,
    (MICROSOFT_GRAPH, "GroupMember.Read.All"): 20,
    (MICROSOFT_GRAPH, "Directory.Read.All"): 20,
    (MICROSOFT_GRAPH, "Sites.Selected"): 10,
    (MICROSOFT_GRAPH, "Mail.Send"): 6,
    (SHAREPOINT_ONLINE, "Sites.Read.All"): 4,
    (MICROSOFT_GRAPH, "Mail.Read"): 3,
    (EXCHANGE_ONLINE, "full_access_as_app"): 2,
    (MICROSOFT_GRAPH, "Application.ReadWrite.All"): 1,
}
_OTHER_APIS = {
    AZURE_SERVICE_MANAGEMENT: "user_impersonation",
    SHAREPOINT_ONLINE: "AllSites.Read",
    EXCHANGE_ONLINE: "EWS.AccessAsUser.All",
}
"""What a few apps may do for everybody in other APIs than Graph."""
_OTHER_API_SHARE, _CERTIFIED_SHARE, _LINKS_SHARE = 0.06, 0.05, 0.3
_GRANTS = (0, 1, 2, 3, 4, 5, 8)
_OWNERS = (0, 0, 0, 1, 1, 2, 3)
_MANY_OWNERS = 25
"""Owners of the first app: more than Graph expands."""


class CustomerApps:
    """Adds apps to a tenant, one a call. ``people`` consent to them and own them.

    ``random`` draws what they are and hold, ``details`` what is known of them besides.
    """

    def __init__(self, tenant: State, people: list[Object], random: Random, details: Random) -> None:
        self._tenant = tenant
        self._people = people
        self._random = random
        self._details = details
        self._now = tenant.clock.now()
        self._apis = {
            app_id: found
            for app_id in (MICROSOFT_GRAPH, EXCHANGE_ONLINE, SHAREPOINT_ONLINE, AZURE_SERVICE_MANAGEMENT)
            if (found := tenant.service_principal_of(app_id))
        }

    def add(self, number: int) -> None:
        """The n-th app. Of ten, three are registered here and one is a managed identity."""
        created = self._now - _NEWEST - (_OLDEST - _NEWEST) * self._random.random()
        match number % 10:
            case 0 | 3 | 6:
                self._registered(number, created)
            case 9:
                self._managed_identity(number, created)
            case _:
                self._foreign(number, created)

    def _registered(self, number: int, created: datetime) -> None:
        name, app_id = app_name(number, self._random), self._guid()
        registration = application(
            self._guid(),
            app_id,
            graph_time(created),
            {
                "displayName": name,
                "web": {
                    "homePageUrl": None,
                    "logoutUrl": None,
                    "redirectUris": [f"https://app{number}.contoso.example/cb"],
                },
                "passwordCredentials": self._secrets(created),
                "keyCredentials": self._certificates(created),
                **self._certified(created, number),
            },
        )
        owners = _MANY_OWNERS if number == 0 else self._random.choice(_OWNERS)
        self._tenant.applications.load([registration])
        self._tenant.owners[registration["id"]] = tuple(one["id"] for one in self._random.sample(self._people, owners))
        properties = {
            "displayName": name,
            "appOwnerOrganizationId": self._tenant.tenant_id,
            "replyUrls": registration["web"]["redirectUris"],
        }
        found = self._load(app_id, created, properties)
        self._give(found, created, roles=self._random.choice((0, 0, 1, 2)))

    def _foreign(self, number: int, created: datetime) -> None:
        name, vendor = app_name(number, self._random), company(self._random)
        is_verified = self._random.random() < 0.6
        properties = {
            "displayName": name,
            "accountEnabled": self._random.random() < 0.97,
            "appOwnerOrganizationId": self._guid(),
            "homepage": f"https://{vendor.lower()}.example",
            "replyUrls": [f"https://{vendor.lower()}.example/{number}/callback"],
            "signInAudience": "AzureADMultipleOrgs",
            **({"verifiedPublisher": self._publisher(vendor, created)} if is_verified else {}),
            **self._told_by(vendor),
        }
        app_id = self._guid()
        found = self._load(app_id, created, properties)
        # The registration abroad looks the same; sharing the object spares memory.
        self._tenant.foreign_apps[app_id] = found
        self._give(found, created, roles=int(self._random.random() < 0.1))

    def _managed_identity(self, number: int, created: datetime) -> None:
        resource = (
            f"/subscriptions/{self._guid()}/resourcegroups/rg-{number}/providers/Microsoft.Web/sites/site-{number}"
        )
        properties = {
            "displayName": f"site-{number}",
            "alternativeNames": ["isExplicit=False", resource],
            "appOwnerOrganizationId": self._tenant.tenant_id,
            "servicePrincipalType": "ManagedIdentity",
            "tags": [],
        }
        found = self._load(self._guid(), created, properties)
        self._hold_roles(found, created, int(self._random.random() < 0.3))

    def _load(self, app_id: str, created: datetime, properties: Object) -> Object:
        found = service_principal(self._guid(), app_id, graph_time(created), properties)
        self._tenant.service_principals.load([found])
        return found

    def _give(self, holder: Object, created: datetime, roles: int) -> None:
        """Grants, the first now and then for everybody, and application permissions."""
        count = self._random.choice(_GRANTS)
        consenting: list[str | None] = [one["id"] for one in self._random.sample(self._people, count)]
        if consenting and self._random.random() < 0.4:
            consenting[0] = None
        graph_id = self._apis[MICROSOFT_GRAPH]["id"]
        scopes = self._random.choices(list(_SCOPES), list(_SCOPES.values()), k=count)
        self._tenant.grants.load(
            grant(holder["id"], graph_id, f" {scope}", principal)
            for scope, principal in zip(scopes, consenting, strict=True)
        )
        self._hold_roles(holder, created, roles)
        if count and self._details.random() < _OTHER_API_SHARE:
            app_id, scope = self._details.choice(list(_OTHER_APIS.items()))
            self._tenant.grants.load([grant(holder["id"], self._apis[app_id]["id"], scope, None)])

    def _hold_roles(self, holder: Object, created: datetime, count: int) -> None:
        drawn = self._random.choices(list(_APP_ROLES), list(_APP_ROLES.values()), k=count)
        for app_id, name in dict.fromkeys(drawn):
            api = self._apis[app_id]
            role_id = next(role["id"] for role in api["appRoles"] if role["value"] == name)
            found = app_role_assignment(self._guid(), holder, api, role_id, graph_time(created))
            self._tenant.app_role_assignments.load([found])

    def _secrets(self, created: datetime) -> list[Object]:
        """None, one or two; some have run out long ago."""
        return [
            password(self._guid(), f"key {number}", "a1B", graph_time(created), graph_time(created + self._lifetime()))
            for number in range(self._random.choice((0, 1, 1, 2)))
        ]

    def _certificates(self, created: datetime) -> list[Object]:
        if self._random.random() < 0.75:
            return []
        start, end = graph_time(created), graph_time(created + self._lifetime())
        return [certificate(self._guid(), "CN=app.contoso.example", "o4E1S0DWHQx1BfKQJvRGKbFHqUU=", start, end)]

    def _lifetime(self) -> timedelta:
        return timedelta(days=self._random.choice((90, 180, 365, 730, 3650)))

    def _publisher(self, vendor: str, created: datetime) -> Object:
        publisher_id = str(self._random.randrange(1_000_000, 10_000_000))
        return {"displayName": vendor, "verifiedPublisherId": publisher_id, "addedDateTime": graph_time(created)}

    def _certified(self, created: datetime, number: int) -> Object:
        """Of a few registrations Microsoft says that their publisher attested them, of some that it certified them."""
        if self._details.random() >= _CERTIFIED_SHARE:
            return {}
        told = {
            "certificationDetailsUrl": f"https://learn.microsoft.com/microsoft-365-app-certification/app{number}",
            "certificationExpirationDateTime": graph_time(self._now + timedelta(days=200)),
            "isCertifiedByMicrosoft": self._details.random() < 0.4,
            "isPublisherAttested": True,
            "lastCertificationDateTime": graph_time(created),
        }
        return {"certification": told}

    def _told_by(self, vendor: str) -> Object:
        """Links that a vendor may state, and a note that an administrator may have left."""
        if self._details.random() >= _LINKS_SHARE:
            return {}
        return {"info": _links(vendor), "notes": "Bought for the sales department."}

    def _guid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))


@cache
def _links(vendor: str) -> Object:
    """One object for all apps of a vendor: it spares memory."""
    home = f"https://{vendor.lower()}.example"
    return {
        "logoUrl": f"{home}/logo.png",
        "marketingUrl": home,
        "privacyStatementUrl": f"{home}/privacy",
        "supportUrl": f"{home}/support",
        "termsOfServiceUrl": f"{home}/terms",
    }
