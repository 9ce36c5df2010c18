"""The audit search of Purview: a search is begun, runs for minutes, and then has records. In beta only."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call
from local.tenant.graph.messages import Answer, GraphError, bad_request, not_found
from local.tenant.graph.pages import link, make_token, open_token
from local.tenant.office.content import LOGS

_STARTS_AFTER, _ENDS_AFTER = timedelta(seconds=30), timedelta(minutes=3)
_MOST_AT_ONCE = 10
_MOST_OF_A_PAGE = 150
_RECORD_TYPES = {
    1: "ExchangeAdmin",
    2: "ExchangeItem",
    6: "SharePointFileOperation",
    8: "AzureActiveDirectory",
    14: "SharePointSharingOperation",
    25: "MicrosoftTeams",
    50: "ExchangeItemAggregated",
}


@dataclass(frozen=True, slots=True)
class _Search:
    id: str
    begun: datetime
    start: datetime
    end: datetime
    services: frozenset[str]


class AuditSearch:
    """The operations on ``/security/auditLog/queries``. A search finds what was readable when it ended."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._searches: dict[str, _Search] = {}

    def begin(self, call: Call) -> Answer:
        _refuse_version(call)
        body = call.request.body if isinstance(call.request.body, dict) else {}
        now = self._tenant.clock.now()
        if sum(self._status(one) in ("notStarted", "running") for one in self._searches.values()) >= _MOST_AT_ONCE:
            raise GraphError(429, "TooManyRequests", "Too many searches are running.")
        services = frozenset(body.get("serviceFilters") or ())
        times = _time(body.get("filterStartDateTime")), _time(body.get("filterEndDateTime"))
        search = _Search(self._tenant.new_id(), now, *times, services)
        self._searches[search.id] = search
        return Answer(201, self._told(search))

    def get(self, call: Call) -> Answer:
        _refuse_version(call)
        return Answer(200, self._told(self._found(call)))

    def records(self, call: Call) -> Answer:
        """Empty as long as the search runs, which looks like one that found nothing."""
        _refuse_version(call)
        search, query = self._found(call), call.request.query
        found = self._matching(search) if self._status(search) == "succeeded" else []
        (done,) = open_token(query["$skiptoken"]) if "$skiptoken" in query else (0,)
        top = min(int(query.get("$top", _MOST_OF_A_PAGE)), _MOST_OF_A_PAGE)
        body: dict[str, Any] = {"value": [_record(one) for one in found[done : done + top]]}
        if done + top < len(found):
            body["@odata.nextLink"] = link(call.request, "$skiptoken", make_token((done + top,)))
        return Answer(200, body)

    def _matching(self, search: _Search) -> list[Object]:
        ended = search.begun + _ENDS_AFTER / self._tenant.audits.factor
        logs = [self._tenant.log(name).query(search.start, search.end, ended, ascending=True) for name in LOGS.values()]
        return [one for one in chain(*logs) if not search.services or one["Workload"] in search.services]

    def _found(self, call: Call) -> _Search:
        found = self._searches.get(call.names["id"])
        if found is None:
            raise not_found(call.names["id"])
        return found

    def _status(self, search: _Search) -> str:
        age = (self._tenant.clock.now() - search.begun) * self._tenant.audits.factor
        if age < _STARTS_AFTER:
            return "notStarted"
        return "running" if age < _ENDS_AFTER else "succeeded"

    def _told(self, search: _Search) -> Object:
        return {
            "id": search.id,
            "displayName": "Consentry",
            "filterStartDateTime": search.start.isoformat().replace("+00:00", "Z"),
            "filterEndDateTime": search.end.isoformat().replace("+00:00", "Z"),
            "serviceFilters": sorted(search.services),
            "status": self._status(search),
        }


def _refuse_version(call: Call) -> None:
    """Version 1.0 has it in its metadata alone."""
    if not call.request.is_beta:
        raise GraphError(404, "UnknownError", "")


def _time(value: object) -> datetime:
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        raise bad_request("The period of the search is missing.") from None


def _record(record: Object) -> Object:
    """``userId`` is what the record calls UserKey, and ``userPrincipalName`` its UserId."""
    return {
        "id": record["Id"],
        "createdDateTime": f"{record['CreationTime']}Z",
        "auditLogRecordType": _RECORD_TYPES[record["RecordType"]],
        "operation": record["Operation"],
        "organizationId": record["OrganizationId"],
        "userType": "Regular" if record["UserType"] == 0 else "ServicePrincipal",
        "userId": record["UserKey"],
        "service": record["Workload"],
        "objectId": record.get("ObjectId"),
        "userPrincipalName": record["UserId"],
        "clientIp": record.get("ClientIP") or record.get("ClientIPAddress"),
        "administrativeUnits": [],
        "auditData": {"@odata.type": "#microsoft.graph.security.defaultAuditData", **record},
    }
