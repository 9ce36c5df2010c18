"""The directory audits: what can be read of them by now, by time."""

from datetime import UTC, datetime, timedelta

from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call
from local.tenant.graph.messages import Answer, GraphError
from local.tenant.graph.pages import Key, context, cut, listing
from local.tenant.graph.query import Order, read_query
from local.tenant.graph.schema import kind
from local.tenant.graph.shapes import project

_TIME = "activityDateTime"
_NEWEST_FIRST = Order(_TIME, descending=True)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Audits:
    """The operations on ``/auditLogs/directoryAudits``."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def list(self, call: Call) -> Answer:
        """Records by time, the newest first unless it is asked otherwise.

        What becomes readable between two pages, and is older than the last one told, is not told: as with the
        service, only a later read of the same time finds it.
        """
        asked = kind("directoryAudit")
        query = read_query(call.request, asked)
        order = query.order or _NEWEST_FIRST
        start, end = query.filter.bounds(_TIME) if query.filter is not None else (None, None)
        now = self._tenant.clock.now()
        records = self._tenant.audits.query(start, end, now, ascending=True)
        # Those of one moment go by id, so that a page can end between them.
        records.sort(key=_key, reverse=order.descending)
        found, after = cut(records, query, _key, descending=order.descending)
        values = [project(one, asked, query.select) for one in found]
        return listing(call.request, asked, query, values, after)

    def get(self, call: Call) -> Answer:
        """One record by its id."""
        asked = kind("directoryAudit")
        query = read_query(call.request, asked)
        for record in self._tenant.audits.visible(self._tenant.clock.now()):
            if record["id"] == call.names["id"]:
                stated = context(call.request, asked, query.select, "/$entity")
                return Answer(200, {"@odata.context": stated, **project(record, asked, query.select)})
        raise GraphError(404, "UnknownError", "")


def _key(record: Object) -> Key:
    return (datetime.fromisoformat(record[_TIME]) - _START) // _MICROSECOND, record["id"]
