"""The directory: apps, what they hold and who stands behind them, as lists, as changes and one by one."""

from collections.abc import AsyncIterator, Sequence
from itertools import batched

import msgspec
from msgspec.structs import replace

from shared.domain.directory import (
    DirectoryKind,
    DirectoryObject,
    DirectoryPage,
    RegistrationParts,
    ServicePrincipalParts,
)
from shared.domain.errors import DeltaExpired, Unavailable
from shared.domain.inventory_reads import CHANGE_KINDS
from shared.graph import queries
from shared.graph.connection import GraphConnection
from shared.graph.counts import read_count
from shared.graph.endpoints import ASSIGNED_TO, BY_IDS, LISTED, MEMBERS, ROLE_DEFINITIONS, SERVICE_PRINCIPALS, Endpoint
from shared.graph.pages import ObjectPage, Page, directory_page, get_page, pages_from
from shared.graph.registration_parts import read_registration_parts
from shared.graph.service_principal_parts import read_parts
from shared.sources.fields import guid, text

_IDS_OF_A_FILTER = 15
_IDS_OF_A_LOOKUP = 1000
_MEMBER_TYPES = frozenset({"#microsoft.graph.user", "#microsoft.graph.servicePrincipal"})


class GraphDirectory:
    """Every method raises Unavailable, PermissionMissing, NotFound and Refused, and returns nothing incomplete.

    Links are opaque, and ``None`` is the first page. A link that Graph no longer follows raises DeltaExpired: what it
    was part of has to begin anew.
    """

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def latest(self, kind: DirectoryKind) -> str:
        """A link to all changes from now on; of service principals, applications and grants only."""
        endpoint, link = LISTED[kind], None
        async for page in self._pages(endpoint, queries.latest_path(kind)):
            link = page.delta_link
        if link is None:
            raise Unavailable(f"{endpoint.name} gave no link to later changes")
        return link

    async def list_page(self, kind: DirectoryKind, link: str | None) -> DirectoryPage:
        """Applications and service principals come with their owners: at most 20, so 20 may be more.

        Role assignments come with their principal, by id and type. App role assignments cannot be listed: see
        ``assigned_to``.
        """
        return await self._page(LISTED[kind], queries.list_path(kind), link)

    async def count(self, kind: DirectoryKind) -> int:
        """About how many there are; of service principals, applications, grants and users only."""
        return await read_count(self._connection, kind)

    async def role_names(self) -> dict[str, str]:
        """The names of all directory roles, built in or made here, by the id of the definition."""
        definitions = await self._all(ROLE_DEFINITIONS, queries.role_definitions_path())
        names = {text(each, "id"): text(each, "displayName") for each in definitions}
        return {role: name for role, name in names.items() if role and name}

    async def members(self, group_id: str, link: str | None) -> DirectoryPage:
        """Users and service principals in a group, also through other groups, each by id and type."""
        page = await self._page(MEMBERS, queries.members_path(group_id), link)
        members = tuple(each for each in page.objects if each.get("@odata.type") in _MEMBER_TYPES)
        return replace(page, objects=members)

    async def changes(self, link: str) -> DirectoryPage:
        """Objects with at least the properties that changed, in any order and perhaps twice; removed ones too."""
        endpoint = next((LISTED[kind] for kind in CHANGE_KINDS if f"/{kind}/" in link), None)
        if endpoint is None:
            raise DeltaExpired("the link is of no kind that is known")
        page = await get_page(self._connection, endpoint, link, ObjectPage)
        if page.next_link is None and page.delta_link is None:
            # Taken for the last page, it would end the following of changes for good.
            raise Unavailable(f"{endpoint.name} gave a page of changes that leads nowhere")
        return directory_page(page)

    async def apis(self, app_ids: Sequence[str]) -> tuple[DirectoryObject, ...]:
        """Service principals of these app ids, with the roles they offer; those that are not there are left out."""
        found: list[DirectoryObject] = []
        for some in batched(dict.fromkeys(app_ids), _IDS_OF_A_FILTER, strict=False):
            found += await self._all(SERVICE_PRINCIPALS, queries.apis_path(some))
        return tuple(found)

    async def assigned_to(self, api_object_id: str, link: str | None) -> DirectoryPage:
        """Who holds roles of this API. There are no changes to follow: only reading again tells."""
        return await self._page(ASSIGNED_TO, queries.assigned_to_path(api_object_id), link)

    async def find(self, object_ids: Sequence[str]) -> tuple[DirectoryObject, ...]:
        """Service principals and applications by object id; those that are not there are left out."""
        found: list[DirectoryObject] = []
        # Graph refuses the whole request for one id that is no GUID.
        for some in batched(filter(guid, dict.fromkeys(object_ids)), _IDS_OF_A_LOOKUP, strict=False):
            content = msgspec.json.encode({"ids": some, "types": ["servicePrincipal", "application"]})
            found += await self._all(BY_IDS, "/directoryObjects/getByIds", content)
        return tuple(found)

    async def parts(self, service_principal_ids: Sequence[str]) -> dict[str, ServicePrincipalParts | None]:
        """By id, each read at about one time; None for one that is gone, or too new for every replica to know it."""
        return await read_parts(self._connection, service_principal_ids)

    async def registration_parts(self, registration_ids: Sequence[str]) -> dict[str, RegistrationParts | None]:
        """What hangs on each application, by its object id; None as in ``parts``."""
        return await read_registration_parts(self._connection, registration_ids)

    async def _page(self, endpoint: Endpoint, path: str, link: str | None) -> DirectoryPage:
        url = link or self._connection.address_of(endpoint, path)
        return directory_page(await get_page(self._connection, endpoint, url, ObjectPage))

    async def _pages(
        self, endpoint: Endpoint, path: str, content: bytes | None = None
    ) -> AsyncIterator[Page[DirectoryObject]]:
        url = self._connection.address_of(endpoint, path)
        first = await get_page(self._connection, endpoint, url, ObjectPage, content)
        async for page in pages_from(self._connection, endpoint, first, ObjectPage):
            yield page

    async def _all(self, endpoint: Endpoint, path: str, content: bytes | None = None) -> list[DirectoryObject]:
        return [item async for page in self._pages(endpoint, path, content) for item in page.values]
