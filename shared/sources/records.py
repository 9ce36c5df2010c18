"""The way in: recognises the form of a record and gives its events."""

from collections.abc import Mapping

from shared.domain.events import Event
from shared.sources.azure_activity import is_azure_activity, read_azure_activity
from shared.sources.cloud_app_events import is_cloud_app_event, read_cloud_app_event
from shared.sources.decoding import decode, embedded
from shared.sources.defender_alerts import is_defender_alert, read_defender_alert
from shared.sources.directory_audits import read_directory_audit
from shared.sources.errors import RecordError, shown
from shared.sources.fields import Fields
from shared.sources.graph_activity import is_graph_activity, read_graph_activity
from shared.sources.identity_risk import (
    is_risk_detection,
    is_risky_principal,
    read_risk_detection,
    read_risky_principal,
)
from shared.sources.log_analytics import (
    is_audit_row,
    is_office_row,
    is_sign_in_row,
    read_audit_row,
    read_envelope,
    read_office_row,
    read_sign_in_row,
)
from shared.sources.sign_ins import read_sign_in
from shared.sources.unified_audit_log import read_unified

_MOST_ID_CHARACTERS = 1024
"""An id is kept whole, in table rows too, and never cut: two records could become one."""

_SIGN_IN_KEYS = ("status", "signInEventTypes", "isInteractive", "clientAppUsed")


_OTHER_FORMS = (
    (is_cloud_app_event, read_cloud_app_event),
    (is_graph_activity, read_graph_activity),
    (is_risk_detection, read_risk_detection),
    (is_risky_principal, read_risky_principal),
    (is_defender_alert, read_defender_alert),
    # Have a category and properties, as an envelope, and so come before it.
    (is_azure_activity, read_azure_activity),
)


def read_bytes(line: bytes) -> tuple[Event, ...]:
    """The events of one record in JSON. Raises RecordError, and nothing else, whatever the bytes are."""
    record = decode(line)
    if not isinstance(record, dict):
        raise RecordError("the record is not a JSON object")
    return read_record(record)


def read_record(record: Mapping[str, object]) -> tuple[Event, ...]:
    """The events of one record, at least one. Raises RecordError.

    Forms: Graph directoryAudit, signIn, servicePrincipalRiskDetection, riskyServicePrincipal and alert (alerts_v2);
    Azure activity; rows of CloudAppEvents, GraphApiAuditEvents, MicrosoftGraphActivityLogs, AuditLogs, OfficeActivity
    and the four sign-in tables;
    diagnostic-settings envelopes; unified audit records, also inside a row of an audit search (``AuditData``) and a
    Purview search record (``auditData``). Values must be what a strict JSON decoder gives.
    """
    events = _events_of(record)
    if len(events[0].id) > _MOST_ID_CHARACTERS:
        raise RecordError(f"the id has more than {_MOST_ID_CHARACTERS} characters")
    return events


def _events_of(record: Fields) -> tuple[Event, ...]:
    wrapped = _unified_inside(record)
    if wrapped is not None:
        return read_unified(wrapped)
    for is_form, read in _OTHER_FORMS:
        if is_form(record):
            return read(record)
    if "properties" in record and "category" in record:
        return read_envelope(record)
    if "activityDisplayName" in record:
        return read_directory_audit(record)
    return _read_row(record)


def _read_row(record: Fields) -> tuple[Event, ...]:
    if is_office_row(record):
        return read_office_row(record)
    if "Operation" in record and ("RecordType" in record or "CreationTime" in record):
        return read_unified(record)
    if is_audit_row(record):
        return read_audit_row(record)
    if is_sign_in_row(record):
        return read_sign_in_row(record)
    if "createdDateTime" in record and any(key in record for key in _SIGN_IN_KEYS):
        return read_sign_in(record)
    raise RecordError(f"not a form that is known (keys: {', '.join(map(shown, list(record)[:5]))})")


def _unified_inside(record: Fields) -> Fields | None:
    """The unified audit record that a row of a search wraps, None if this is no such row."""
    for key in ("AuditData", "auditData"):
        if key in record:
            return _object_in(record, key)
    return None


def _object_in(record: Fields, key: str) -> Fields:
    value = embedded(record[key])
    if not isinstance(value, dict):
        raise RecordError(f"{key} is not a JSON object")
    return value
