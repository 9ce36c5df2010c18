"""The secret behind the tokens of forms, in the table ``secrets``: one row, made by whichever instance asks first."""

import secrets
from base64 import b64decode, b64encode
from contextlib import suppress

from shared.domain.errors import Conflict, Unavailable
from shared.storage.connection import StorageConnection
from shared.storage.rows import check_schema, make_row

_PARTITION, _ROW = "forms", "key"
_BYTES = 32


class TableFormKey:
    """Who may read the account may read it. It guards against other sites, not against those."""

    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def read(self) -> bytes:
        """The key, the same for every instance from the first read on: an insert never replaces one."""
        table = await self._connection.table("secrets")
        row = await table.get(_PARTITION, _ROW)
        if row is None:
            made = b64encode(secrets.token_bytes(_BYTES)).decode()
            with suppress(Conflict):  # Where another instance was faster its key counts, and is read below.
                await table.insert(make_row(_PARTITION, _ROW, {"key": made}))
            row = await table.get(_PARTITION, _ROW)
        if row is None:
            raise Unavailable("the key of the forms was removed while it was read")
        check_schema(row)
        return b64decode(row["key"])
