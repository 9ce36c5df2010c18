"""A directory in memory that answers as Graph does, counts what it is asked, and fails where a test says so."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from shared.domain.directory import (
    DirectoryKind,
    DirectoryObject,
    DirectoryPage,
    RegistrationParts,
    ServicePrincipalParts,
)
from shared.domain.errors import DeltaExpired, NotFound

_PAGE = {DirectoryKind.SERVICE_PRINCIPALS: 100, DirectoryKind.APPLICATIONS: 100}
_MOST_OF_A_PAGE = 999
_EXPANDED = 20
_IDS_OF_A_FILTER = 15
_PRINCIPALS_OF_A_BATCH = 4
_REGISTRATIONS_OF_A_BATCH = 10
_LISTED = (DirectoryKind.SERVICE_PRINCIPALS, DirectoryKind.APPLICATIONS, DirectoryKind.GRANTS)

SERVICE_PRINCIPALS, APPLICATIONS, GRANTS = _LISTED


def agreeing(_request: str) -> None:
    """Lets every request pass."""


class ScriptedDirectory:
    """``before`` is called with the name of each request before it is answered, and may raise.

    ``requests`` counts the HTTP requests that Graph would see. ``lagging`` are registrations that the replica which is
    asked for owners does not know yet, ``lagging_principals`` service principals that it cannot tell the parts of.
    ``is_refused_on_principals`` says that nobody may read grants and directory roles of single ones. ``groups`` are
    the members of each, ``roles`` the names of roles. With ``pads_pages``, an empty page that leads on comes before
    each other one.
    """

    def __init__(self) -> None:
        self.objects: dict[DirectoryKind, dict[str, DirectoryObject]] = {kind: {} for kind in DirectoryKind}
        self.owners: dict[str, list[DirectoryObject]] = {}
        self.told: dict[DirectoryKind, list[DirectoryObject]] = {kind: [] for kind in _LISTED}
        self.requests: list[str] = []
        self.before: Callable[[str], None] = agreeing
        self.page_size: int | None = None
        self.has_expired = False
        self.pads_pages = False
        self.lagging: set[str] = set()
        self.groups: dict[str, list[DirectoryObject]] = {}
        self.roles: dict[str, str] = {}
        self.is_refused_on_principals = False
        self.lagging_principals: set[str] = set()

    def put(self, kind: DirectoryKind, item: DirectoryObject, *, tells: DirectoryObject | None = None) -> None:
        """``tells`` is what a delta says of it, if that is less than the whole."""
        self.objects[kind][item["id"]] = item
        if kind in self.told:
            self.told[kind].append(tells or item)

    def remove(self, kind: DirectoryKind, object_id: str, reason: str = "deleted") -> None:
        self.objects[kind].pop(object_id, None)
        if kind in self.told:
            self.told[kind].append({"id": object_id, "@removed": {"reason": reason}})

    async def latest(self, kind: DirectoryKind) -> str:
        self._ask(f"latest {kind}")
        return f"changes {kind} {len(self.told[kind])}"

    async def list_page(self, kind: DirectoryKind, link: str | None) -> DirectoryPage:
        start = int(link.split()[2]) if link else 0
        self._ask(f"list {kind} {start}")
        if self.pads_pages and not (link or "").endswith("padded"):
            return DirectoryPage(objects=(), next_link=f"list {kind} {start} padded")
        size = self.page_size or _PAGE.get(kind, _MOST_OF_A_PAGE)
        items = [self._expanded(item) for item in list(self.objects[kind].values())[start : start + size]]
        is_last = start + size >= len(self.objects[kind])
        return DirectoryPage(objects=tuple(items), next_link=None if is_last else f"list {kind} {start + size}")

    async def count(self, kind: DirectoryKind) -> int:
        self._ask(f"count {kind}")
        return len(self.objects[kind])

    async def role_names(self) -> dict[str, str]:
        self._ask("role names")
        return dict(self.roles)

    async def members(self, group_id: str, link: str | None) -> DirectoryPage:
        start = int(link or 0)
        self._ask(f"members {start}")
        if group_id not in self.groups:
            raise NotFound("no such group")
        size = self.page_size or _MOST_OF_A_PAGE
        members = self.groups[group_id]
        is_last = start + size >= len(members)
        return DirectoryPage(
            objects=tuple(members[start : start + size]), next_link=None if is_last else f"{start + size}"
        )

    async def changes(self, link: str) -> DirectoryPage:
        _, name, position = link.split()
        self._ask(f"changes {name}")
        if self.has_expired:
            raise DeltaExpired("too old")
        told = self.told[DirectoryKind(name)]
        return DirectoryPage(objects=tuple(told[int(position) :]), delta_link=f"changes {name} {len(told)}")

    async def apis(self, app_ids: Sequence[str]) -> tuple[DirectoryObject, ...]:
        for _ in range(0, len(app_ids), _IDS_OF_A_FILTER):
            self._ask("apis")
        return tuple(item for item in self.objects[SERVICE_PRINCIPALS].values() if item["appId"] in app_ids)

    async def assigned_to(self, api_object_id: str, link: str | None) -> DirectoryPage:
        start = int(link or 0)
        self._ask(f"assigned to {api_object_id} {start}")
        size = self.page_size or _MOST_OF_A_PAGE
        held = [item for item in self._assignments() if item["resourceId"] == api_object_id]
        is_last = start + size >= len(held)
        return DirectoryPage(
            objects=tuple(held[start : start + size]), next_link=None if is_last else f"{start + size}"
        )

    async def find(self, object_ids: Sequence[str]) -> tuple[DirectoryObject, ...]:
        self._ask("find")
        types = {SERVICE_PRINCIPALS: "servicePrincipal", APPLICATIONS: "application"}
        return tuple(
            {**self.objects[kind][each], "@odata.type": f"#microsoft.graph.{name}"}
            for kind, name in types.items()
            for each in object_ids
            if each in self.objects[kind]
        )

    async def parts(self, service_principal_ids: Sequence[str]) -> dict[str, ServicePrincipalParts | None]:
        for _ in range(0, len(service_principal_ids), _PRINCIPALS_OF_A_BATCH):
            self._ask("parts")
        return {each: self._parts(each) for each in service_principal_ids}

    async def registration_parts(self, registration_ids: Sequence[str]) -> dict[str, RegistrationParts | None]:
        for _ in range(0, len(registration_ids), _REGISTRATIONS_OF_A_BATCH):
            self._ask("registration parts")
        known = self.objects[APPLICATIONS].keys() - self.lagging
        return {each: self._registration_parts(each) if each in known else None for each in registration_ids}

    def _registration_parts(self, registration_id: str) -> RegistrationParts:
        trusted = self.objects[DirectoryKind.FEDERATED_CREDENTIALS].get(registration_id, {})
        return RegistrationParts(
            owners=tuple(self.owners.get(registration_id, ())),
            federated_credentials=tuple(trusted.get("federatedIdentityCredentials", ())),
        )

    def _parts(self, principal_id: str) -> ServicePrincipalParts | None:
        principal = self.objects[SERVICE_PRINCIPALS].get(principal_id)
        if principal is None or principal_id in self.lagging_principals:
            return None
        if self.is_refused_on_principals:
            return replace(self._all_parts(principal), grants=None, role_assignments=None)
        return self._all_parts(principal)

    def _all_parts(self, principal: DirectoryObject) -> ServicePrincipalParts:
        principal_id = principal["id"]
        return ServicePrincipalParts(
            principal=principal,
            owners=tuple(self.owners.get(principal_id, ())),
            app_role_assignments=tuple(item for item in self._assignments() if item["principalId"] == principal_id),
            grants=tuple(item for item in self.objects[GRANTS].values() if item["clientId"] == principal_id),
            role_assignments=tuple(
                {name: value for name, value in item.items() if name != "principal"}
                for item in self.objects[DirectoryKind.ROLE_ASSIGNMENTS].values()
                if item["principalId"] == principal_id
            ),
        )

    def _assignments(self) -> list[dict[str, Any]]:
        return list(self.objects[DirectoryKind.APP_ROLE_ASSIGNMENTS].values())

    def _expanded(self, item: DirectoryObject) -> DirectoryObject:
        """Deleted objects come without their owners."""
        is_expanded = "appId" in item and "deletedDateTime" not in item
        return {"owners": self.owners.get(item["id"], [])[:_EXPANDED], **item} if is_expanded else item

    def _ask(self, name: str) -> None:
        self.requests.append(name)
        self.before(name)
