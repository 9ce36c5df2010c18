"""Sign-ins of users and apps."""

from datetime import UTC, datetime

import pytest

from shared.domain.app_references import Resolution
from shared.domain.events import ActorKind, Event
from shared.domain.known import UNKNOWN
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
