"""Alerts of Microsoft Defender (alerts_v2), as far as they are about OAuth apps.

An alert changes for weeks: each version is an event of its own, at the time at which the alert became it. Words that
Microsoft adds to its enumerations stand as they came.
"""

from collections.abc import Iterable

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Client, Event, ForeignAlert, Source
from shared.sources.audits.apps import app_reference
from shared.sources.decoding import as_text, decode
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, first_text, guid, known_text, members, object_id, strings, text
from shared.sources.identity_risk import version_id
from shared.sources.times import time_of

_APP_GOVERNANCE = "microsoftAppGovernance"
_APP_GOVERNANCE_DETECTION = "appGovernance"
"""What detection sources of app governance begin with."""
_OAUTH_APP = "#microsoft.graph.security.oauthApplicationEvidence"
_PRINCIPAL = "#microsoft.graph.security.servicePrincipalEvidence"
_ADDRESS = "#microsoft.graph.security.ipEvidence"
_MOST_TECHNIQUES = 50


def is_defender_alert(record: Fields) -> bool:
    return "detectionSource" in record and "serviceSource" in record


def concerns_an_app(line: bytes) -> bool:
    """Whether an alert is about an OAuth app; most are not. What cannot be read is: its record is then rejected,
    where somebody sees it."""
    try:
        record = decode(line)
        return (
            not isinstance(record, dict)
            or _is_by_app_governance(record)
            or _app(members(record, "evidence")) != (AppReference())
        )
    except RecordError:
        return True


def read_defender_alert(record: Fields) -> tuple[Event, ...]:
    """The event of one alert. Raises RecordError."""
    changed = time_of(record, "lastUpdateDateTime", "createdDateTime")
    evidence = members(record, "evidence")
    raised = Event(
        id=version_id(text(record, "id"), changed),
        source=Source.DEFENDER_ALERTS,
        activity=Activity.DEFENDER_ALERT,
        operation=as_text(text(record, "title")) or "alert",
        time=changed,
        app=_app(evidence),
        client=_client(evidence),
        foreign_alert=_foreign_alert(record),
    )
    return (raised,)


def _is_by_app_governance(record: Fields) -> bool:
    detected = text(record, "detectionSource") or ""
    return text(record, "serviceSource") == _APP_GOVERNANCE or detected.startswith(_APP_GOVERNANCE_DETECTION)


def _foreign_alert(record: Fields) -> ForeignAlert:
    return ForeignAlert(
        id=text(record, "id") or "",
        title=as_text(text(record, "title")),
        severity=text(record, "severity"),
        status=text(record, "status"),
        classification=text(record, "classification"),
        determination=text(record, "determination"),
        category=first_text(record, "category"),
        service_source=text(record, "serviceSource"),
        detection_source=text(record, "detectionSource"),
        detector_id=text(record, "detectorId"),
        techniques=tuple(strings(record.get("mitreTechniques"))[:_MOST_TECHNIQUES]),
        description=as_text(text(record, "description")),
        web_url=as_text(text(record, "alertWebUrl")),
        created=time_of(record, "createdDateTime"),
        updated=time_of(record, "lastUpdateDateTime"),
        first_activity=time_of(record, "firstActivityDateTime"),
        last_activity=time_of(record, "lastActivityDateTime"),
    )


def _app(evidence: Iterable[Fields]) -> AppReference:
    """The first app that is named; one that is named as an OAuth app comes before a mere service principal.

    A cloud application's ``appId`` is a number of Defender for Cloud Apps, and no app of the tenant's.
    """
    named = [app for piece in evidence if (app := _named_by(piece)).key is not None]
    return max(named, key=lambda app: app.app_id is not None, default=AppReference())


def _named_by(piece: Fields) -> AppReference:
    kind = text(piece, "@odata.type")
    if kind == _OAUTH_APP:
        identifier, name = piece.get("objectId"), "displayName"
    elif kind == _PRINCIPAL:
        identifier, name = piece.get("servicePrincipalObjectId"), "servicePrincipalName"
    else:
        return AppReference()
    return app_reference(
        app_id=guid(piece.get("appId")),
        service_principal_id=object_id(identifier),
        display_name=as_text(text(piece, name)),
    )


def _client(evidence: Iterable[Fields]) -> Client:
    found = next((piece for piece in evidence if text(piece, "@odata.type") == _ADDRESS), None)
    if found is None:
        return Client()
    return Client(ip_address=known_text(found, "ipAddress"), country=known_text(found, "countryLetterCode"))
