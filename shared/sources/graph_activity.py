"""Calls of Microsoft Graph: rows of GraphApiAuditEvents (hunting) and of MicrosoftGraphActivityLogs (Log Analytics).

One log under two sets of columns, and a third in camelCase in what diagnostic settings write: names are compared in
lower case. Hunting writes numbers as text, and an empty object where a cell is null.
"""

from collections.abc import Mapping

from shared.domain.activities import Activity
from shared.domain.events import Actor, ActorKind, Client, Event, Resource, Service, Source
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.sources import request_paths
from shared.sources.audits.apps import app_reference
from shared.sources.decoding import as_text, content_id, embedded
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, first_text, guid, integer, known_text, object_id, text
from shared.sources.times import time_of

_CATEGORY = "MicrosoftGraphActivityLogs"
_CREDENTIALS = {0: "none", 1: "clientSecret", 2: "certificate"}
"""By ``ClientAuthMethod``."""
_MOST_METHOD_CHARACTERS = 10


def is_graph_activity(record: Fields) -> bool:
    return record.get("category") == _CATEGORY or ("RequestUri" in record and "RequestMethod" in record)


def read_graph_activity(record: Fields) -> tuple[Event, ...]:
    """The event of one call. Raises RecordError."""
    row = _row(record)
    uri = text(row, "requesturi")
    if uri is None:
        raise RecordError("RequestUri is missing")
    path = request_paths.template(uri)
    service = request_paths.service_of(path)
    method = _method(row)
    status = integer(row.get("responsestatuscode"))
    app = app_reference(
        app_id=guid(first_text(row, "applicationid", "appid")),
        service_principal_id=text(row, "serviceprincipalid"),
    )
    user = _user(row)
    called = Event(
        id=text(row, "requestid") or content_id(record),
        source=Source.GRAPH_ACTIVITY,
        activity=Activity.GRAPH_CALLED,
        operation=f"{method or 'CALL'} {path}",
        time=time_of(row, "timestamp", "timegenerated"),
        succeeded=status is None or status < 400,
        # The client's own request id is left out: whoever calls could join its call to anybody's.
        correlation_id=as_text(text(row, "operationid")),
        actor=Actor(kind=ActorKind.USER, id=user)
        if user
        else Actor(kind=ActorKind.APP, id=app.service_principal_id, app=app),
        app=app,
        resource=Resource(app_id=MICROSOFT_GRAPH),
        # The location is that of the data centre that answered, so no country is known.
        client=Client(ip_address=known_text(row, "ipaddress"), user_agent=_user_agent(row)),
        service=service,
        mailbox=_mailbox(uri, path, user) if service is Service.EXCHANGE else UNKNOWN,
        method=method,
        path=path,
        status_code=status,
        byte_count=integer(_first_value(row, "responsesize", "responsesizebytes")),
        token_permissions=_token_permissions(row),
        token_id=first_text(row, "uniquetokenidentifier", "signinactivityid", "uniquetokenid"),
        credential_kind=_credential_kind(row),
    )
    return (called,)


def _row(record: Fields) -> dict[str, object]:
    """By names in lower case, without what is null."""
    columns: Mapping[str, object] = record
    if record.get("category") == _CATEGORY:
        properties = embedded(record.get("properties"))
        if not isinstance(properties, dict):
            raise RecordError("properties is not an object")
        columns = {"timeGenerated": record.get("time"), **properties}
    return {name.lower(): value for name, value in columns.items() if value is not None and value != {}}


def _first_value(row: Fields, *names: str) -> object:
    return next((row[name] for name in names if name in row), None)


def _method(row: Fields) -> str | None:
    method = (text(row, "requestmethod") or "").upper()
    return method if method.isascii() and method.isalpha() and len(method) <= _MOST_METHOD_CHARACTERS else None


def _user(row: Fields) -> str | None:
    """Whom the app acts for. An app on its own may stand in the user's column, and is told by its type or its id."""
    user = object_id(as_text(first_text(row, "accountobjectid", "userid")))
    is_app = (text(row, "entitytype") or "").lower() in {"app", "application", "serviceprincipal"}
    return None if is_app or user == object_id(text(row, "serviceprincipalid")) else user


def _user_agent(row: Fields) -> Known[str]:
    """Only Log Analytics has it."""
    return as_text(text(row, "useragent")) if "useragent" in row else UNKNOWN


def _mailbox(uri: str, path: str, user: str | None) -> Known[str]:
    if path.startswith("/me/"):
        return user or UNKNOWN
    named = request_paths.user_in(uri)
    return (guid(named) or named) if named else UNKNOWN


def _token_permissions(row: Fields) -> Known[tuple[str, ...]]:
    """Delegated scopes and app roles of the token, which both are separated by spaces."""
    if "scopes" not in row and "roles" not in row:
        return UNKNOWN
    told = " ".join(as_text(text(row, name)) or "" for name in ("scopes", "roles"))
    return tuple(sorted(set(told.split())))


def _credential_kind(row: Fields) -> Known[str]:
    method = integer(row.get("clientauthmethod"))
    return UNKNOWN if method is None else _CREDENTIALS.get(method, UNKNOWN)
