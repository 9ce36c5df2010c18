"""The mirror of the directory in the table ``directory``.

A service principal and all that hangs on it are neighbours: partitions by the first character of its object id, so
that a page makes few and large batches, and rows ``{id}|p``, ``{id}|g|{grant}``, ``{id}|r|{assignment}`` and, of
directory roles, ``{id}|d|{assignment}``. A registration is ``{appId}|a`` by the character of its appId, since that is
what its other half is found by; so are its federated credentials, ``{appId}|f``, and what was deleted of an app,
``{appId}|x|{id}``: of one app there may be several.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import batched, groupby
from typing import Any

from azure.data.tables import TableEntity
from msgspec import Struct
from msgspec.structs import replace

from shared.domain.directory import DirectoryKind, DirectoryObject, ServicePrincipalParts
from shared.domain.errors import Conflict
from shared.domain.mirror import ON_PRINCIPALS, MirroredObject, MirroredPrincipal, principals_in
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, number_text
from shared.storage.rows import Row, read_body, version_of
from shared.storage.shortened import make_row_of
from shared.storage.table import MOST_OPERATIONS, Batch, Table

_APIS = "apis"
_OWNERS_AT_ONCE = 16
_IDS = frozenset(
    {
        *("id", "appId", "clientId", "principalId", "resourceId", "appOwnerOrganizationId"),
        *("roleDefinitionId", "groupId", "deletedDateTime"),
    }
)
"""What an object is found and linked by: kept of objects that are too large for their row."""


class _Form(Struct, frozen=True):
    """The letter of a kind in row keys, the property that names the owner, and whether one owner has many."""

    letter: str
    owner: str
    is_one_of_many: bool = False


_FORMS = {
    DirectoryKind.SERVICE_PRINCIPALS: _Form("p", "id"),
    DirectoryKind.GRANTS: _Form("g", "clientId", is_one_of_many=True),
    DirectoryKind.APP_ROLE_ASSIGNMENTS: _Form("r", "principalId", is_one_of_many=True),
    DirectoryKind.ROLE_ASSIGNMENTS: _Form("d", "principalId", is_one_of_many=True),
    DirectoryKind.APPLICATIONS: _Form("a", "appId"),
    DirectoryKind.FEDERATED_CREDENTIALS: _Form("f", "appId"),
    DirectoryKind.DELETED_APPLICATIONS: _Form("x", "appId", is_one_of_many=True),
    DirectoryKind.DELETED_SERVICE_PRINCIPALS: _Form("x", "appId", is_one_of_many=True),
}


class TableDirectory:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def save(self, kind: DirectoryKind, objects: Sequence[DirectoryObject], read: int) -> None:
        """Of two states of one object the last counts. One that is too large for a row is stored shortened."""
        rows = {(row["PartitionKey"], row["RowKey"]): row for row in (_row(kind, each, read) for each in objects)}
        await (await self._table()).upsert_all(rows.values())

    async def save_apis(self, principals: Sequence[DirectoryObject]) -> None:
        rows = {api["id"]: make_row_of(_APIS, key(api["id"]), None, api, _IDS) for api in principals}
        await (await self._table()).upsert_all(rows.values())

    async def apis(self) -> list[DirectoryObject]:
        table = await self._table()
        return [read_body(row, dict[str, Any]) async for row in table.query(Filter.partition(_APIS))]

    async def replace_principal(self, parts: ServicePrincipalParts, read: int) -> None:
        """New rows first, then the old ones go: whoever reads in between sees too much rather than too little.

        Directory roles held through a group stay: what hangs on a service principal does not tell of them.
        """
        principal_id = parts.principal["id"]
        before = await self._of_principal(principal_id)
        await self.save(DirectoryKind.SERVICE_PRINCIPALS, [{**parts.principal, "owners": list(parts.owners)}], read)
        held = {
            DirectoryKind.GRANTS: parts.grants,
            DirectoryKind.APP_ROLE_ASSIGNMENTS: parts.app_role_assignments,
            DirectoryKind.ROLE_ASSIGNMENTS: parts.role_assignments,
        }
        kept = {_row_key(DirectoryKind.SERVICE_PRINCIPALS, parts.principal)}
        for kind, objects in held.items():
            if objects is None:
                kept |= {each.row for each in before if each.kind is kind}
                continue
            await self.save(kind, objects, read)
            kept |= {_row_key(kind, each) for each in objects}
        await self.drop([each for each in before if each.row not in kept and "groupId" not in each.body])

    async def remove_principal(self, principal_id: str) -> None:
        await self.drop(await self._of_principal(principal_id))

    async def remove_registration(self, app_id: str) -> None:
        """With its federated credentials, which go first: as long as it is there, this is repeated."""
        table = await self._table()
        for letter in ("f", "a"):
            await table.delete(_partition_of(app_id), key(app_id, letter))

    async def remove_grant(self, client_id: str, grant_id: str) -> None:
        await (await self._table()).delete(_partition_of(client_id), key(client_id, "g", grant_id))

    async def grant(self, client_id: str, grant_id: str) -> DirectoryObject | None:
        row = await (await self._table()).get(_partition_of(client_id), key(client_id, "g", grant_id))
        return read_body(row, dict[str, Any]) if row is not None else None

    async def principals(self, principal_ids: Sequence[str]) -> dict[str, MirroredPrincipal]:
        found = await _of_each(principal_ids, self._of_principal)
        return principals_in(each for objects in found for each in objects)

    async def bodies(self, principal_ids: Sequence[str]) -> dict[str, DirectoryObject]:
        keys = [(_partition_of(each), key(each, "p")) for each in dict.fromkeys(principal_ids)]
        rows = await (await self._table()).get_all(keys)
        return {each.owner: each.body for each in map(_mirrored, rows)}

    async def owners(self) -> set[str]:
        """Without their bodies: a request for each thousand, and for what has to be passed over."""
        table, found = await self._table(), set[str]()
        for kind in (DirectoryKind.SERVICE_PRINCIPALS, DirectoryKind.APPLICATIONS):
            found |= {row["owner"] async for row in table.query(Filter().where("kind", "eq", kind.value), ["owner"])}
        return found

    async def registrations(self, app_ids: Sequence[str]) -> dict[str, MirroredObject]:
        """By appId whatever goes by it: the registration if there is one, with all else as its neighbours."""
        found = await _of_each(app_ids, self._of_registration)
        return {first.owner: replace(first, neighbours=tuple(others)) for first, *others in filter(None, found)}

    async def slice(self, name: str) -> list[MirroredObject]:
        table = await self._table()
        return [_mirrored(row) async for row in table.query(Filter.partition(name))]

    async def drop(self, objects: Sequence[MirroredObject]) -> None:
        """In batches; where one holds an object that was saved again meanwhile, one by one, so that this one stays."""
        table = await self._table()
        ordered = sorted(objects, key=lambda each: _partition_of(each.owner))
        for partition, members in groupby(ordered, key=lambda each: _partition_of(each.owner)):
            for some in batched(members, MOST_OPERATIONS, strict=False):
                batch = Batch()
                for each in some:
                    batch.delete(partition, each.row, each.version)
                try:
                    await table.commit(batch)
                except Conflict:
                    await _drop_unchanged(table, partition, some)

    async def _of_principal(self, principal_id: str) -> list[MirroredObject]:
        return [each for each in await self._of(principal_id) if each.kind in ON_PRINCIPALS]

    async def _of_registration(self, app_id: str) -> list[MirroredObject]:
        """In the order of their keys, so that the registration comes first."""
        return [each for each in await self._of(app_id) if each.kind not in ON_PRINCIPALS]

    async def _of(self, owner: str) -> list[MirroredObject]:
        prefix = f"{key(owner)}|"
        where = Filter.partition(_partition_of(owner), prefix, end_of(prefix))
        table = await self._table()
        return [_mirrored(row) async for row in table.query(where)]

    async def _table(self) -> Table:
        return await self._connection.table("directory")


async def _of_each(
    owners: Iterable[str], read: Callable[[str], Awaitable[list[MirroredObject]]]
) -> list[list[MirroredObject]]:
    free = asyncio.Semaphore(_OWNERS_AT_ONCE)

    async def one(owner: str) -> list[MirroredObject]:
        async with free:
            return await read(owner)

    return await asyncio.gather(*map(one, dict.fromkeys(owners)))


async def _drop_unchanged(table: Table, partition: str, objects: Iterable[MirroredObject]) -> None:
    for each in objects:
        try:
            await table.delete(partition, each.row, each.version)
        except Conflict:
            continue


def _partition_of(owner: str) -> str:
    return key(owner[:1])


def _row_key(kind: DirectoryKind, body: DirectoryObject) -> str:
    form = _FORMS[kind]
    owner = body[form.owner]
    return key(owner, form.letter, body["id"]) if form.is_one_of_many else key(owner, form.letter)


def _row(kind: DirectoryKind, body: DirectoryObject, read: int) -> Row:
    owner = body[_FORMS[kind].owner]
    columns = {"kind": kind.value, "owner": owner, "read": number_text(read)}
    return make_row_of(_partition_of(owner), _row_key(kind, body), columns, body, _IDS)


def _mirrored(row: TableEntity) -> MirroredObject:
    return MirroredObject(
        kind=DirectoryKind(row["kind"]),
        owner=row["owner"],
        body=read_body(row, dict[str, Any]),
        read=int(row["read"]),
        row=row["RowKey"],
        version=version_of(row),
    )
