"""Rows of CloudAppEvents: a record of the unified audit log in ``RawEventData``, and columns beside it.

Defender for Cloud Apps adds what the record lacks: the client's country, and which OAuth app acted. Rows of connectors
to other clouds have a raw event of another shape or none, and are read from their columns alone.
"""

import re

from msgspec.structs import replace

from shared.domain.app_references import AppReference
from shared.domain.events import Actor, ActorKind, Client, Event, Source
from shared.domain.known import UNKNOWN, Known
from shared.domain.operations import activity_of, clean_operation
from shared.sources.audits.apps import app_reference
from shared.sources.decoding import as_text, content_id, embedded
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, first_text, guid, object_id, text
from shared.sources.times import time_of
from shared.sources.unified_audit_log import read_unified

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_APP_ACCOUNTS = frozenset({"application", "app", "service principal", "serviceprincipal"})


def is_cloud_app_event(record: Fields) -> bool:
    return "RawEventData" in record or ("ActionType" in record and "Timestamp" in record)


def read_cloud_app_event(row: Fields) -> tuple[Event, ...]:
    """The events of one row. Raises RecordError."""
    raw = embedded(row.get("RawEventData"))
    if raw is not None and not isinstance(raw, dict):
        raise RecordError("RawEventData is not a JSON object")
    if raw and ("Operation" in raw or "ActionType" not in row):
        return tuple(_filled(event, row) for event in read_unified(raw))
    if text(row, "ActionType") is None:
        raise RecordError("hunting row without RawEventData")
    return (_from_columns(row),)


def _filled(event: Event, row: Fields) -> Event:
    """With what only the row tells: what the record itself says stands."""
    told, client = _client(row), event.client
    client = Client(
        ip_address=client.ip_address or told.ip_address,
        country=client.country or told.country,
        asn=client.asn,
        user_agent=client.user_agent or told.user_agent,
    )
    app = event.app if event.app.key else _app(row, event.app.display_name)
    actor = event.actor
    if actor.kind is ActorKind.USER and actor.id is None:
        actor = replace(actor, id=_account(row))
    elif actor.kind is ActorKind.APP and (actor.app is None or actor.app.key is None):
        actor = replace(actor, app=app)
    return replace(event, client=client, app=app, actor=actor)


def _from_columns(row: Fields) -> Event:
    operation = clean_operation(as_text(text(row, "ActionType")) or "")
    app = _app(row, None)
    name = as_text(first_text(row, "AccountDisplayName", "AccountId"))
    is_app = (text(row, "AccountType") or "").lower() in _APP_ACCOUNTS
    kind = ActorKind.APP if is_app else ActorKind.USER if _account(row) else ActorKind.UNKNOWN
    return Event(
        id=text(row, "ReportId") or content_id(row),
        source=Source.UNIFIED_AUDIT_LOG,
        activity=activity_of(operation),
        operation=operation,
        time=time_of(row, "Timestamp"),
        actor=Actor(kind=kind, id=_account(row), name=name, app=app if is_app else None),
        app=app,
        client=_client(row),
    )


def _client(row: Fields) -> Client:
    country = text(row, "CountryCode") or ""
    return Client(
        ip_address=_known(row, "IPAddress"),
        country=country.upper() if _COUNTRY.fullmatch(country) else UNKNOWN,
        user_agent=_known(row, "UserAgent"),
    )


def _known(row: Fields, name: str) -> Known[str]:
    return as_text(text(row, name)) or UNKNOWN


def _app(row: Fields, name: str | None) -> AppReference:
    """``ApplicationId`` is no appId here but the number of a cloud service, such as Exchange Online."""
    return app_reference(app_id=guid(row.get("OAuthAppId")), display_name=name)


def _account(row: Fields) -> str | None:
    return object_id(as_text(text(row, "AccountObjectId")))
