"""The members of groups, each group read once in a run."""

import logging

from shared.domain.directory import DirectoryObject
from shared.domain.errors import NotFound
from shared.pipeline.inventory.ports import DirectoryReader
from shared.sources.fields import text

_log = logging.getLogger(__name__)


class GroupMembers:
    """``absent`` are groups that were asked for and are not there."""

    def __init__(self, directory: DirectoryReader) -> None:
        self._directory = directory
        self._known: dict[str, tuple[DirectoryObject, ...]] = {}
        self.absent = set[str]()

    async def of(self, group_id: str) -> tuple[DirectoryObject, ...]:
        """Users and service principals, also through other groups; none of a group that is not there."""
        if group_id not in self._known:
            try:
                self._known[group_id] = await self._read(group_id)
            except NotFound:
                _log.warning("a group is not there", extra={"group": group_id})
                self._known[group_id] = ()
                self.absent.add(group_id)
        return self._known[group_id]

    async def _read(self, group_id: str) -> tuple[DirectoryObject, ...]:
        page = await self._directory.members(group_id, None)
        members = list(page.objects)
        while page.next_link:
            page = await self._directory.members(group_id, page.next_link)
            members += page.objects
        return tuple(members)


def is_user(item: DirectoryObject) -> bool:
    return _type_of(item) == "user"


def is_group(item: DirectoryObject) -> bool:
    return _type_of(item) == "group"


def _type_of(item: DirectoryObject) -> str:
    return (text(item, "@odata.type") or "").lower().removeprefix("#microsoft.graph.")
