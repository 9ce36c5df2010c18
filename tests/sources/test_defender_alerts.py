"""Alerts of Defender: which of them are about apps, and what of them is kept."""

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.activities import Activity
from shared.domain.events import Event, ForeignAlert
from shared.sources.defender_alerts import concerns_an_app
from shared.sources.errors import RecordError
from shared.sources.records import read_record

APP = "0e4c1f30-0000-4000-8000-000000000001"
PRINCIPAL = "0e4c1f30-0000-4000-8000-000000000002"
TYPE = "#microsoft.graph.security."
OAUTH_APP = {
    "@odata.type": f"{TYPE}oauthApplicationEvidence",
    "appId": APP.upper(),
    "objectId": PRINCIPAL,
    "displayName": "Invoices",
    "publisher": None,
}
OTHER_PRINCIPAL = {
    "@odata.type": f"{TYPE}servicePrincipalEvidence",
    "appId": None,
    "servicePrincipalObjectId": "0e4c1f30-0000-4000-8000-000000000003",
    "servicePrincipalName": "Payroll",
}
CLOUD_APP = {"@odata.type": f"{TYPE}cloudApplicationEvidence", "appId": 20893, "displayName": "Microsoft Graph"}
USER = {"@odata.type": f"{TYPE}userEvidence", "userAccount": {"userPrincipalName": "ada@contoso.example"}}
ADDRESS = {"@odata.type": f"{TYPE}ipEvidence", "ipAddress": "192.0.2.7", "countryLetterCode": "NL"}
ALERT: Mapping[str, object] = {
    "id": "da7d9031bd_1",
    "title": "Unusual mail access by an app",
    "severity": "high",
    "status": "new",
    "classification": None,
    "determination": None,
    "category": "Exfiltration",
    "serviceSource": "microsoftAppGovernance",
    "detectionSource": "appGovernanceDetection",
    "detectorId": "d1",
    "mitreTechniques": ["T1114", "T1098.001"],
    "description": "It read mail.",
    "alertWebUrl": "https://security.microsoft.com/alerts/da7d9031bd_1",
    "createdDateTime": "2026-03-02T07:00:00.48Z",
    "lastUpdateDateTime": "2026-03-02T08:00:00.1234567Z",
    "firstActivityDateTime": "2026-03-02T06:00:00.0Z",
    "lastActivityDateTime": "2026-03-02T06:30:00Z",
    "additionalData": {},
    "customDetails": None,
    "evidence": [CLOUD_APP, USER, OTHER_PRINCIPAL, OAUTH_APP, ADDRESS],
}


def read(**changes: object) -> Event:
    (event,) = read_record({**ALERT, **changes})
    return event


def concerns(**changes: object) -> bool:
    return concerns_an_app(msgspec.json.encode({**ALERT, **changes}))


def told(event: Event) -> ForeignAlert:
    assert event.foreign_alert
    return event.foreign_alert


def test_an_alert_is_an_event_of_the_app_in_its_evidence() -> None:
    event = read()
    assert event.activity is Activity.DEFENDER_ALERT
    assert (event.app.app_id, event.app.service_principal_id, event.app.display_name) == (APP, PRINCIPAL, "Invoices")
    assert (event.client.ip_address, event.client.country) == ("192.0.2.7", "NL")
    assert (told(event).id, told(event).severity, told(event).techniques) == (
        "da7d9031bd_1",
        "high",
        ("T1114", "T1098.001"),
    )
    assert event.time == told(event).updated


def test_the_number_of_a_cloud_application_is_no_app() -> None:
    assert read(evidence=[CLOUD_APP]).app.key is None


def test_a_service_principal_alone_is_the_app() -> None:
    assert read(evidence=[USER, OTHER_PRINCIPAL]).app.service_principal_id == "0e4c1f30-0000-4000-8000-000000000003"


def test_words_that_nobody_knew_stand_as_they_came() -> None:
    event = read(severity="catastrophic", status="unknownFutureValue", evidence=None)
    assert (told(event).severity, told(event).status) == ("catastrophic", "unknownFutureValue")


def test_each_version_is_an_event_of_its_own() -> None:
    assert read().id != read(lastUpdateDateTime="2026-03-02T09:00:00Z").id


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": []},
        {"serviceSource": "microsoft365Defender", "detectionSource": "appGovernancePolicy", "evidence": []},
        {"serviceSource": "microsoft365Defender", "detectionSource": "customDetection"},
    ],
)
def test_an_alert_of_app_governance_or_with_an_app_concerns_one(changes: Mapping[str, object]) -> None:
    assert concerns(**changes)


@pytest.mark.parametrize("evidence", [[], [USER], [CLOUD_APP, ADDRESS]])
def test_an_alert_of_another_product_without_an_app_concerns_none(evidence: list[object]) -> None:
    source = "microsoftDefenderForOffice365"
    assert not concerns(serviceSource=source, detectionSource=source, evidence=evidence)


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"evidence":5}'])
def test_what_cannot_be_read_is_handed_on_to_be_rejected(line: bytes) -> None:
    assert concerns_an_app(line)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=3)


@given(name=st.sampled_from(sorted(ALERT)), value=JSON)
def test_an_alert_with_any_field_of_another_kind_is_read_or_rejected(name: str, value: object) -> None:
    try:
        event = read(**{name: value})
    except RecordError:
        return
    assert event.activity is Activity.DEFENDER_ALERT or name in {"detectionSource", "serviceSource"}
