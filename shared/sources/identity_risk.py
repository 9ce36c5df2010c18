"""What Identity Protection says of service principals: its detections, and how it judges each principal.

Both are objects that change, not records of a log: a detection is read with its source, names and appId empty and has
them some twenty minutes later. So each version is an event of its own, at the time at which the object became it.
"""

from collections.abc import Iterator
from datetime import datetime

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Client, Event, PropertyChange, Source
from shared.domain.known import UNKNOWN, Known
from shared.sources.audits.apps import app_reference
from shared.sources.decoding import as_text
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, first_text, guid, known_text, member, object_id, strings, text
from shared.sources.times import time_of

DETECTION_CHANGED = "lastUpdatedDateTime"
PRINCIPAL_CHANGED = "riskLastUpdatedDateTime"

_TOLD = ("activityDateTime", "detectedDateTime", "riskDetail", "source", "keyIds", "additionalInfo")
"""Of a detection; ``additionalInfo`` is JSON in a string."""


def is_risk_detection(record: Fields) -> bool:
    return "riskEventType" in record and "servicePrincipalId" in record


def is_risky_principal(record: Fields) -> bool:
    return PRINCIPAL_CHANGED in record and "servicePrincipalType" in record


def read_risk_detection(record: Fields) -> tuple[Event, ...]:
    """The event of one servicePrincipalRiskDetection. Raises RecordError."""
    changed = time_of(record, DETECTION_CHANGED, "detectedDateTime")
    detected = Event(
        id=version_id(text(record, "id"), changed),
        source=Source.IDENTITY_RISK,
        activity=Activity.RISK_DETECTED,
        operation=text(record, "riskEventType") or "servicePrincipalRiskDetection",
        time=changed,
        correlation_id=text(record, "correlationId"),
        app=_app(record, text(record, "servicePrincipalId"), "servicePrincipalDisplayName"),
        client=Client(ip_address=known_text(record, "ipAddress"), country=_country(record)),
        changes=tuple(_changes(record, _TOLD)),
        credential_key_id=next(iter(strings(record["keyIds"])), None) if "keyIds" in record else UNKNOWN,
        risk_level=known_text(record, "riskLevel"),
        risk_state=known_text(record, "riskState"),
        risk_type=known_text(record, "riskEventType"),
    )
    return (detected,)


def read_risky_principal(record: Fields) -> tuple[Event, ...]:
    """The event of one riskyServicePrincipal, whose id is the principal's. Raises RecordError."""
    changed = time_of(record, PRINCIPAL_CHANGED)
    judged = Event(
        id=version_id(text(record, "id"), changed),
        source=Source.IDENTITY_RISK,
        activity=Activity.RISK_CHANGED,
        operation=text(record, "riskDetail") or "riskyServicePrincipal",
        time=changed,
        app=_app(record, text(record, "id"), "displayName"),
        changes=tuple(_changes(record, ("riskDetail", "isEnabled"))),
        risk_level=known_text(record, "riskLevel"),
        risk_state=known_text(record, "riskState"),
    )
    return (judged,)


def version_id(object_id: str | None, changed: datetime | None) -> str:
    """The id of one version of an object that changes. Raises RecordError for an object without an id."""
    if object_id is None:
        raise RecordError("the object has no id")
    return f"{object_id}@{changed.isoformat() if changed else ''}"


def _app(record: Fields, principal: str | None, name: str) -> AppReference:
    app = app_reference(
        app_id=guid(record.get("appId")),
        service_principal_id=object_id(principal),
        display_name=first_text(record, name),
    )
    if app.key is None:
        raise RecordError("the risk names no app")
    return app


def _country(record: Fields) -> Known[str]:
    """As in sign-ins; offline detections have no location."""
    return text(member(record, "location"), "countryOrRegion") if "location" in record else UNKNOWN


def _changes(record: Fields, names: tuple[str, ...]) -> Iterator[PropertyChange]:
    for name in names:
        after = as_text(record.get(name))
        if after is not None and after != "[]":
            yield PropertyChange(name=name, after=after)
