"""Sign-ins of users and apps."""

from datetime import UTC, datetime

import pytest

from shared.domain.app_references import Resolution
from shared.domain.events import ActorKind, Event, Service
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import (
    AZURE_AD_GRAPH,
    AZURE_SERVICE_MANAGEMENT,
    EXCHANGE_ONLINE,
    MICROSOFT_GRAPH,
    SHAREPOINT_ONLINE,
)
from shared.sources.errors import RecordError
from shared.sources.records import read_record
from tests.sources.records import (
    APP_ID,
    GRAPH_APP_ID,
    GRAPH_PRINCIPAL,
    PRINCIPAL_ID,
    USER_ID,
    USER_NAME,
    sign_in,
)

BETA_ONLY = (
    "signInEventTypes",
    "servicePrincipalCredentialKeyId",
    "federatedCredentialId",
    "resourceServicePrincipalId",
)

MANAGED_IDENTITY = {
    "createdDateTime": "2026-07-20T08:31:21.3310422+00:00",
    "userDisplayName": "",
    "userPrincipalName": "",
    "userId": "",
    "agent": {"agentType": "notAgentic", "agentSubjectType": "notAgentic"},
    "appId": APP_ID,
    "ipAddress": "",
    "status": {"errorCode": 0},
    "clientAppUsed": "Unknown",
    "homeTenantId": "",
    "isInteractive": False,
    "riskLevelDuringSignIn": "none",
    "resourceId": AZURE_SERVICE_MANAGEMENT,
    "signInEventTypes": ["managedIdentity"],
    "servicePrincipalId": PRINCIPAL_ID,
    "userType": "Member",
    "uniqueTokenIdentifier": "N2jT94if-kGJzdwWp8mqAA",
}
"""With no more keys than such records have: no location, and no kind of credential."""


def one_event(**fields: object) -> Event:
    (event,) = read_record(sign_in(**fields))
    return event


def v1(**fields: object) -> Event:
    """An interactive sign-in as v1.0 gives it, without what only beta has."""
    record = sign_in(isInteractive=True, userId=USER_ID, userPrincipalName=USER_NAME, servicePrincipalId="", **fields)
    (event,) = read_record({name: value for name, value in record.items() if name not in BETA_ONLY})
    return event


def test_a_service_principal_signs_in_as_itself() -> None:
    event = one_event()
    assert (event.sign_in_kind, event.succeeded, event.error_code) == ("servicePrincipal", True, 0)
    assert (event.app.app_id, event.app.service_principal_id) == (APP_ID, PRINCIPAL_ID)
    assert event.app.resolution is Resolution.RESOLVED
    assert (event.actor.kind, event.actor.id, event.actor.app) == (ActorKind.APP, PRINCIPAL_ID, event.app)
    assert (event.resource.app_id, event.resource.service_principal_id) == (GRAPH_APP_ID, GRAPH_PRINCIPAL)
    assert (event.client.ip_address, event.client.country) == ("203.0.113.7", "NL")
    assert event.time == datetime(2026, 7, 20, 8, 31, 21, 331042, UTC)
    assert event.credential_key_id == "99999999-0000-4000-8000-000000000001"


def test_v1_holds_interactive_sign_ins_and_does_not_know_the_credential() -> None:
    event = v1()
    assert (event.sign_in_kind, event.credential_key_id) == ("interactiveUser", UNKNOWN)
    assert (event.actor.kind, event.actor.id, event.actor.name) == (ActorKind.USER, USER_ID, USER_NAME)
    assert event.actor.app is None
    assert event.app.app_id == APP_ID


@pytest.mark.parametrize("kind", ["interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity"])
def test_beta_says_which_of_the_four_streams(kind: str) -> None:
    event = one_event(signInEventTypes=[kind])
    assert event.sign_in_kind == kind
    assert (event.actor.kind is ActorKind.USER) == kind.endswith("User")


def test_a_managed_identity_has_no_address_and_its_location_is_unknown() -> None:
    record = sign_in(signInEventTypes=["managedIdentity"], ipAddress="")
    del record["location"]
    (event,) = read_record(record)
    assert (event.client.ip_address, event.client.country) == (None, UNKNOWN)


def test_empty_strings_mean_nothing() -> None:
    event = one_event(servicePrincipalCredentialKeyId="", userAgent="", resourceServicePrincipalId="")
    assert (event.credential_key_id, event.client.user_agent) == (None, None)
    assert event.resource.service_principal_id is None


def test_a_federated_sign_in_tells_the_federated_credential() -> None:
    event = one_event(servicePrincipalCredentialKeyId="", federatedCredentialId="trust-1")
    assert event.credential_key_id == "trust-1"


@pytest.mark.parametrize("code", [7000222, "7000222"], ids=["number", "text"])
def test_an_error_code_is_a_failure(code: object) -> None:
    event = one_event(status={"errorCode": code})
    assert (event.succeeded, event.error_code) == (False, 7000222)


def test_a_sign_in_that_names_no_app_is_malformed() -> None:
    with pytest.raises(RecordError, match="names no app"):
        read_record(sign_in(appId="", servicePrincipalId=""))


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"ResultType": "50126"}, 50126),
        ({"ResultType": "Failure", "Status": '{"errorCode":7000215}'}, 7000215),
        ({"ResultType": "Failure", "ResultSignature": "7000222"}, 7000222),
        ({"ResultType": "Success"}, None),
    ],
)
def test_a_row_tells_the_error_code_wherever_it_stands(columns: dict[str, str], code: int | None) -> None:
    (event,) = read_record({"Type": "AADServicePrincipalSignInLogs", "AppId": APP_ID, **columns})
    assert (event.error_code, event.succeeded) == (code, code is None)


