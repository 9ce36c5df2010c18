"""What the unified audit log writes in another way than Microsoft Graph, or than its own schema says."""

from datetime import UTC, datetime

import pytest

from shared.domain.activities import Activity
from shared.sources.records import read_record
from tests.sources.audits import app_role, consent
from tests.sources.records import APP_ID, CORRELATION_ID, graph_audit, mail_items_accessed, unified_audit


def test_trap_values_without_quotes_are_the_text_that_they_look_like() -> None:
    record = unified_audit(consent(admin=True))
    told = {one["Name"]: one["NewValue"] for one in record["ModifiedProperties"]}  # type: ignore[attr-defined]
    assert told["ConsentContext.IsAdminConsent"] == "True"
    (event,) = read_record(record)
    assert (event.admin_consent, event.app.app_id) == (True, APP_ID)


def test_trap_the_full_stop_is_no_part_of_the_operation() -> None:
    (event,) = read_record(unified_audit(app_role()))
    assert event.operation == "Add app role assignment to service principal"
    assert event.activity is Activity.APP_ROLE_GRANTED


def test_trap_an_array_over_several_lines_is_the_array() -> None:
    printed = '[\r\n  "[KeyIdentifier=k1,KeyType=Password,KeyUsage=Verify,DisplayName=a, b]"\r\n]'
    record = unified_audit(consent())
    record["Operation"] = "Add service principal credentials."
    record["ModifiedProperties"] = [{"Name": "KeyDescription", "OldValue": "[]", "NewValue": printed}]
    (event,) = read_record(record)
    assert event.activity is Activity.CREDENTIAL_ADDED
    (added,) = event.credentials_added or ()
    assert (added.key_id, added.display_name) == ("k1", "a, b")


def test_trap_the_empty_text_is_no_value() -> None:
    record = unified_audit(app_role())
    (event,) = read_record(record)
    assert all(change.before is None for change in event.changes)


@pytest.mark.parametrize("written", ["2026-05-18T10:48:21", "2026-05-18T10:48:21Z", "2026-05-18T10:48:21+00:00"])
def test_trap_a_time_without_a_zone_is_utc(written: str) -> None:
    (event,) = read_record(mail_items_accessed(CreationTime=written))
    assert event.time == datetime(2026, 5, 18, 10, 48, 21, tzinfo=UTC)


def test_trap_entries_that_powershell_printed_are_entries() -> None:
    (event,) = read_record(mail_items_accessed(OperationProperties=["@{Value=Sync; Name=MailAccessType}"]))
    assert event.access_type == "Sync"


def test_trap_the_same_request_has_the_same_id_in_both_logs() -> None:
    ids = {event.correlation_id for form in (graph_audit, unified_audit) for event in read_record(form(consent()))}
    assert ids == {CORRELATION_ID}


def test_trap_details_are_json_in_a_string() -> None:
    (event,) = read_record(unified_audit(consent()))
    assert event.client.user_agent == "Mozilla/5.0"


def test_trap_a_type_of_record_that_no_list_has_is_read() -> None:
    (event,) = read_record(mail_items_accessed(RecordType=4711))
    assert event.activity is Activity.MAIL_ACCESSED
