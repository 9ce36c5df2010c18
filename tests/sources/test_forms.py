"""One fact gives one event, whichever form it comes in."""

import json

import pytest
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.app_references import Resolution
from shared.domain.events import Client, Event, Source
from shared.sources.directory_audits import read_directory_audit
from shared.sources.records import read_record
from tests.sources.audits import ALL_AUDITS, BY_APP, consent
from tests.sources.records import (
    REGISTRATION,
    Audit,
    audit_envelope,
    audit_row,
    graph_audit,
    in_pascal_case,
    mail_items_accessed,
    sign_in,
    unified_audit,
)

every_audit = pytest.mark.parametrize("audit", ALL_AUDITS.values(), ids=ALL_AUDITS)


@every_audit
@pytest.mark.parametrize("nested_as_text", [True, False])
def test_a_row_of_log_analytics_gives_what_graph_gives(audit: Audit, nested_as_text: bool) -> None:
    row = audit_row(audit, nested_as_text=nested_as_text)
    assert read_record(row) == read_record(graph_audit(audit))


@every_audit
def test_an_audit_as_the_graph_powershell_module_exports_it_gives_what_graph_gives(audit: Audit) -> None:
    assert read_record(in_pascal_case(graph_audit(audit))) == read_record(graph_audit(audit))


@every_audit
def test_an_envelope_gives_what_graph_gives_and_not_its_own_time(audit: Audit) -> None:
    assert read_record(audit_envelope(audit)) == read_directory_audit(graph_audit(audit))


@every_audit
def test_the_unified_audit_log_gives_what_graph_gives_but_for_id_source_and_address(audit: Audit) -> None:
    told = read_record(unified_audit(audit))
    expected = read_record(graph_audit(audit))
    assert [as_if_from_graph(event) for event in told] == [without_address(event) for event in expected]
    assert {event.source for event in told} == {Source.UNIFIED_AUDIT_LOG}


@pytest.mark.parametrize("name", ["1e5", "007", "true", "nil", "[Sales]", "Mail, and more"])
def test_a_name_that_looks_like_json_is_the_same_text_in_all_forms(name: str) -> None:
    audit = Audit("Update application", (REGISTRATION,), {"DisplayName": (None, name)})
    shown = {
        change.after
        for record in (graph_audit(audit), audit_row(audit), unified_audit(audit))
        for event in read_record(record)
        for change in event.changes
    }
    assert shown == {name}


def test_the_operation_has_one_name_in_all_forms() -> None:
    operations = {
        event.operation
        for record in (graph_audit(consent()), audit_row(consent()), unified_audit(consent()))
        for event in read_record(record)
    }
    assert operations == {"Consent to application"}


def test_the_unified_audit_log_names_the_appid_of_an_acting_app_that_graph_leaves_null() -> None:
    record = unified_audit(BY_APP)
    acting_app_id = "44444444-0000-4000-8000-000000000001"
    record["Actor"] = [*list_of(record["Actor"]), {"ID": acting_app_id, "Type": 2}]
    (event,) = read_record(record)
    assert event.actor.app is not None
    assert (event.actor.app.app_id, event.actor.app.resolution) == (acting_app_id, Resolution.RESOLVED)


@pytest.mark.parametrize("key", ["AuditData", "auditData", "RawEventData"])
@pytest.mark.parametrize("as_text", [True, False])
def test_a_wrapped_unified_record_is_read_as_if_it_came_alone(key: str, as_text: bool) -> None:
    record = mail_items_accessed()
    row = {"RecordId": "x", "Operations": "MailItemsAccessed", key: json.dumps(record) if as_text else record}
    assert read_record(row) == read_record(record)


def test_an_office_activity_row_gives_what_the_management_api_gives() -> None:
    record = mail_items_accessed()
    row = {
        "Type": "OfficeActivity",
        "RecordType": "ExchangeItemAggregated",
        "TimeGenerated": "2026-05-18T10:48:21Z",
        "Operation": "MailItemsAccessed",
        "UserType": "Regular",
        "UserId": record["UserId"],
        "OfficeWorkload": "Exchange",
        "ResultStatus": "Succeeded",
        "OfficeId": record["Id"],
        "Client_IPAddress": record["ClientIPAddress"],
        "ClientInfoString": record["ClientInfoString"],
        "MailboxGuid": record["MailboxGuid"],
        "MailboxOwnerUPN": record["MailboxOwnerUPN"],
        "AppId": record["AppId"],
        "ClientAppId": record["ClientAppId"],
        "Folders": json.dumps(record["Folders"]),
        "OperationProperties": json.dumps(record["OperationProperties"]),
    }
    assert read_record(row) == read_record(record)


@pytest.mark.parametrize(
    ("table", "category", "kind"),
    [
        ("SigninLogs", "SignInLogs", "interactiveUser"),
        ("AADNonInteractiveUserSignInLogs", "NonInteractiveUserSignInLogs", "nonInteractiveUser"),
        ("AADServicePrincipalSignInLogs", "ServicePrincipalSignInLogs", "servicePrincipal"),
        ("AADManagedIdentitySignInLogs", "ManagedIdentitySignInLogs", "managedIdentity"),
    ],
)
def test_each_sign_in_table_and_category_gives_what_graph_gives(table: str, category: str, kind: str) -> None:
    record = sign_in(signInEventTypes=[kind])
    row = {
        "Type": table,
        "TimeGenerated": record["createdDateTime"],
        "Id": record["id"],
        "AppId": record["appId"],
        "AppDisplayName": record["appDisplayName"],
        "CorrelationId": record["correlationId"],
        "IPAddress": record["ipAddress"],
        "UserAgent": record["userAgent"],
        "UserId": record["userId"],
        "ServicePrincipalId": record["servicePrincipalId"],
        "ServicePrincipalName": record["servicePrincipalName"],
        "ServicePrincipalCredentialKeyId": record["servicePrincipalCredentialKeyId"],
        "ResourceIdentity": record["resourceId"],
        "ResourceServicePrincipalId": record["resourceServicePrincipalId"],
        "ResourceDisplayName": record["resourceDisplayName"],
        "ResultType": "0",
        "LocationDetails": json.dumps(record["location"]),
    }
    envelope = {"time": "2026-07-20T09:00:00Z", "category": category, "properties": record}
    (expected,) = read_record(record)
    assert expected.activity is Activity.SIGN_IN
    assert read_record(row) == (expected,)
    assert read_record(envelope) == (expected,)


def as_if_from_graph(event: Event) -> Event:
    return replace(event, id="Directory_cccccccc_ABCDE_1", source=Source.DIRECTORY_AUDITS)


def without_address(event: Event) -> Event:
    """The address is what directory records of the unified audit log do not carry."""
    return replace(event, client=Client(user_agent=event.client.user_agent))


def list_of(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
