"""Calls of Microsoft Graph, as advanced hunting tells them: numbers as text, and no user agent."""

from local.records.content import Record
from local.records.directory_audits import graph_time
from local.records.errors import NotRecorded
from local.records.identifiers import invented_id, object_id_of
from shared.domain.events import ActorKind, Event

_SUCCEEDED, _REFUSED = 200, 403
_ID = "{id}"


def as_graph_call(event: Event) -> Record:
    """The row. Raises NotRecorded for a call without a path, as a row cannot be without one."""
    if not event.path:
        raise NotRecorded("a call of Microsoft Graph has a path")
    status = event.status_code or (_SUCCEEDED if event.succeeded else _REFUSED)
    by_user = event.actor.kind is ActorKind.USER
    return {
        "Timestamp": graph_time(event.time),
        "RequestId": event.id,
        "OperationId": event.correlation_id,
        "ApplicationId": event.app.app_id or "",
        "ServicePrincipalId": object_id_of(event.app, event),
        "AccountObjectId": event.actor.id if by_user else "",
        "EntityType": "user" if by_user else "app",
        "RequestMethod": event.method or "GET",
        "RequestUri": f"https://graph.microsoft.com/v1.0{_address(event, event.path)}",
        "ResponseStatusCode": str(status),
        "ResponseSize": str(event.byte_count or 0),
        "IPAddress": event.client.ip_address or "",
        "Scopes": " ".join(event.token_permissions or ()),
    }


def _address(event: Event, path: str) -> str:
    """The template with an id in each of its places; the first one is the mailbox, where the event names one."""
    first, *others = path.split(_ID)
    address = first
    for number, part in enumerate(others):
        named = event.mailbox if number == 0 and first == "/users/" else None
        address += (named or invented_id("key", event.id, str(number))) + part
    return address