def test_a_row_that_names_no_table_is_malformed() -> None:
    with pytest.raises(RecordError, match="neither its table"):
        read_record({"Type": "Joined", "AppId": APP_ID, "ResultType": "0"})


def test_a_managed_identity_tells_its_token_and_what_it_went_to() -> None:
    (event,) = read_record(MANAGED_IDENTITY)
    assert (event.credential_kind, event.credential_key_id) == ("managedIdentity", UNKNOWN)
    assert (event.client.ip_address, event.client.country, event.client.asn) == (None, UNKNOWN, UNKNOWN)
    assert (event.token_id, event.service) == ("N2jT94if-kGJzdwWp8mqAA", Service.AZURE)
    assert (event.actor.kind, event.actor.id) == (ActorKind.APP, PRINCIPAL_ID)
    assert event.time == datetime(2026, 7, 20, 8, 31, 21, 331042, UTC)


def test_an_app_is_no_user_though_its_record_has_a_kind_of_user_and_a_home() -> None:
    event = one_event(userType="Member", homeTenantId="dddddddd-0000-4000-8000-000000000001", userDisplayName="")
    assert (event.actor.kind, event.actor.name) == (ActorKind.APP, "Contoso Mailer")


def test_an_agent_signs_in_as_the_app_that_it_is() -> None:
    plain = one_event()
    assert one_event(agent={"agentType": "agenticAppInstance", "parentAppId": GRAPH_APP_ID}) == plain


@pytest.mark.parametrize("written", ["2026-07-20T08:31:21.3310422+00:00", "2026-07-20T08:31:21.331042Z"])
def test_a_seventh_digit_and_a_written_offset_change_no_time(written: str) -> None:
    assert one_event(createdDateTime=written).time == datetime(2026, 7, 20, 8, 31, 21, 331042, UTC)


def test_a_reason_is_told_of_a_success_too() -> None:
    assert one_event(status={"errorCode": 0, "failureReason": "Other."}).succeeded
    failed = one_event(status={"errorCode": 7000113, "failureReason": "The application is not authorized."})
    assert not failed.succeeded


@pytest.mark.parametrize(
    ("told", "asn"),
    [(64_500, 64_500), ("64500", 64_500), (0, None), (None, None), ("", None)],
    ids=["number", "text", "zero", "null", "empty"],
)
def test_a_network_has_a_number_or_none(told: object, asn: int | None) -> None:
    assert one_event(autonomousSystemNumber=told).client.asn == asn


def test_what_a_record_does_not_carry_is_not_known() -> None:
    event = v1()
    assert event.client.asn is UNKNOWN
    assert (event.credential_kind, event.token_id, event.risk_level) == (UNKNOWN, UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("kind", ["clientSecret", "certificate", "federatedIdentityCredential", "none"])
def test_how_an_app_proved_itself_is_told(kind: str) -> None:
    assert one_event(clientCredentialType=kind).credential_kind == kind


def test_a_kind_of_credential_that_the_version_does_not_know_is_not_known() -> None:
    assert one_event(clientCredentialType="unknownFutureValue").credential_kind is UNKNOWN


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ("high", "high"),
        ("low", "low"),
        ("none", None),
        ("", None),
        ("hidden", UNKNOWN),
        ("unknownFutureValue", UNKNOWN),
    ],
)
def test_no_risk_is_something_else_than_a_risk_that_the_licence_hides(told: str, level: object) -> None:
    assert one_event(riskLevelDuringSignIn=told).risk_level == level


@pytest.mark.parametrize(
    ("api", "service"),
    [
        (EXCHANGE_ONLINE, Service.EXCHANGE),
        (SHAREPOINT_ONLINE, Service.SHAREPOINT),
        (AZURE_AD_GRAPH, Service.DIRECTORY),
        (AZURE_SERVICE_MANAGEMENT.upper(), Service.AZURE),
        (MICROSOFT_GRAPH, Service.OTHER),
        ("12121212-0000-4000-8000-000000000009", Service.OTHER),
        ("", UNKNOWN),
    ],
)
def test_the_api_tells_the_service(api: str, service: object) -> None:
    assert one_event(resourceId=api).service == service


@pytest.mark.parametrize("asn", ["64500", 64_500], ids=["text", "number"])
def test_a_row_tells_network_credential_token_and_risk(asn: object) -> None:
    (event,) = read_record(
        {
            "Type": "AADServicePrincipalSignInLogs",
            "AppId": APP_ID,
            "ResultType": "0",
            "ResourceIdentity": EXCHANGE_ONLINE,
            "AutonomousSystemNumber": asn,
            "ClientCredentialType": "certificate",
            "UniqueTokenIdentifier": "N2jT94if-kGJzdwWp8mqAA",
            "RiskLevelDuringSignIn": "medium",
        }
    )
    assert event.client.asn == 64_500
    assert (event.credential_kind, event.token_id) == ("certificate", "N2jT94if-kGJzdwWp8mqAA")
    assert (event.risk_level, event.service) == ("medium", Service.EXCHANGE)


def test_a_row_of_a_managed_identity_needs_no_column_for_its_credential() -> None:
    (event,) = read_record({"Type": "AADManagedIdentitySignInLogs", "AppId": APP_ID, "ResultType": "0"})
    assert (event.credential_kind, event.client.asn, event.token_id) == ("managedIdentity", UNKNOWN, UNKNOWN)
