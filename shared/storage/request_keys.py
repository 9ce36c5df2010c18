"""Which request a caller's key stands for, in the table ``idempotency``. Rows never change and are kept."""

from shared.domain.errors import Conflict
from shared.domain.remediation_records import RequestKey
from shared.storage.connection import StorageConnection
from shared.storage.keys import key
from shared.storage.rows import check_schema, make_row


class TableRequestKeys:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def claim(self, key_of_request: RequestKey) -> bool:
        table = await self._connection.table("idempotency")
        partition, row = key(key_of_request.caller_id), key(key_of_request.key)
        try:
            await table.insert(make_row(partition, row, {"request": key_of_request.request}))
        except Conflict:
            known = await table.get(partition, row)
            if known is None:
                raise
            check_schema(known)
            return bool(known["request"] == key_of_request.request)
        return True
