"""The activity log of subscriptions, as Azure Resource Manager answers it. No wire in here."""

import re
from datetime import datetime, timedelta
from typing import Any

from local.tenant.directory.azure_events import AZURE_ACTIVITY
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.messages import Answer, GraphError, Request
from local.tenant.graph.pages import link, make_token, open_token
from local.tenant.graph.tokens import AZURE, Tokens

RETENTION = timedelta(days=90)
_API_VERSION = "2015-04-01"
_FILTER = re.compile(r"eventTimestamp ge '(?P<start>[^']+)'(?: and eventTimestamp le '(?P<end>[^']+)')?")
_PAGE = 200
_ROLES = frozenset({"Reader", "Monitoring Reader", "Contributor", "Owner"})


class ActivityLog:
    """Answers the list of events; raises GraphError."""

    def __init__(self, tenant: Tenant, tokens: Tokens) -> None:
        self._tenant = tenant
        self._tokens = tokens

    def list(self, request: Request, subscription_id: str) -> Answer:
        """Newest first, a page at a time."""
        self._check(request, subscription_id)
        start, end = self._period(request.query.get("$filter", ""))
        records = [
            record
            for record in self._tenant.log(AZURE_ACTIVITY).query(start, end, self._tenant.clock.now(), ascending=False)
            if record["subscriptionId"] == subscription_id
        ]
        done = _position(request.query["$skiptoken"]) if "$skiptoken" in request.query else 0
        body: dict[str, Any] = {"value": records[done : done + _PAGE]}
        if done + _PAGE < len(records):
            body["nextLink"] = link(request, "$skiptoken", make_token((done + _PAGE,)))
        return Answer(200, body)

    def _check(self, request: Request, subscription_id: str) -> None:
        caller = self._tokens.caller(request, AZURE)
        identity = self._tokens.identities[caller.client_id]
        if not identity.others.get(AZURE, frozenset()) & _ROLES:
            action = "Microsoft.Insights/eventtypes/values/Read"
            raise GraphError(
                403,
                "AuthorizationFailed",
                f"The client '{caller.service_principal_id}' does not have authorization to perform action '{action}' "
                f"over scope '/subscriptions/{subscription_id}'.",
            )
        if request.query.get("api-version") != _API_VERSION:
            raise GraphError(400, "MissingApiVersionParameter", "The api-version query parameter is required.")

    def _period(self, text: str) -> tuple[datetime, datetime | None]:
        told = _FILTER.fullmatch(text)
        try:
            start = datetime.fromisoformat(told["start"]) if told else None
            end = datetime.fromisoformat(told["end"]) if told and told["end"] else None
        except ValueError:
            start = None
        if start is None:
            raise GraphError(400, "BadRequest", "The $filter is not one of the patterns that are allowed.")
        if start < self._tenant.clock.now() - RETENTION:
            raise GraphError(400, "BadRequest", "The start time cannot be more than 90 days in the past.")
        return start, end


def _position(token: str) -> int:
    (position,) = open_token(token)
    return int(position)
