"""Risks of service principals: detections that fill in later, and the principals' states."""

import json
from collections.abc import Mapping

import pytest

from shared.domain.activities import Activity
from shared.domain.events import ActorKind, Event, PropertyChange, Source
from shared.sources.aliases import aliases_of
from shared.sources.errors import RecordError
from shared.sources.records import read_record

APP = "0e4c1f30-0000-4000-8000-000000000001"
PRINCIPAL = "0e4c1f30-0000-4000-8000-000000000002"
INFORMATION = '[{"Key":"alertUrl","Value":null},{"Key":"mitreTechniques","Value":"T1078"}]'
DETECTION: Mapping[str, object] = {
    "id": "f8a18e4f",
    "requestId": None,
    "correlationId": None,
    "riskEventType": "leakedCredentials",
    "riskState": "atRisk",
    "riskLevel": "high",
    "riskDetail": "none",
    "source": "IdentityProtection",
    "activity": "servicePrincipal",
    "ipAddress": None,
    "activityDateTime": "2026-03-02T07:00:00Z",
    "detectedDateTime": "2026-03-02T07:30:00Z",
    "lastUpdatedDateTime": "2026-03-02T08:00:00.1234567Z",
    "servicePrincipalId": PRINCIPAL,
    "servicePrincipalDisplayName": "Invoices",
    "appId": APP,
    "keyIds": ["0e4c1f30-0000-4000-8000-0000000000aa"],
    "additionalInfo": INFORMATION,
    "location": None,
}
PRINCIPAL_AT_RISK: Mapping[str, object] = {
    "id": PRINCIPAL,
    "appId": APP,
    "displayName": "Invoices",
    "isEnabled": True,
    "riskDetail": "adminConfirmedServicePrincipalCompromised",
    "riskLastUpdatedDateTime": "2026-03-02T08:00:00.12Z",
    "riskLevel": "high",
    "riskState": "confirmedCompromised",
    "servicePrincipalType": "Application",
}


def read(record: Mapping[str, object], **changes: object) -> Event:
    (event,) = read_record({**record, **changes})
    return event


def test_a_detection_is_an_event_of_its_app_by_nobody() -> None:
    event = read(DETECTION)
    assert (event.source, event.activity) == (Source.IDENTITY_RISK, Activity.RISK_DETECTED)
    assert (event.app.app_id, event.app.service_principal_id, event.app.display_name) == (APP, PRINCIPAL, "Invoices")
    assert event.actor.kind is ActorKind.UNKNOWN
    assert (event.risk_type, event.risk_level, event.risk_state) == ("leakedCredentials", "high", "atRisk")
    assert event.credential_key_id == "0e4c1f30-0000-4000-8000-0000000000aa"
    assert (event.client.ip_address, event.client.country) == (None, None)


def test_each_version_of_a_detection_is_an_event_of_its_own() -> None:
    early = {"source": None, "servicePrincipalDisplayName": None, "appId": None}
    first = read(DETECTION, **early, lastUpdatedDateTime="2026-03-02T07:30:00.5Z")
    second = read(DETECTION)
    assert first.id != second.id
    assert (first.app.app_id, first.app.service_principal_id) == (None, PRINCIPAL)
    assert first.time is not None
    assert second.time is not None
    assert first.time < second.time


def test_one_version_has_one_id_however_its_time_is_written() -> None:
    times = ("2026-03-02T08:00:00.10Z", "2026-03-02T08:00:00.1000000Z", "2026-03-02T08:00:00.1+00:00")
    assert len({read(DETECTION, lastUpdatedDateTime=time).id for time in times}) == 1


def test_additional_information_is_kept_as_text() -> None:
    assert PropertyChange(name="additionalInfo", after=INFORMATION) in read(DETECTION).changes
    hostile = json.dumps([{"Key": "userAgent", "Value": "<b>=cmd|' /C calc'!A0"}])
    assert PropertyChange(name="additionalInfo", after=hostile) in read(DETECTION, additionalInfo=hostile).changes


def test_a_detection_teaches_whose_principal_it_is() -> None:
    (alias,) = aliases_of([read(DETECTION)])
    assert (alias.object_id, alias.app_id) == (PRINCIPAL, APP)


def test_a_principal_at_risk_is_a_change_of_its_risk() -> None:
    event = read(PRINCIPAL_AT_RISK)
    assert event.activity is Activity.RISK_CHANGED
    assert (event.app.app_id, event.app.service_principal_id) == (APP, PRINCIPAL)
    assert (event.risk_level, event.risk_state) == ("high", "confirmedCompromised")
    assert event.operation == "adminConfirmedServicePrincipalCompromised"


@pytest.mark.parametrize(
    "changes", [{"id": None}, {"lastUpdatedDateTime": "soon"}, {"servicePrincipalId": 5, "appId": 5}]
)
def test_a_detection_without_what_it_needs_is_rejected(changes: Mapping[str, object]) -> None:
    with pytest.raises(RecordError):
        read(DETECTION, **changes)
