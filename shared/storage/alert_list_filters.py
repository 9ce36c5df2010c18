"""What the service is asked for a page of the alert list: which partitions, and which of their rows."""

from typing import NamedTuple

from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import AlertStatus
from shared.storage.alert_list_rows import backward_month
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, newest_first


class _Partitions(NamedTuple):
    """The partitions of one list: from ``first`` up to but without ``end``; a single one has no ``end``."""

    first: str
    end: str | None


def filters_after(query: AlertQuery, partition: str, row: str) -> list[Filter]:
    """Filters which, read one after the other, give all rows of the query that follow this one.

    Empty keys stand for the beginning of the list. Raises ValueError for a row that is not of this list.
    """
    filters = _remaining(_partitions(query), partition)
    if row:
        filters[0].where("RowKey", "gt", row)
    for each in filters:
        _restrict(each, query)
    return filters


def _partitions(query: AlertQuery) -> _Partitions:
    """The narrowest list that holds all the query asks for."""
    if query.app_id is not None:
        return _Partitions(key("app", query.app_id), None)
    if query.policy_id is not None:
        return _Partitions(key("policy", query.policy_id), None)
    name = "open" if query.status is not None and AlertStatus.RESOLVED not in query.status else "all"
    newest = backward_month(query.created_to) if query.created_to else ""
    oldest = backward_month(query.created_from) if query.created_from else ""
    return _Partitions(key(name, newest), end_of(key(name, oldest)))


def _remaining(partitions: _Partitions, last: str) -> list[Filter]:
    """What remains of the partition read last, then the later ones.

    Two filters rather than one, because an ``or`` over partitions makes the service scan the whole table.
    """
    first, end = partitions
    if end is None and last in {"", first}:
        return [Filter.partition(first)]
    if end is not None and not last:
        return [Filter().where("PartitionKey", "ge", first).where("PartitionKey", "lt", end)]
    if end is not None and first <= last < end:
        later = Filter().where("PartitionKey", "gt", last).where("PartitionKey", "lt", end)
        return [Filter.partition(last), later]
    raise ValueError("not a page token of this list")


def _restrict(rows: Filter, query: AlertQuery) -> None:
    """What the service can filter by; both ends of the time of creation are included."""
    if query.created_to is not None:
        rows.where("RowKey", "ge", newest_first(query.created_to))
    if query.created_from is not None:
        rows.where("RowKey", "lt", end_of(newest_first(query.created_from) + "|"))
    if query.app_id is not None and query.policy_id is not None:
        rows.where("policyKey", "eq", key(query.policy_id))
    if query.status is not None:
        rows.any_of("status", query.status)
    if query.severity is not None:
        rows.any_of("severity", query.severity)
