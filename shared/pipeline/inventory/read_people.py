"""Users into people: who they are, and what makes them matter to the apps they consented to."""

from collections.abc import Sequence

from shared.domain.directory import DirectoryObject
from shared.domain.people import Person
from shared.pipeline.inventory.group_members import GroupMembers, is_user
from shared.pipeline.inventory.role_holders import RoleHolders
from shared.pipeline.inventory.services import InventoryServices
from shared.sources.fields import text
from shared.sources.inventory_people import person_of


class UserMarks:
    """What marks users: their directory roles, and whether their accounts are of priority."""

    def __init__(self, services: InventoryServices, roles: RoleHolders, members: GroupMembers) -> None:
        self._services = services
        self._roles = roles
        self._members = members

    async def people(self, users: Sequence[DirectoryObject], *, are_roles_read: bool) -> list[Person]:
        """While roles may not be read, each user keeps those that were known last."""
        roles = await (self._roles.of_users() if are_roles_read else self._known_roles())
        priority = await self._priority()
        return [
            person_of(each, roles.get(each["id"], ()), is_priority=not priority.isdisjoint(_names_of(each)))
            for each in users
        ]

    @property
    def note(self) -> str | None:
        """What is wrong with the settings that mark users."""
        absent = [group for group in self._services.priority_group_ids if group in self._members.absent]
        return f"groups of priority accounts that are not in the directory: {', '.join(absent)}" if absent else None

    async def _known_roles(self) -> dict[str, tuple[str, ...]]:
        return {user_id: person.roles for user_id, person in (await self._services.people.marked()).items()}

    async def _priority(self) -> frozenset[str]:
        """Object ids and user principal names."""
        members = [each for group in self._services.priority_group_ids for each in await self._members.of(group)]
        return self._services.priority_users.union(each["id"].lower() for each in members if is_user(each))


def _names_of(user: DirectoryObject) -> set[str]:
    return {user["id"], (text(user, "userPrincipalName") or user["id"]).lower()}
