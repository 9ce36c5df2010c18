"""Who holds directory roles: those of service principals go to the mirror, those of users to the people they are."""

from collections.abc import Iterable

from shared.domain.directory import DirectoryKind, DirectoryObject, DirectoryPage
from shared.pipeline.inventory.group_members import GroupMembers, is_group, is_user
from shared.pipeline.inventory.ports import DirectoryReader
from shared.sources.fields import text


class RoleHolders:
    """Role assignments, page by page. ``users`` holds the roles of users until theirs are needed, at a later stage."""

    def __init__(self, directory: DirectoryReader, members: GroupMembers) -> None:
        self._directory = directory
        self._members = members
        self._users: dict[str, dict[str, None]] = {}
        self._next: str | None = None
        self._is_gapless = self._is_complete = False

    async def page(self, link: str | None) -> tuple[DirectoryPage, list[DirectoryObject]]:
        """A page, and what it says of service principals: of a group each member that is one, with the group."""
        page = await self._directory.list_page(DirectoryKind.ROLE_ASSIGNMENTS, link)
        if link is None:
            self._users, self._is_gapless = {}, True
        elif link != self._next:
            self._is_gapless = False
        of_principals = [each for item in page.objects for each in await self._taken(item)]
        self._next = page.next_link
        self._is_complete = self._is_gapless and page.next_link is None
        return page, of_principals

    async def of_users(self) -> dict[str, tuple[str, ...]]:
        """The names of the roles of each user that has any; read anew where another run read pages, which are few."""
        if not self._is_complete:
            page, _ = await self.page(None)
            while page.next_link:
                page, _ = await self.page(page.next_link)
        return {user: tuple(sorted(roles)) for user, roles in self._users.items()}

    async def _taken(self, assignment: DirectoryObject) -> list[DirectoryObject]:
        holder = assignment.get("principal")
        principal = holder if isinstance(holder, dict) else {}
        kept = {name: value for name, value in assignment.items() if name != "principal"}
        if is_group(principal):
            members = await self._members.of(assignment["principalId"])
            self._note(assignment, (each["id"].lower() for each in members if is_user(each)))
            group = {"groupId": assignment["principalId"]}
            return [{**kept, **group, "principalId": each["id"].lower()} for each in members if not is_user(each)]
        if is_user(principal):
            self._note(assignment, [assignment["principalId"]])
            return []
        return [kept]

    def _note(self, assignment: DirectoryObject, user_ids: Iterable[str]) -> None:
        role = text(assignment, "roleName") or assignment["roleDefinitionId"]
        for user_id in user_ids:
            self._users.setdefault(user_id, {})[role] = None
